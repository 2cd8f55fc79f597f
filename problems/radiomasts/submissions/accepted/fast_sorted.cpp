#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <numeric>
#include <vector>

const int REACH = 600;
const int BASE_STRENGTH = 620;
const int POLARISATION = 15;
const int HIGHEST_LICENSE = 120;

struct Mast {
    int x;
    int y;
    int links;
};

struct Report {
    long long links = 0;
    long long sum = 0;
    long long strongest = 0;
};

int channel(const Mast& mast) {
    return (mast.x + 2 * mast.y) / 12;
}

int distance(const Mast& a, const Mast& b) {
    return std::abs(a.x - b.x) + std::abs(a.y - b.y);
}

long long strength(const Mast& a, const Mast& b) {
    long long result = BASE_STRENGTH - distance(a, b);
    if ((a.x + b.x) % 2 == 0) {
        result += POLARISATION;
    }
    return result;
}

long long license(int links) {
    if (links == 0) {
        return 0;
    }
    long long crowns = 40 + 3 * links;
    if (crowns > HIGHEST_LICENSE) {
        crowns = HIGHEST_LICENSE;
    }
    return crowns;
}

void connect(Mast& a, Mast& b, Report& report) {
    if (distance(a, b) > REACH) {
        return;
    }
    a.links += 1;
    b.links += 1;
    report.links += 1;
    report.sum += strength(a, b);
    if (strength(a, b) > report.strongest) {
        report.strongest = strength(a, b);
    }
}

Report connect_all(std::vector<Mast>& masts) {
    Report report;
    std::vector<int> order(masts.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(),
              [&](int a, int b) { return channel(masts[a]) < channel(masts[b]); });
    for (std::size_t i = 0; i < order.size(); i++) {
        for (std::size_t j = i + 1; j < order.size(); j++) {
            if (channel(masts[order[i]]) != channel(masts[order[j]])) {
                break;
            }
            connect(masts[order[i]], masts[order[j]], report);
        }
    }
    return report;
}

int main() {
    static char input[1 << 16];
    std::size_t size = std::fread(input, 1, sizeof(input) - 1, stdin);
    input[size] = '\0';
    char* place = input;
    int n = std::strtol(place, &place, 10);
    std::vector<Mast> masts;
    for (int i = 0; i < n; i++) {
        Mast mast;
        mast.x = std::strtol(place, &place, 10);
        mast.y = std::strtol(place, &place, 10);
        mast.links = 0;
        masts.push_back(mast);
    }

    Report report = connect_all(masts);

    long long licenses = 0;
    for (const Mast& mast : masts) {
        licenses += license(mast.links);
    }
    std::printf("%lld %lld ", report.links, report.sum);
    std::printf("%lld %lld\n", report.strongest, licenses);
    return 0;
}
