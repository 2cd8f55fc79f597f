#include <iostream>
#include <map>
#include <set>
#include <vector>

const int BANDS = 60;
const int WILD = 28;
const int SECOND_LOOK = 3;
const long long MODULUS = 10007;

int band(int level) {
    return level / 9 % BANDS;
}

bool is_fault(int level) {
    return level % 13 == 0;
}

long long score(int window, int bands) {
    long long points = bands + 2 * (bands % 5);
    if (window % 4 == 0) {
        points += SECOND_LOOK;
    }
    return points;
}

bool is_wild(int bands, int minutes) {
    return 3 * bands > minutes || bands > WILD;
}

std::vector<int> count_bands(const std::vector<int>& levels, int minutes) {
    std::vector<int> counts;
    int n = levels.size();
    std::map<int, int> times;
    for (int i = 0; i < n; i++) {
        if (!is_fault(levels[i])) {
            times[band(levels[i])] += 1;
        }
        if (i >= minutes && !is_fault(levels[i - minutes])) {
            auto old = times.find(band(levels[i - minutes]));
            old->second -= 1;
            if (old->second == 0) {
                times.erase(old);
            }
        }
        if (i + 1 >= minutes) {
            counts.push_back(times.size());
        }
    }
    return counts;
}

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n = 0;
    int minutes = 0;
    std::cin >> n >> minutes;
    std::vector<int> levels(n);
    for (int& level : levels) {
        std::cin >> level;
    }

    std::vector<int> counts = count_bands(levels, minutes);

    long long wild = 0;
    long long sum = 0;
    long long best = -1;
    int best_window = 0;
    long long checksum = 0;
    for (int i = 0; i + minutes <= n; i++) {
        if (is_wild(counts[i], minutes)) {
            wild += 1;
        }
        long long points = score(i, counts[i]);
        sum += points;
        if (points > best) {
            best = points;
            best_window = i;
        }
        checksum += (i + 1) * counts[i];
    }
    checksum %= MODULUS;
    std::cout << wild << " " << sum << " ";
    std::cout << best_window << " " << checksum << "\n";
    return 0;
}
