#include <cstdio>
#include <list>
#include <vector>

const int CANDIES = 9;
const int LUCKY = 7;
const int LUCKY_CANDIES = 4;
const int HEAVY = 300;
const int HEAVY_CANDIES = 2;
const int MODULUS = 40009;

std::vector<int> count_out(const std::vector<int>& stones, int count) {
    std::vector<int> circle;
    for (int child = 1; child < static_cast<int>(stones.size()); child++) {
        circle.push_back(child);
    }
    std::vector<int> order;
    int at = 0;
    while (!circle.empty()) {
        at = (at + count) % circle.size();
        order.push_back(circle[at]);
        count = stones[circle[at]];
        circle.erase(circle.begin() + at);
    }
    return order;
}

int candies(int place, int left, int last_stone) {
    int found = left % CANDIES;
    if (place % LUCKY == 0) {
        found += LUCKY_CANDIES;
    }
    if (last_stone >= HEAVY) {
        found += HEAVY_CANDIES;
    }
    return found;
}

int main() {
    int n = 0;
    int first = 0;
    if (scanf("%d %d", &n, &first) != 2) {
        return 1;
    }
    std::vector<int> stones(n + 1, 0);
    for (int child = 1; child <= n; child++) {
        if (scanf("%d", &stones[child]) != 1) {
            return 1;
        }
    }
    std::vector<int> order = count_out(stones, first);
    int sum = 0;
    int most = -1;
    int winner = 0;
    long long mark = 0;
    int last_stone = 0;
    for (int place = 1; place <= n; place++) {
        int child = order[place - 1];
        int found = candies(place, n - place, last_stone);
        printf("%d\n", child);
        sum += found;
        if (found > most || (found == most && child < winner)) {
            most = found;
            winner = child;
        }
        mark = (mark + static_cast<long long>(place) * child) % MODULUS;
        last_stone = stones[child];
    }
    printf("%d %d %lld\n", sum, winner, mark);
    return 0;
}
