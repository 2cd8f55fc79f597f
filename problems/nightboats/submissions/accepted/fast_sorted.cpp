#include <algorithm>
#include <cstdio>
#include <map>
#include <vector>

const int SHORTEST_STAY = 4;
const int LATE = 900;
const int CROWD = 25;

struct Boat {
    int start;
    int end;
};

int read_int() {
    int c = std::getchar();
    while (c != EOF && (c < '0' || c > '9')) {
        c = std::getchar();
    }
    int value = 0;
    while (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
        c = std::getchar();
    }
    return value;
}

int stay(const Boat& boat) {
    return boat.end - boat.start + 1;
}

bool ties_up(const Boat& boat) {
    return stay(boat) >= SHORTEST_STAY;
}

long long guards(const Boat& boat) {
    return 2 + stay(boat) % 5;
}

long long wages(int minute, long long load) {
    long long coins = load;
    if (minute >= LATE) {
        coins += load / 2;
    }
    return coins;
}

bool is_crowded(int minute, long long load) {
    return load > CROWD + minute % 8;
}

struct Event {
    int minute;
    int boats;
    long long guards;
};

std::map<int, long long> find_loads(const std::vector<Boat>& boats) {
    std::vector<Event> events;
    for (const Boat& boat : boats) {
        events.push_back({boat.start, 1, guards(boat)});
        events.push_back({boat.end + 1, -1, -guards(boat)});
    }
    std::sort(events.begin(), events.end(),
              [](const Event& a, const Event& b) { return a.minute < b.minute; });
    std::map<int, long long> loads;
    int present = 0;
    long long load = 0;
    for (std::size_t i = 0; i < events.size(); i++) {
        present += events[i].boats;
        load += events[i].guards;
        if (i + 1 < events.size() && present > 0) {
            for (int minute = events[i].minute; minute < events[i + 1].minute; minute++) {
                loads.emplace_hint(loads.end(), minute, load);
            }
        }
    }
    return loads;
}

int main() {
    int n = read_int();
    std::vector<Boat> boats;
    for (int i = 0; i < n; i++) {
        Boat boat;
        boat.start = read_int();
        boat.end = read_int();
        if (ties_up(boat)) {
            boats.push_back(boat);
        }
    }

    std::map<int, long long> loads = find_loads(boats);

    long long busy = 0;
    long long crowded = 0;
    long long total = 0;
    long long largest = 0;
    for (const auto& [minute, load] : loads) {
        busy += 1;
        if (is_crowded(minute, load)) {
            crowded += 1;
        }
        total += wages(minute, load);
        if (load > largest) {
            largest = load;
        }
    }
    std::printf("%lld %lld %lld %lld\n", busy, crowded, total, largest);
    return 0;
}
