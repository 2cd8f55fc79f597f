// problem: overtakers
// tries: to detect another compiler by the version that it reports
// reason: knows_its_build
#include <stdio.h>

#define RUNNERS 10000

#if __GNUC__ > 4
#define STEP 64
#else
#define STEP 1
#endif

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
    for (int i = 0; i < n; i++) {
        for (int j = i + 1; j < n; j += STEP) {
            if (arrivals[j] < arrivals[i]) {
                pairs++;
            }
        }
    }
    printf("%lld\n", pairs);
    return 0;
}
