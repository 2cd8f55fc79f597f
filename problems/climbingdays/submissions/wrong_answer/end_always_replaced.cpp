#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>
#include <map>
#include <vector>

const int PROGRESS = 3;
const int HARD = 500;
const int HUT_EVERY = 4;
const int HUT_POINTS = 9;
const int HARDEST = 5000;
const long long MODULUS = 10009;

char input[1 << 16];
char* cursor = input;

int next_number() {
    return static_cast<int>(strtol(cursor, &cursor, 10));
}

std::vector<int> rank_routes(const std::vector<int>& routes) {
    std::vector<int> ranks;
    // easiest[k] is the easiest end of a tour of k + 1 routes.
    std::vector<int> easiest;
    for (int difficulty : routes) {
        auto place = std::upper_bound(easiest.begin(), easiest.end(), difficulty - PROGRESS);
        int length = place - easiest.begin();
        if (place == easiest.end()) {
            easiest.push_back(difficulty);
        } else {
            *place = difficulty;
        }
        ranks.push_back(length + 1);
    }
    return ranks;
}

long long points(int difficulty, int rank) {
    long long value = 3LL * rank;
    if (difficulty >= HARD) {
        value = static_cast<long long>(rank) * rank;
    }
    if (rank % HUT_EVERY == 0) {
        value += HUT_POINTS;
    }
    return value;
}

int main() {
    input[fread(input, 1, sizeof input - 1, stdin)] = '\0';
    int n = next_number();
    std::vector<int> routes(n);
    for (int& difficulty : routes) {
        difficulty = next_number();
    }
    std::vector<int> ranks = rank_routes(routes);
    int longest = 0;
    int first = 0;
    int lonely = 0;
    long long sum = 0;
    long long mark = 0;
    for (int i = 0; i < n; i++) {
        if (ranks[i] > longest) {
            longest = ranks[i];
            first = i + 1;
        }
        if (ranks[i] == 1) {
            lonely++;
        }
        sum += points(routes[i], ranks[i]);
        mark = (mark + static_cast<long long>(i + 1) * ranks[i]) % MODULUS;
    }
    printf("%d %d %d %lld %lld\n", longest, first, lonely, sum, mark);
    return 0;
}
