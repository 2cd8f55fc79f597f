#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <utility>
#include <vector>

const int ROUGH = 6;
const int SMALL_GROUP = 8;
const int SWIM_LIMIT = 100;
const int TOWELS = 3;
const long long MODULUS = 1000003;

bool holds(int a, int b) {
    return (a + b) % ROUGH != 0;
}

int toll(int islands) {
    if (islands <= SMALL_GROUP) {
        return 2 * islands + 1;
    }
    return islands / 2 + 40;
}

int swim_cost(int distance) {
    return distance + TOWELS;
}

bool swims(int distance) {
    return distance < SWIM_LIMIT;
}

struct Islands {
    std::vector<int> group;

    explicit Islands(int count) : group(count) {
        std::iota(group.begin(), group.end(), 0);
    }

    void join(int a, int b) {
        int old_group = group[b];
        for (int& each : group) {
            if (each == old_group) {
                each = group[a];
            }
        }
    }

    int group_with(int a, int b) const {
        if (group[a] != group[b]) {
            return 0;
        }
        return static_cast<int>(std::count(group.begin(), group.end(), group[a]));
    }
};

int main() {
    char line[64];
    if (fgets(line, sizeof line, stdin) == nullptr) {
        return 1;
    }
    char* cursor = line;
    int count = static_cast<int>(strtol(cursor, &cursor, 10));
    int messages = static_cast<int>(strtol(cursor, &cursor, 10));
    Islands islands(count + 1);
    int fallen = 0;
    int walking = 0;
    int swimming = 0;
    int home = 0;
    long long total = 0;
    long long checksum = 3;
    for (int message = 0; message < messages; message++) {
        if (fgets(line, sizeof line, stdin) == nullptr) {
            return 1;
        }
        cursor = line + 1;
        int a = static_cast<int>(strtol(cursor, &cursor, 10));
        int b = static_cast<int>(strtol(cursor, &cursor, 10));
        if (line[0] == '+') {
            if (holds(a, b)) {
                islands.join(a, b);
            } else {
                fallen++;
            }
            continue;
        }
        int distance = abs(a - b);
        int payment = 0;
        int group = islands.group_with(a, b);
        if (group > 0) {
            walking++;
            payment = toll(group);
        } else if (swims(distance)) {
            swimming++;
            payment = swim_cost(distance);
        } else {
            home++;
        }
        total += payment;
        checksum = (checksum * 53 + payment) % MODULUS;
    }
    printf("%d\n", fallen);
    printf("%d %d %d\n", walking, swimming, home);
    printf("%lld %lld\n", total, checksum);
    return 0;
}
