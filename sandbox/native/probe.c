/* Tests the sandbox from inside. Prints one line for each property of containment: its name, and
 * 1 if it holds. With an argument it tries to exceed a limit instead (see self_test.py). */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void report(const char *property, int holds) { printf("%s %d\n", property, holds); }

static int try_limit(const char *which) {
    if (!strcmp(which, "cpu")) for (volatile unsigned i = 0;; i++) {}
    if (!strcmp(which, "wall")) for (;;) pause();
    if (!strcmp(which, "output")) for (;;) puts("flood");
    if (!strcmp(which, "peak")) {
        void *p = mmap(0, 10 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        return p == MAP_FAILED || !memset(p, 1, 10 << 20);
    }
    for (;;) { /* memory */
        char *more = malloc(1 << 20);
        if (!more) abort();
        memset(more, 1, 1 << 20);
    }
}

int main(int argc, char **argv) {
    if (argc > 1) return try_limit(argv[1]);
    const char *hidden[] = {"/proc", "/sys", "/etc", "/dev", "/root", "/home", "/tmp", "/var", "/usr"};
    int absent = 1;
    for (unsigned i = 0; i < sizeof hidden / sizeof *hidden; i++) absent &= access(hidden[i], F_OK) != 0;
    report("files", absent);
    report("writing", open("/new", O_CREAT | O_WRONLY, 0600) < 0 && open("/prog", O_WRONLY) < 0 &&
                          mkdir("/folder", 0700) != 0);
    report("network", socket(AF_INET, SOCK_STREAM, 0) < 0 && socket(AF_UNIX, SOCK_STREAM, 0) < 0 &&
                          socket(AF_NETLINK, SOCK_RAW, 0) < 0);
    report("namespaces", unshare(CLONE_NEWUSER) != 0 && mount("none", "/", "tmpfs", 0, "") != 0);
    report("processes", syscall(SYS_fork) < 0 && syscall(SYS_vfork) < 0);
    report("filter", prctl(PR_GET_SECCOMP) == 2 && syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0) < 0 &&
                         syscall(SYS_memfd_create, "x", 0) < 0 && syscall(SYS_bpf, 0, 0, 0) < 0 &&
                         errno == EPERM);
    report("first process", getppid() == 1);
    report("user", getuid() == 1000 && setuid(0) != 0);
    int open_files = 0;
    for (int i = 3; i < 1024; i++) open_files += fcntl(i, F_GETFD) >= 0;
    report("descriptors", open_files == 0);
    return 0;
}
