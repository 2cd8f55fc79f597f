// verdict: AC
// tries: to open files until no process can open any more
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
    int count = 0;
    while (count < 100000 && (open("/", O_RDONLY) >= 0 || dup(0) >= 0)) count++;
    if (count > 61) { printf("%d\n", count); return 1; }
    return 0;
}
