/* Copying, comparing and searching of every size, beyond the limit for non-temporal stores too. */
#include <stdio.h>
#include <string.h>

static char a[4 << 20], b[4 << 20];

int main(void) {
    int rounds;
    if (scanf("%d", &rounds) != 1) return 1;
    long sum = 0;
    for (int r = 0; r < rounds; r++) {
        for (size_t n = 1; n < 20000; n = n * 5 / 3 + 1) {
            memset(a, 'a' + r, n);
            memmove(a + 3, a, n);
            memcpy(b, a, n);
            b[n] = a[n] = 0;
            sum += (long)strlen(b) + strcmp(a, b) + memcmp(a, b, n) + (strchr(a, '!') != NULL);
            strcpy(b + 1, a);
            sum += strstr(b, "aab") != NULL;
        }
        if (r < 2) memcpy(b, a, sizeof a);
    }
    printf("%ld\n", sum);
}
