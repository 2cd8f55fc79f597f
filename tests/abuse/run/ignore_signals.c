// verdict: TLE
// tries: to outlive the limit on CPU time by ignoring every signal, from an alternate stack too
// under: sandbox gem5
#define _GNU_SOURCE
#include <signal.h>
int main(void) {
    for (int s = 1; s < 65; s++) signal(s, SIG_IGN);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, 0);
    for (volatile unsigned i = 0;; i++) {}
}
