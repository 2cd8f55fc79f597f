#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

const int BASE_DANGER = 200;
const int LONG_STRETCH = 50;
const int LONG_DANGER = 30;
const int OLD_DIKE = 6;
const int OLD_DANGER = 12;
const int CLOSED_FROM = 180;
const long long MODULUS = 1000039;

char input[1 << 16];
char* cursor = input;

int next_number() {
    return static_cast<int>(strtol(cursor, &cursor, 10));
}

std::vector<int> find_lowest(const std::vector<int>& heights,
                             const std::vector<std::pair<int, int>>& stretches) {
    int n = heights.size();
    std::vector<std::vector<int>> ending(n);
    for (int i = 0; i < static_cast<int>(stretches.size()); i++) {
        ending[stretches[i].second].push_back(i);
    }
    std::vector<int> found(stretches.size());
    std::vector<int> rising;
    for (int right = 0; right < n; right++) {
        while (!rising.empty() && heights[rising.back()] >= heights[right]) {
            rising.pop_back();
        }
        rising.push_back(right);
        for (int i : ending[right]) {
            found[i] = *std::lower_bound(rising.begin(), rising.end(), stretches[i].first);
        }
    }
    return found;
}

int danger(int height, int stake, int stakes) {
    int value = std::max(0, BASE_DANGER - height);
    if (stakes >= LONG_STRETCH) {
        value += LONG_DANGER;
    }
    if (stake % OLD_DIKE == 0) {
        value += OLD_DANGER;
    }
    return value;
}

int main() {
    input[fread(input, 1, sizeof input - 1, stdin)] = '\0';
    int n = next_number();
    int q = next_number();
    std::vector<int> heights(n);
    for (int& height : heights) {
        height = next_number();
    }
    std::vector<std::pair<int, int>> stretches(q);
    for (auto& [left, right] : stretches) {
        left = next_number();
        right = next_number();
    }
    std::vector<int> lowest = find_lowest(heights, stretches);
    int closed = 0;
    long long checksum = 13;
    for (int i = 0; i < q; i++) {
        int stakes = stretches[i].second - stretches[i].first + 1;
        int value = danger(heights[lowest[i]], lowest[i], stakes);
        printf("%d %d\n", lowest[i], value);
        if (value >= CLOSED_FROM) {
            closed++;
        }
        checksum = (checksum * 17 + value + lowest[i]) % MODULUS;
    }
    printf("%d %lld\n", closed, checksum);
    return 0;
}
