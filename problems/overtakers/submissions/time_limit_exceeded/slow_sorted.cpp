#include <cstdio>
#include <vector>

const long long MODULUS = 998244353;
const int CHAMPION_FACTOR = 3;
const int CHAIR = 2;

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

bool is_official(int runner) {
    return runner % 10 == 0;
}

long long glasses(int runner) {
    if (is_official(runner)) {
        return 0;
    }
    return 1 + runner % 9;
}

long long to_pay(int runner, long long bill) {
    long long amount = bill - bill / 8;
    if (runner % 2 == 1) {
        amount += CHAIR;
    }
    return amount;
}

bool is_champion(long long amount, long long n) {
    return amount > CHAMPION_FACTOR * n;
}

std::vector<long long> find_bills(const std::vector<int>& arrivals) {
    std::vector<long long> bills(arrivals.size(), 0);
    std::vector<int> later;
    for (std::size_t i = arrivals.size(); i-- > 0;) {
        std::size_t place = 0;
        while (place < later.size() && later[place] < arrivals[i]) {
            bills[i] += glasses(later[place]);
            place++;
        }
        later.insert(later.begin() + place, arrivals[i]);
    }
    return bills;
}

int main() {
    int n = read_int();
    std::vector<int> arrivals;
    for (int i = 0; i < n; i++) {
        arrivals.push_back(read_int());
    }

    std::vector<long long> bills = find_bills(arrivals);

    long long champions = 0;
    long long sum = 0;
    long long checksum = 1;
    for (int i = 0; i < n; i++) {
        long long amount = to_pay(arrivals[i], bills[i]);
        if (is_champion(amount, n)) {
            champions += 1;
        }
        sum += amount;
        checksum = (checksum * 33 + amount) % MODULUS;
    }
    std::printf("%lld %lld %lld\n", champions, sum, checksum);
    return 0;
}
