// verdict: AC
// tries: to make system calls through the vsyscall page, which the kernel itself executes
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
static sigjmp_buf back;
static void caught(int number) { siglongjmp(back, number); }
int main(void) {
    static unsigned long bad[2];
    signal(SIGSEGV, caught);
    for (unsigned long at = 0xffffffffff600000; at <= 0xffffffffff600800; at += 0x400) {
        if (sigsetjmp(back, 1)) continue;
        long (*call)(void *, void *, void *) = (long (*)(void *, void *, void *))at;
        call(bad, bad + 1, 0);
        if (!sigsetjmp(back, 1) && call((void *)0xffffffff81000000, 0, 0) == 0) puts("kernel memory");
    }
    return 0;
}
