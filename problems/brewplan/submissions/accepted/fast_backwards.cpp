#include <algorithm>
#include <iostream>
#include <vector>

const int LATE_AFTER = 8000;
const int LATE_UNIT = 10;
const int HOUR_COST = 2;
const int COOLED_FROM = 60;
const int COOLING = 25;
const long long MODULUS = 30011;

struct Wait {
    int before;
    int after;
};

std::vector<int> find_ends(const std::vector<int>& hours, const std::vector<Wait>& waits) {
    std::vector<std::vector<int>> before(hours.size());
    for (const Wait& wait : waits) {
        before[wait.after].push_back(wait.before);
    }
    std::vector<int> ends = hours;
    for (int step = static_cast<int>(hours.size()) - 1; step > 0; step--) {
        for (int other : before[step]) {
            ends[step] = std::max(ends[step], ends[other] + hours[step]);
        }
    }
    return ends;
}

int cost(int hours, int end) {
    int coins = HOUR_COST * hours;
    if (hours >= COOLED_FROM) {
        coins += COOLING;
    }
    if (end > LATE_AFTER) {
        coins += (end - LATE_AFTER) / LATE_UNIT;
    }
    return coins;
}

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n = 0;
    int m = 0;
    std::cin >> n >> m;
    std::vector<int> hours(n + 1, 0);
    for (int step = 1; step <= n; step++) {
        std::cin >> hours[step];
    }
    std::vector<Wait> waits(m);
    for (Wait& wait : waits) {
        std::cin >> wait.before >> wait.after;
    }
    std::vector<int> ends = find_ends(hours, waits);
    int ready = 0;
    int late = 0;
    long long sum = 0;
    long long mark = 0;
    for (int step = 1; step <= n; step++) {
        std::cout << ends[step] << "\n";
        ready = std::max(ready, ends[step]);
        late += ends[step] > LATE_AFTER;
        sum += cost(hours[step], ends[step]);
        mark = (mark + static_cast<long long>(step) * ends[step]) % MODULUS;
    }
    std::cout << ready << " " << late << " " << sum << " " << mark << "\n";
    return 0;
}
