// verdict: AC
// tries: to kill and stop the supervisor and every other process
// under: sandbox cachegrind gem5=IE
#define _GNU_SOURCE
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    for (int s = 1; s < 65; s++) {
        kill(1, s);
        kill(getppid(), s);
        syscall(SYS_tgkill, 1, 1, s);
        syscall(SYS_tkill, 1, s);
    }
    for (int pid = 3; pid < 200; pid++) if (pid != getpid()) kill(pid, SIGKILL);
    kill(-1, SIGKILL);
    return 0;
}
