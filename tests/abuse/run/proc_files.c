// verdict: AC
// tries: the /proc that simulated programs see: the memory of other processes, kernel settings, the host
// under: cachegrind gem5
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
    const char *hidden[] = {"/proc/1/mem", "/proc/1/environ", "/proc/1/maps", "/proc/1/fd/3", "/proc/1/root",
        "/proc/kcore", "/proc/1/cwd/x"};
    const char *fixed[] = {"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger", "/proc/sys/vm/drop_caches",
        "/proc/self/oom_score_adj", "/proc/self/uid_map", "/proc/1/oom_adj", "/proc/self/loginuid"};
    for (unsigned i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (open(hidden[i], O_RDONLY) >= 0) { puts(hidden[i]); return 1; }
    for (unsigned i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (open(fixed[i], O_WRONLY) >= 0) { puts(fixed[i]); return 1; }
    if (access("/etc", F_OK) == 0 || access("/root", F_OK) == 0) { puts("the host"); return 1; }
    return 0;
}
