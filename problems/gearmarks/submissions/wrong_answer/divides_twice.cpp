#include <algorithm>
#include <cstdio>

const long long TIGHT_FROM = 9000;
const long long SMOOTH_TURNS = 12;
const int TIGHT_WEAR = 40;
const int SMOOTH_WEAR = 25;
const int MODULUS = 1000003;

long long meeting(int a, int b) {
    int x = a;
    int y = b;
    while (y != 0) {
        int rest = x % y;
        x = y;
        y = rest;
    }
    return static_cast<long long>(a) / x * (b / x);
}

bool is_tight(long long teeth) {
    return teeth >= TIGHT_FROM;
}

bool is_smooth(int a, int b, long long teeth) {
    return teeth / std::min(a, b) <= SMOOTH_TURNS;
}

int wear(int a, int b, long long teeth) {
    int value = static_cast<int>(teeth % 613);
    if (is_tight(teeth)) {
        value += TIGHT_WEAR;
    }
    if (is_smooth(a, b, teeth)) {
        value -= SMOOTH_WEAR;
    }
    return std::max(value, 0);
}

int main() {
    int pairs = 0;
    if (scanf("%d", &pairs) != 1) {
        return 1;
    }
    int tight = 0;
    int smooth = 0;
    long long checksum = 5;
    for (int i = 0; i < pairs; i++) {
        int a = 0;
        int b = 0;
        if (scanf("%d %d", &a, &b) != 2) {
            return 1;
        }
        long long teeth = meeting(a, b);
        int value = wear(a, b, teeth);
        printf("%lld %d\n", teeth, value);
        tight += is_tight(teeth);
        smooth += is_smooth(a, b, teeth);
        checksum = (checksum * 37 + value) % MODULUS;
    }
    printf("%d %d %lld\n", tight, smooth, checksum);
    return 0;
}
