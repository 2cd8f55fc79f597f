// verdict: RE
// tries: to replace the filter of system calls by one of its own
#define _GNU_SOURCE
#include <sys/prctl.h>
#include <unistd.h>
int main(void) { prctl(PR_SET_SECCOMP, 1, 0, 0, 0); getpid(); return 3; }
