#include <algorithm>
#include <cstdio>
#include <vector>

const int WRAPPING = 2;
const int PROMISED = 6;
const int MOST_COMFORT = 25;
const int GRADES = 1009;

struct Thing {
    int number;
    int weight;
    int value;
};

int wrapped(const Thing& thing) {
    return thing.weight + WRAPPING + thing.weight / 8;
}

bool fits(const Thing& thing, int room) {
    return wrapped(thing) <= room;
}

long long joy(const Thing& thing) {
    long long result = thing.value;
    if (thing.number % 3 == 0) {
        result += PROMISED;
    }
    return result;
}

long long comfort(int room) {
    return std::min(room / 4, MOST_COMFORT);
}

long long better(long long left, long long taken) {
    return std::max(left, taken);
}

int winter_room(int capacity) {
    return capacity - capacity / 3;
}

long long grade(long long summer, long long winter, int n) {
    return (17 * summer + 5 * winter + n) % GRADES;
}

long long pack(const std::vector<Thing>& things, unsigned chosen, int room) {
    long long joys = 0;
    for (std::size_t i = 0; i < things.size(); i++) {
        if ((chosen >> i & 1) == 0) {
            continue;
        }
        if (!fits(things[i], room)) {
            return 0;
        }
        room -= wrapped(things[i]);
        joys += joy(things[i]);
    }
    return joys + comfort(room);
}

long long plan(const std::vector<Thing>& things, int capacity) {
    long long most = 0;
    for (unsigned chosen = 0; chosen < 1u << things.size(); chosen++) {
        most = better(most, pack(things, chosen, capacity));
    }
    return most;
}

int main() {
    int n = 0;
    int capacity = 0;
    if (std::scanf("%d %d", &n, &capacity) != 2) {
        return 1;
    }
    std::vector<Thing> things;
    for (int i = 0; i < n; i++) {
        Thing thing;
        thing.number = i;
        if (std::scanf("%d %d", &thing.weight, &thing.value) != 2) {
            return 1;
        }
        things.push_back(thing);
    }

    long long summer = plan(things, capacity);
    long long winter = plan(things, winter_room(capacity));

    std::printf("%lld %lld ", summer, winter);
    std::printf("%lld\n", grade(summer, winter, n));
    return 0;
}
