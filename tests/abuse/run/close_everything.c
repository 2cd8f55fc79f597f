// verdict: TLE
// tries: to close all its descriptors and to keep running
// limits: wall_s=0.4
#define _GNU_SOURCE
#include <unistd.h>
int main(void) { close_range(0, ~0u, 0); for (;;) pause(); }
