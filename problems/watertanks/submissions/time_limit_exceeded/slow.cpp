#include <iostream>
#include <vector>

const int OUTFLOW = 11;
const int FULL_LEVEL = 100;
const long long MODULUS = 1000000007;

struct Tank {
    long long a;
    long long b;
    long long m;
};

struct Result {
    long long level;
    long long coins;
};

long long start_level(const Tank& tank) {
    return (7 * tank.a + 3) % tank.m;
}

long long run_pump(const Tank& tank, long long level) {
    if (level % 2 == 0) {
        level = tank.a * level + 5;
    } else {
        level = level + 2 * tank.a;
    }
    if (level > 3 * tank.m) {
        level -= OUTFLOW;
    }
    if (level < 0) {
        level = 0;
    }
    return level % tank.m;
}

long long power(const Tank& tank, long long level) {
    if (level < tank.m / 2) {
        return 2;
    }
    return 4 + level % 3;
}

bool full(long long level) {
    return level >= FULL_LEVEL;
}

Result pump_all(const Tank& tank) {
    Result result = {start_level(tank), 0};
    for (long long run = 0; run < tank.b; run++) {
        result.level = run_pump(tank, result.level);
        result.coins += power(tank, result.level);
    }
    return result;
}

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int tanks;
    std::cin >> tanks;
    int full_tanks = 0;
    long long checksum = 2;
    for (int i = 0; i < tanks; i++) {
        Tank tank;
        std::cin >> tank.a >> tank.b >> tank.m;
        Result result = pump_all(tank);
        std::cout << result.level << " " << result.coins << "\n";
        if (full(result.level)) {
            full_tanks++;
        }
        checksum = (checksum * 23 + result.level + 6 * result.coins) % MODULUS;
    }
    std::cout << full_tanks << " " << checksum << "\n";
    return 0;
}
