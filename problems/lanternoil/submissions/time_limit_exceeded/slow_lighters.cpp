#include <cstdio>
#include <vector>

const long long MODULUS = 1000000007;
const int BRIGHT_BASE = 40;
const int WINDY_EXTRA = 3;

bool on_duty(int lighter) {
    return lighter % 7 != 3;
}

long long pour(int lighter, int lantern) {
    long long drops = lighter % 10 + 2;
    if (lantern % 2 == 1) {
        drops += WINDY_EXTRA;
    }
    return drops;
}

bool is_bright(int lantern, long long drops) {
    return drops > BRIGHT_BASE + lantern % 16;
}

long long stamp(long long seal, long long drops) {
    return (seal * 31 + drops) % MODULUS;
}

std::vector<long long> fill_lanterns(int first, int last) {
    std::vector<long long> oil(last - first + 1, 0);
    for (int lighter = 1; lighter <= last; lighter++) {
        for (int lantern = first; lantern <= last; lantern++) {
            if (lantern % lighter == 0 && on_duty(lighter)) {
                oil[lantern - first] += pour(lighter, lantern);
            }
        }
    }
    return oil;
}

int main() {
    int first = 0;
    int last = 0;
    if (std::scanf("%d %d", &first, &last) != 2) {
        return 1;
    }

    std::vector<long long> oil = fill_lanterns(first, last);

    long long bright = 0;
    long long fullest = 0;
    long long seal = 7;
    for (int lantern = first; lantern <= last; lantern++) {
        long long drops = oil[lantern - first];
        if (is_bright(lantern, drops)) {
            bright += 1;
        }
        if (drops > fullest) {
            fullest = drops;
        }
        seal = stamp(seal, drops);
    }
    std::printf("%lld %lld %lld\n", bright, fullest, seal);
    return 0;
}
