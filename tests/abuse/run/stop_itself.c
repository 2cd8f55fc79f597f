// verdict: TLE
// tries: to stop itself, so that the process that waits for its end waits forever
// limits: wall_s=0.4
#define _GNU_SOURCE
#include <signal.h>
int main(void) { for (;;) raise(SIGSTOP); }
