/* For each k up to n, the sum up to k again. */
#include <stdio.h>
int main(void) {
    int n;
    if (scanf("%d", &n) != 1) return 3;
    unsigned long total = 0;
    for (int k = 1; k <= n; k++)
        for (volatile int i = 1; i <= k; i = i + 1) total += (unsigned long)i;
    printf("%lu\n", total);
}
