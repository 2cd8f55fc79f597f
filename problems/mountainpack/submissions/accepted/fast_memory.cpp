#include <algorithm>
#include <cstdio>
#include <map>
#include <utility>
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

typedef std::map<std::pair<std::size_t, int>, long long> Memory;

long long pack(const std::vector<Thing>& things, std::size_t i, int room, Memory& memory) {
    if (i == things.size()) {
        return comfort(room);
    }
    auto known = memory.find({i, room});
    if (known != memory.end()) {
        return known->second;
    }
    long long most = pack(things, i + 1, room, memory);
    if (fits(things[i], room)) {
        long long rest = pack(things, i + 1, room - wrapped(things[i]), memory);
        most = better(most, joy(things[i]) + rest);
    }
    memory[{i, room}] = most;
    return most;
}

long long plan(const std::vector<Thing>& things, int capacity) {
    Memory memory;
    return pack(things, 0, capacity, memory);
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
