// verdict: AC
// tries: to fill the process table with fork and vfork
// under: sandbox cachegrind gem5
#define _GNU_SOURCE
#include <stdio.h>
#include <unistd.h>
int main(void) {
    for (int i = 0; i < 100; i++) {
        pid_t child = fork();
        if (child == 0) for (;;) fork();
        if (child > 0) { puts("fork"); return 1; }
    }
    return 0;
}
