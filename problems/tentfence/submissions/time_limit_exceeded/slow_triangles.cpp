#include <algorithm>
#include <iostream>
#include <vector>

const int PEG = 7;
const int ROCK = 6;
const int MANY_CORNERS = 10;
const int CORNER_FEE = 250;
const int PAID_BACK = 90;
const long long MODULUS = 1000037;

struct Tent {
    int x;
    int y;
};

bool operator<(const Tent& a, const Tent& b) {
    return a.x != b.x ? a.x < b.x : a.y < b.y;
}

bool same_point(const Tent& a, const Tent& b) {
    return a.x == b.x && a.y == b.y;
}

// Positive if c is to the left of the way from a to b.
long long turn(const Tent& a, const Tent& b, const Tent& c) {
    return static_cast<long long>(b.x - a.x) * (c.y - a.y) -
           static_cast<long long>(b.y - a.y) * (c.x - a.x);
}

bool is_inside(const Tent& p, const Tent& a, const Tent& b, const Tent& c) {
    long long u = turn(a, b, p);
    long long v = turn(b, c, p);
    long long w = turn(c, a, p);
    return (u >= 0 && v >= 0 && w >= 0) || (u <= 0 && v <= 0 && w <= 0);
}

bool is_corner(const std::vector<Tent>& tents, std::size_t at) {
    for (std::size_t i = 0; i < tents.size(); i++) {
        for (std::size_t j = 0; j < i; j++) {
            if (i == at || j == at) {
                continue;
            }
            const Tent& a = tents[i];
            const Tent& b = tents[j];
            const Tent& p = tents[at];
            if (turn(a, b, p) == 0 && ((a < p && p < b) || (b < p && p < a))) {
                return false;
            }
            for (std::size_t k = 0; k < j; k++) {
                if (k != at && turn(a, b, tents[k]) != 0 && is_inside(p, a, b, tents[k])) {
                    return false;
                }
            }
        }
    }
    return true;
}

std::vector<Tent> find_corners(const std::vector<Tent>& tents) {
    std::vector<Tent> corners;
    for (std::size_t i = 0; i < tents.size(); i++) {
        if (is_corner(tents, i)) {
            corners.push_back(tents[i]);
        }
    }
    // Around the first of them, which is the leftmost, in the order of the angle.
    Tent first = corners[0];
    std::sort(corners.begin() + 1, corners.end(), [&](const Tent& a, const Tent& b) {
        return turn(first, a, b) > 0;
    });
    return corners;
}

int peg_price(const Tent& tent) {
    return tent.x % 5 == 0 ? PEG + ROCK : PEG;
}

long long price(int tents, const std::vector<Tent>& corners, long long area) {
    int size = corners.size();
    long long cost = area;
    for (const Tent& tent : corners) {
        cost += peg_price(tent);
    }
    if (size >= MANY_CORNERS) {
        cost += CORNER_FEE;
    }
    if (2 * (tents - size) < tents) {
        cost = std::max(0LL, cost - PAID_BACK);
    }
    return cost;
}

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int camps = 0;
    std::cin >> camps;
    long long sum = 0;
    long long checksum = 3;
    for (int camp = 0; camp < camps; camp++) {
        int n = 0;
        std::cin >> n;
        std::vector<Tent> tents(n);
        for (Tent& tent : tents) {
            std::cin >> tent.x >> tent.y;
        }
        std::sort(tents.begin(), tents.end());
        tents.erase(std::unique(tents.begin(), tents.end(), same_point), tents.end());
        n = tents.size();
        std::vector<Tent> corners = find_corners(tents);
        long long area = 0;
        for (std::size_t i = 2; i < corners.size(); i++) {
            area += turn(corners[0], corners[i - 1], corners[i]);
        }
        long long cost = price(n, corners, area);
        std::cout << corners.size() << " " << area << " " << cost << "\n";
        sum += cost;
        checksum = (checksum * 59 + cost) % MODULUS;
    }
    std::cout << sum << " " << checksum << "\n";
    return 0;
}
