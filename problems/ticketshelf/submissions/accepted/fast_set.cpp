#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <vector>

const int LONG_JOB = 80;
const int DISCOUNT = 15;
const int NEARLY_DONE = 5;
const int BONUS = 9;
const int IDLE_LOSS = 4;
const long long MODULUS = 1000000009;

struct Ticket {
    int code;
    int number;
};

int length_of(const Ticket& ticket) {
    return ticket.code % 100;
}

int class_of(const Ticket& ticket) {
    return ticket.code / 100;
}

int urgency(const Ticket& ticket) {
    int length = length_of(ticket);
    int value = 3 * class_of(ticket) + length;
    if (length > LONG_JOB) {
        value -= DISCOUNT;
    }
    return value;
}

bool before(const Ticket& a, const Ticket& b) {
    int first = urgency(a);
    int second = urgency(b);
    if (first != second) {
        return first < second;
    }
    if (a.code != b.code) {
        return a.code > b.code;
    }
    return a.number < b.number;
}

long long earnings(const Ticket& ticket, int left) {
    long long coins = 2 * length_of(ticket) + class_of(ticket);
    if (left < NEARLY_DONE) {
        coins += BONUS;
    }
    return coins;
}

struct Earlier {
    bool operator()(const Ticket& a, const Ticket& b) const {
        return before(a, b);
    }
};

struct Shelf {
    std::set<Ticket, Earlier> tickets;

    void put(const Ticket& ticket) {
        tickets.insert(ticket);
    }

    Ticket next() const {
        return *tickets.begin();
    }

    void take() {
        tickets.erase(tickets.begin());
    }
};

int main() {
    char line[64];
    if (fgets(line, sizeof line, stdin) == nullptr) {
        return 1;
    }
    int events = atoi(line);
    Shelf shelf;
    int arrived = 0;
    int idle = 0;
    int fullest = 0;
    long long coins = 0;
    long long checksum = 1;
    for (int event = 0; event < events; event++) {
        if (fgets(line, sizeof line, stdin) == nullptr) {
            return 1;
        }
        if (line[0] == 'p' && line[1] == 'u') {
            arrived++;
            shelf.put(Ticket{atoi(line + 5), arrived});
            fullest = std::max(fullest, static_cast<int>(shelf.tickets.size()));
            continue;
        }
        if (shelf.tickets.empty()) {
            if (line[0] == 'p') {
                idle++;
                coins -= IDLE_LOSS;
            }
            continue;
        }
        Ticket next = shelf.next();
        checksum = (checksum * 131 + urgency(next) + next.number) % MODULUS;
        if (line[0] == 'p') {
            shelf.take();
            coins += earnings(next, static_cast<int>(shelf.tickets.size()));
        }
    }
    printf("%lld\n", coins);
    printf("%d %d\n", idle, fullest);
    printf("%lld\n", checksum);
    return 0;
}
