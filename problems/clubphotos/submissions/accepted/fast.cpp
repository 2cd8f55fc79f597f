#include <cstdio>
#include <utility>
#include <vector>

const int PRIME = 10007;
const int MOST_MEMBERS = 400;
const int FULL_PRICE_PHOTOS = 4000;
const int CROWD_DISCOUNT = 150;
const int MODULUS = 1000033;

using Clubs = std::vector<std::pair<int, int>>;

int inverse(int number) {
    int result = 1;
    for (int exponent = PRIME - 2; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1) {
            result = result * number % PRIME;
        }
        number = number * number % PRIME;
    }
    return result;
}

std::vector<int> count_photos(const Clubs& clubs) {
    std::vector<int> factorial(MOST_MEMBERS + 1, 1);
    for (int i = 1; i <= MOST_MEMBERS; i++) {
        factorial[i] = factorial[i - 1] * i % PRIME;
    }
    std::vector<int> found;
    for (auto [members, shown] : clubs) {
        int orders = factorial[shown] * factorial[members - shown] % PRIME;
        found.push_back(factorial[members] * inverse(orders) % PRIME);
    }
    return found;
}

bool is_crowd(int members, int shown) {
    return 2 * shown > members;
}

int price(int photos, bool crowd) {
    int cost = 2 * photos;
    if (photos > FULL_PRICE_PHOTOS) {
        cost -= photos - FULL_PRICE_PHOTOS;
    }
    if (crowd) {
        cost = cost < CROWD_DISCOUNT ? 0 : cost - CROWD_DISCOUNT;
    }
    return cost;
}

int main() {
    int q = 0;
    if (scanf("%d", &q) != 1) {
        return 1;
    }
    Clubs clubs(q);
    for (auto& [members, shown] : clubs) {
        if (scanf("%d %d", &members, &shown) != 2) {
            return 1;
        }
    }
    std::vector<int> photos = count_photos(clubs);
    int crowds = 0;
    long long checksum = 11;
    for (int i = 0; i < q; i++) {
        bool crowd = is_crowd(clubs[i].first, clubs[i].second);
        int cost = price(photos[i], crowd);
        printf("%d %d\n", photos[i], cost);
        crowds += crowd;
        checksum = (checksum * 41 + cost) % MODULUS;
    }
    printf("%d %lld\n", crowds, checksum);
    return 0;
}
