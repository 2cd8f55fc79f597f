#include <algorithm>
#include <cstdio>
#include <vector>

const int MODULUS = 1000003;
const int MARK_MODULUS = 10007;
const int LUCKY = 7;
const int HIGH_MARK = 5000;

int worth(int face) {
    if (face % LUCKY == 0) {
        return face + 2;
    }
    return face + face % 3;
}

int payout(int amount) {
    return amount + amount / 10;
}

std::vector<int> count_ways(const std::vector<int>& faces, int limit) {
    std::vector<int> ways(limit + 1, 0);
    ways[0] = 1;
    for (int face : faces) {
        int value = worth(face);
        for (int sum = value; sum <= limit; sum++) {
            ways[sum] = (ways[sum] + ways[sum - value]) % MODULUS;
        }
    }
    return ways;
}

int mark(int amount, int ways) {
    if (ways == 0) {
        return amount % 10;
    }
    return (3 * ways + amount) % MARK_MODULUS;
}

std::vector<int> serve(const std::vector<int>& faces, const std::vector<int>& amounts) {
    std::vector<int> marks;
    for (int amount : amounts) {
        int goal = payout(amount);
        std::vector<int> ways = count_ways(faces, goal);
        marks.push_back(mark(amount, ways[goal]));
    }
    return marks;
}

int main() {
    int tubes;
    int requests;
    if (scanf("%d %d", &tubes, &requests) != 2) {
        return 1;
    }
    std::vector<int> faces(tubes);
    for (int& face : faces) {
        if (scanf("%d", &face) != 1) {
            return 1;
        }
    }
    std::vector<int> amounts(requests);
    for (int& amount : amounts) {
        if (scanf("%d", &amount) != 1) {
            return 1;
        }
    }
    int high = 0;
    long long checksum = 17;
    for (int value : serve(faces, amounts)) {
        printf("%d\n", value);
        if (value > HIGH_MARK) {
            high++;
        }
        checksum = (checksum * 31 + value) % MODULUS;
    }
    printf("%d %lld\n", high, checksum);
    return 0;
}
