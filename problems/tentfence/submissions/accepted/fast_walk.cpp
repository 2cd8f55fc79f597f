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

long long distance(const Tent& a, const Tent& b) {
    long long dx = a.x - b.x;
    long long dy = a.y - b.y;
    return dx * dx + dy * dy;
}

std::vector<Tent> find_corners(const std::vector<Tent>& tents) {
    std::vector<Tent> corners;
    Tent first = tents[0];
    Tent current = first;
    do {
        corners.push_back(current);
        Tent next = current;
        for (const Tent& tent : tents) {
            long long side = turn(current, next, tent);
            if (side < 0 || (side == 0 && distance(current, tent) > distance(current, next))) {
                next = tent;
            }
        }
        current = next;
    } while (current.x != first.x || current.y != first.y);
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
