// verdict: TLE
// tries: to wait forever without using the processor
// limits: wall_s=0.4
// under: sandbox cachegrind
#define _GNU_SOURCE
#include <unistd.h>
int main(void) { for (;;) pause(); }
