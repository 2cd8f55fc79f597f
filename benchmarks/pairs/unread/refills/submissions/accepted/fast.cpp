#include <cstdio>
#include <vector>

int main() {
    int n;
    long long goal, capacity;
    if (std::scanf("%d %lld %lld", &n, &goal, &capacity) != 3) {
        return 1;
    }
    std::vector<long long> places(n);
    for (auto& place : places) {
        std::scanf("%lld", &place);
    }
    places.push_back(goal);
    long long filled = 0;
    long long before = 0;
    int refills = 0;
    for (int i = 0; i <= n; i++) {
        if (places[i] - before > capacity) {
            refills = -1;
            break;
        }
        if (places[i] - filled > capacity) {
            filled = before;
            refills++;
        }
        before = places[i];
    }
    std::printf("%d\n", refills);
}
