// verdict: AC
// tries: to fill the kernel's queue of signals and to create timers without end
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>
int main(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, 0);
    int count = 0;
    union sigval value = {0};
    while (count < 100000 && sigqueue(getpid(), SIGRTMIN, value) == 0) count++;
    timer_t timer;
    int timers = 0;
    while (timers < 100000 && timer_create(CLOCK_MONOTONIC, 0, &timer) == 0) timers++;
    if (count > 256 || timers > 256) { printf("%d %d\n", count, timers); return 1; }
    return 0;
}
