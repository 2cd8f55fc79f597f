// verdict: AC
// tries: to take precedence over other processes, and to move the supervisor to another core
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#define REFUSED(call) if ((call) >= 0) { puts(#call); return 1; }
int main(void) {
    struct sched_param urgent = {50};
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    REFUSED(setpriority(PRIO_PROCESS, 0, -20))
    REFUSED(setpriority(PRIO_PROCESS, 1, 19))
    REFUSED(sched_setscheduler(0, SCHED_FIFO, &urgent))
    REFUSED(sched_setscheduler(0, SCHED_RR, &urgent))
    REFUSED(sched_setaffinity(1, sizeof first, &first))
    REFUSED(syscall(SYS_sched_setattr, 0, &urgent, 0))
    REFUSED(syscall(SYS_ioprio_set, 1, 0, 1 << 13))
    return 0;
}
