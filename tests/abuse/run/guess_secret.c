// verdict: AC
// tries: to guess, from what it can read, the secret that unlocks the supervisor's system calls
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>
static int open_with(unsigned long key) {
    return syscall(SYS_memfd_create, "m", 0, 0, 0, 0, key) >= 0 ||
           syscall(SYS_pidfd_open, 1, 0, 0, 0, 0, key) >= 0;
}
int main(int argc, char **argv) {
    unsigned long *words = (unsigned long *)&argc, random = getauxval(AT_RANDOM);
    for (int i = 0; i < 80; i++)
        if (open_with(words[i])) { puts("on the stack"); return 1; }
    for (unsigned long key = 0; key < 1000; key++)
        if (open_with(key) || open_with(~key)) { puts("small"); return 1; }
    if (open_with(((unsigned long *)random)[0]) || open_with(((unsigned long *)random)[1])) return 1;
    return argv[0] == 0;
}
