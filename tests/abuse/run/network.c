// verdict: AC
// tries: to create a socket of every family and type
// under: sandbox cachegrind
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/socket.h>
int main(void) {
    for (int family = 0; family < 46; family++)
        for (int type = 1; type < 11; type++)
            if (socket(family, type, 0) >= 0) { printf("%d %d\n", family, type); return 1; }
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) >= 0) { puts("a pair"); return 1; }
    return 0;
}
