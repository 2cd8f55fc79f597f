/* The sums up to k, each from the one before. */
#include <stdio.h>
int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 3;
    unsigned long total = 0, sum = 0;
    for (volatile int k = 1; k <= n; k = k + 1)
        for (int i = 0; i < 20; i++) {
            if (i == 0) sum += (unsigned long)k;
            if (i == 0) total += sum;
        }
    printf("%lu\n", total);
}
