#include <iostream>
#include <string>
#include <vector>

const int LAMP_PRICE = 3;
const int BRIGHT_FEE = 17;
const int BRIGHT_LAMPS = 6;
const int LONG_WALK = 900;
const int LONG_DISCOUNT = 11;
const int HIGHEST = 30000;
const long long MODULUS = 999983;

struct Walk {
    int first;
    int last;
};

long long lamps_up_to(int room) {
    long long lamps = 0;
    for (int bit = 1; bit <= room; bit *= 2) {
        int whole = (room + 1) / (2 * bit);
        int rest = (room + 1) % (2 * bit);
        lamps += static_cast<long long>(whole) * bit;
        if (rest > bit) {
            lamps += rest - bit;
        }
    }
    return lamps;
}

std::vector<long long> count_lamps(const std::vector<Walk>& walks) {
    std::vector<long long> found;
    for (const Walk& walk : walks) {
        found.push_back(lamps_up_to(walk.last) - lamps_up_to(walk.first - 1));
    }
    return found;
}

bool is_bright(const Walk& walk, long long lamps) {
    return lamps >= static_cast<long long>(BRIGHT_LAMPS) * (walk.last - walk.first + 1);
}

long long price(const Walk& walk, long long lamps) {
    long long cents = LAMP_PRICE * lamps;
    if (is_bright(walk, lamps)) {
        cents += BRIGHT_FEE;
    }
    if (walk.last - walk.first + 1 > LONG_WALK) {
        cents -= LONG_DISCOUNT;
    }
    return cents;
}

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n = 0;
    std::cin >> n;
    std::vector<Walk> walks(n);
    for (Walk& walk : walks) {
        std::cin >> walk.first >> walk.last;
    }
    std::vector<long long> lamps = count_lamps(walks);
    int bright = 0;
    long long checksum = 23;
    for (int i = 0; i < n; i++) {
        long long cents = price(walks[i], lamps[i]);
        std::cout << lamps[i] << " " << cents << "\n";
        if (is_bright(walks[i], lamps[i])) {
            bright++;
        }
        checksum = (checksum * 29 + cents + 100) % MODULUS;
    }
    std::cout << bright << " " << checksum << "\n";
    return 0;
}
