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
    int n = static_cast<int>(stones.size()) - 1;
    int top = 1;
    while (2 * top <= n) {
        top *= 2;
    }
    // tree[i] counts the children in the circle in the part of the Fenwick tree that ends with i.
    std::vector<int> tree(n + 1, 0);
    for (int i = 1; i <= n; i++) {
        tree[i] = i & -i;
    }
    std::vector<int> order;
    int at = 0;
    for (int left = n; left > 0; left--) {
        at = (at + count - 1) % left;
        int child = 0;
        int before = at;
        for (int step = top; step > 0; step /= 2) {
            if (child + step <= n && tree[child + step] <= before) {
                child += step;
                before -= tree[child];
            }
        }
        child++;
        order.push_back(child);
        count = stones[child];
        for (int i = child; i <= n; i += i & -i) {
            tree[i]--;
        }
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
