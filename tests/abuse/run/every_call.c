// verdict: AC
// tries: every system call number that is on no list, so that a later kernel's calls are refused too
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    for (long number = 337; number < 1024; number++) {
        errno = 0;
        if (number >= 424 && number < 460) continue;
        if (syscall(number, -1, -1, -1, -1, -1, -1) >= 0 || errno != EPERM) {
            printf("%ld: %d\n", number, errno);
            return 1;
        }
    }
    return 0;
}
