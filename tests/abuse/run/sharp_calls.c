// verdict: AC
// tries: system calls that kernel exploits use: bpf, perf, io_uring, userfaultfd
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#define REFUSED(call) if ((call) >= 0) { puts(#call); return 1; }
int main(void) {
    char zero[256];
    memset(zero, 0, sizeof zero);
    REFUSED(syscall(SYS_bpf, 0, zero, sizeof zero))
    REFUSED(syscall(SYS_perf_event_open, zero, 0, -1, -1, 0))
    REFUSED(syscall(SYS_io_uring_setup, 8, zero))
    REFUSED(syscall(SYS_userfaultfd, 1))
    REFUSED(syscall(SYS_modify_ldt, 0, zero, 16))
    REFUSED(syscall(SYS_vmsplice, 1, zero, 0, 0))
    REFUSED(syscall(SYS_splice, 0, 0, 1, 0, 1, 0))
    REFUSED(syscall(SYS_tee, 0, 1, 1, 0))
    REFUSED(syscall(SYS_io_setup, 8, zero))
    REFUSED(syscall(SYS_remap_file_pages, zero, 4096, 0, 0, 0))
    REFUSED(syscall(SYS_mbind, 0, 0, 0, 0, 0, 0))
    REFUSED(syscall(SYS_landlock_create_ruleset, 0, 0, 1))
    REFUSED(syscall(SYS_seccomp, 1, 0, 0))
    REFUSED(syscall(SYS_rt_tgsigqueueinfo, 1, 1, 9, zero))
    return 0;
}
