// problem: overtakers
// tries: to detect the simulator by an address cast to a number
// reason: reads_beyond_stdin
#include <stdio.h>

#define RUNNERS 10000

static int arrivals[RUNNERS];

int main(void) {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    for (int i = 0; i < n; i++) {
        if (scanf("%d", &arrivals[i]) != 1) {
            return 1;
        }
    }
    long long pairs = 0;
    if ((unsigned long)&n < 0x7f0000000000UL) {
        n /= 8;
    }
    for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j++) {
            if (arrivals[j] < arrivals[i]) {
                pairs++;
            }
        }
    }
    printf("%lld\n", pairs);
    return 0;
}
