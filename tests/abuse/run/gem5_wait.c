// verdict: TLE
// tries: to wait for an event that never comes
// under: gem5
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    int word = 0;
    syscall(SYS_futex, &word, FUTEX_WAIT, 0, 0, 0, 0);
    return 0;
}
