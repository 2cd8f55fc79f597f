#include <cstdio>
#include <cstdlib>
#include <functional>
#include <queue>
#include <utility>
#include <vector>

const long long UNREACHED = 1000000000000000LL;
const int SHORT_CROSSING = 30;
const int FAR_APART = 500;
const int SEA_FEE = 25;
const int NEAR = 350;
const int LOST_MARK = 5;
const long long MODULUS = 1000000007;

struct Ferry {
    int from;
    int to;
    int length;
};

struct Network {
    int ports;
    std::vector<Ferry> ferries;
};

char buffer[1 << 16];
char* cursor = buffer;

int next_number() {
    return static_cast<int>(strtol(cursor, &cursor, 10));
}

int crossing(int length) {
    if (length <= SHORT_CROSSING) {
        return 2 * length;
    }
    return length + SHORT_CROSSING;
}

int landing(int port) {
    if (port % 3 == 0) {
        return 4;
    }
    return 1;
}

int price(int from, int to, int length) {
    int coins = crossing(length) + landing(to);
    if (abs(from - to) > FAR_APART) {
        coins += SEA_FEE;
    }
    return coins;
}

long long points(int port, long long coins) {
    long long value = NEAR + 10 - coins;
    if (port % 2 == 0) {
        value += 50;
    }
    return value;
}

std::vector<long long> cheapest(const Network& network, int start) {
    std::vector<long long> cost(network.ports + 1, UNREACHED);
    std::vector<std::vector<std::pair<int, int>>> leaving(network.ports + 1);
    for (const Ferry& ferry : network.ferries) {
        leaving[ferry.from].emplace_back(ferry.to, ferry.length);
        leaving[ferry.to].emplace_back(ferry.from, ferry.length);
    }
    cost[start] = 0;
    std::queue<int> cheaper;
    std::vector<bool> queued(network.ports + 1, false);
    cheaper.push(start);
    while (!cheaper.empty()) {
        int port = cheaper.front();
        cheaper.pop();
        queued[port] = false;
        for (const auto& [next, length] : leaving[port]) {
            long long coins = cost[port] + price(port, next, length);
            if (coins < cost[next]) {
                cost[next] = coins;
                if (!queued[next]) {
                    queued[next] = true;
                    cheaper.push(next);
                }
            }
        }
    }
    return cost;
}

int main() {
    std::size_t size = fread(buffer, 1, sizeof buffer - 1, stdin);
    buffer[size] = '\0';
    Network network;
    network.ports = next_number();
    network.ferries.resize(next_number());
    int start = next_number();
    int goal = next_number();
    for (Ferry& ferry : network.ferries) {
        ferry.from = next_number();
        ferry.to = next_number();
        ferry.length = next_number();
    }
    std::vector<long long> cost = cheapest(network, start);
    int near = 0;
    int lost = 0;
    long long total = 0;
    long long checksum = 11;
    for (int port = 1; port <= network.ports; port++) {
        if (cost[port] == UNREACHED) {
            lost++;
            checksum = (checksum * 61 + LOST_MARK) % MODULUS;
            continue;
        }
        checksum = (checksum * 61 + cost[port]) % MODULUS;
        if (cost[port] <= NEAR) {
            near++;
            total += points(port, cost[port]);
        }
    }
    long long answer = cost[goal];
    if (answer == UNREACHED) {
        answer = -1;
    }
    printf("%lld\n", answer);
    printf("%d %d\n", near, lost);
    printf("%lld\n", total);
    printf("%lld\n", checksum);
    return 0;
}
