// verdict: TLE
// tries: to fork and to wait forever before main begins
// limits: wall_s=0.4
#include <unistd.h>
struct Early { Early() { if (fork() >= 0) _exit(1); for (;;) pause(); } } early;
int main() {}
