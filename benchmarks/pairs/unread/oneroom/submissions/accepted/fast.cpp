#include <algorithm>
#include <cstdio>
#include <vector>

struct Meeting {
    int start, end, weight;
};

int main() {
    int n;
    if (std::scanf("%d", &n) != 1) {
        return 1;
    }
    std::vector<Meeting> all(n);
    for (auto& m : all) {
        std::scanf("%d %d %d", &m.start, &m.end, &m.weight);
    }
    std::sort(all.begin(), all.end(), [](const Meeting& a, const Meeting& b) {
        return a.end != b.end ? a.end < b.end : a.start < b.start;
    });
    std::vector<long long> best(n + 1, 0);
    int alone = 0;
    for (int i = 0; i < n; i++) {
        int low = 0;
        int high = i;
        while (low < high) {
            int middle = (low + high) / 2;
            if (all[middle].end <= all[i].start) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        best[i + 1] = std::max(best[i], best[low] + all[i].weight);
        bool free = true;
        for (int j = 0; j < n; j++) {
            if (j != i && all[j].start < all[i].end && all[i].start < all[j].end) {
                free = false;
            }
        }
        alone += free;
    }
    std::printf("%lld %d\n", best[n], alone);
}
