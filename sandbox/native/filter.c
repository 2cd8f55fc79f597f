/* The system call filters of the sandbox; supervisor.c and fork_server.c include this file.
 *
 * An allow-list: every call that is not named here returns EPERM, so that calls
 * of later kernels are refused too. The supervisor loads the filter once, for
 * itself, and every program inherits it: loading one for each run would cost
 * as much as the run.
 *
 * The supervisor needs calls that no program may use (starting a program,
 * memory files, its control socket). They are allowed only to a caller that
 * passes a secret in the sixth argument, which those calls do not use. The
 * secret is 64 random bits, generated in every sandbox and kept in the
 * supervisor's memory. Programs can read neither that memory nor the filter,
 * and execve clears the registers.
 *
 * Written as plain BPF and not with libseccomp: the table is as readable, and
 * no library has to be installed to build it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <asm/ioctls.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef __x86_64__
#error "the system call filter is written for x86-64"
#endif

/* What programs may do; `SeccompProfile` in bubblewrap_arguments.py describes each. All but RUN
 * may start threads. */
enum profile { RUN, THREADS, THREADS_FORK, SIMULATE, FORK, BUILD };

#define NAMESPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | \
                    CLONE_NEWPID | CLONE_NEWNET)

/* Only with the secret. They come first, because the filter is a linear list: the kernel walks it
 * at each call, and the supervisor makes these in every run. */
static const uint16_t supervisor_only[] = {
    SYS_vfork, SYS_execve, SYS_memfd_create, SYS_sendmsg, SYS_recvmsg,
    SYS_personality,
};

static const uint16_t everyone[] = {
    /* open descriptors */
    SYS_read, SYS_readv, SYS_pread64, SYS_preadv, SYS_preadv2,
    SYS_write, SYS_writev, SYS_pwrite64, SYS_pwritev, SYS_pwritev2,
    SYS_lseek, SYS_close, SYS_close_range, SYS_dup, SYS_dup2, SYS_dup3, SYS_fcntl,
    SYS_fsync, SYS_fdatasync, SYS_ftruncate, SYS_fallocate, SYS_fadvise64, SYS_sendfile,
    SYS_copy_file_range, SYS_pipe, SYS_pipe2, SYS_poll, SYS_ppoll, SYS_select, SYS_pselect6,
    SYS_eventfd2, SYS_epoll_create, SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_wait,
    SYS_epoll_pwait, SYS_epoll_pwait2,
    /* files: the file system is read-only */
    SYS_open, SYS_openat, SYS_openat2, SYS_stat, SYS_fstat, SYS_lstat, SYS_newfstatat, SYS_statx,
    SYS_statfs, SYS_fstatfs, SYS_access, SYS_faccessat, SYS_faccessat2, SYS_readlink,
    SYS_readlinkat, SYS_getdents, SYS_getdents64, SYS_getcwd, SYS_chdir, SYS_fchdir, SYS_umask,
    /* memory, within the limits */
    SYS_brk, SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap, SYS_madvise, SYS_msync, SYS_mincore,
    SYS_membarrier,
    /* signals: they stay in the sandbox's PID namespace, whose first process the kernel protects */
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigsuspend, SYS_rt_sigpending,
    SYS_rt_sigtimedwait, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_sigaltstack, SYS_kill,
    SYS_tkill, SYS_tgkill, SYS_pause, SYS_alarm, SYS_setitimer, SYS_getitimer, SYS_timer_create,
    SYS_timer_settime, SYS_timer_gettime, SYS_timer_getoverrun, SYS_timer_delete,
    /* time, and the process itself */
    SYS_nanosleep, SYS_clock_nanosleep, SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday,
    SYS_time, SYS_times, SYS_getpid, SYS_gettid, SYS_getppid, SYS_getpgid, SYS_getpgrp, SYS_getsid,
    SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getgroups, SYS_getresuid, SYS_getresgid,
    SYS_uname, SYS_sysinfo, SYS_getcpu, SYS_getrandom, SYS_getrlimit, SYS_setrlimit,
    SYS_getrusage, SYS_getpriority, SYS_capget, SYS_prctl, SYS_arch_prctl, SYS_set_tid_address,
    SYS_set_robust_list, SYS_get_robust_list, SYS_rseq, SYS_futex, SYS_sched_yield,
    SYS_sched_getaffinity, SYS_sched_getscheduler, SYS_sched_getparam,
    SYS_sched_get_priority_max, SYS_sched_get_priority_min, SYS_restart_syscall, SYS_exit,
    SYS_exit_group, SYS_wait4, SYS_waitid,
};

/* Compilers start programs, and write files to a small tmpfs that is deleted with the sandbox. */
static const uint16_t builders[] = {
    SYS_vfork, SYS_fork, SYS_execve, SYS_creat, SYS_truncate, SYS_mkdir, SYS_mkdirat, SYS_rmdir,
    SYS_unlink, SYS_unlinkat, SYS_rename, SYS_renameat, SYS_renameat2, SYS_link, SYS_linkat,
    SYS_symlink, SYS_symlinkat, SYS_chmod, SYS_fchmod, SYS_fchmodat, SYS_utime, SYS_utimes,
    SYS_utimensat, SYS_futimesat, SYS_setpgid, SYS_setsid, SYS_flock,
};

/* valgrind creates a file in its scratch folder and deletes it at once. */
static const uint16_t simulators[] = {SYS_unlink};

/* What the fork server needs besides `clone`; a run of it loses these by `filter_build_narrow`. */
static const uint16_t fork_servers[] = {SYS_recvmsg, SYS_chmod};

static struct sock_filter code[1024];
static unsigned short length;

static void emit(uint16_t op, uint8_t yes, uint8_t no, uint32_t k) {
    code[length++] = (struct sock_filter){op, yes, no, k};
}

static void load(size_t offset) { emit(BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset); }
static void give(uint32_t action) { emit(BPF_RET | BPF_K, 0, 0, action); }
static void refuse(int error) { give(SECCOMP_RET_ERRNO | (uint32_t)error); }

/* BPF loads 32 bits at a time, so that each half of an argument is compared by itself. */
static size_t argument(int i, int high) {
    return offsetof(struct seccomp_data, args) + 8 * (size_t)i + (high ? 4 : 0);
}

/* Every rule compares the call's number, and skips its `body` instructions if it differs. */
static void on(int number, uint8_t body) { emit(BPF_JMP | BPF_JEQ | BPF_K, 0, body, number); }

static void on_secret(int number, uint64_t secret) {
    on(number, 6);
    load(argument(5, 0));
    emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 3, (uint32_t)secret);
    load(argument(5, 1));
    emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, (uint32_t)(secret >> 32));
    give(SECCOMP_RET_ALLOW);
    load(offsetof(struct seccomp_data, nr)); /* BUILD allows some of these calls further down */
}

static int has_server(enum profile profile) { return profile == THREADS_FORK || profile == FORK; }

/* Threads for every profile but RUN; processes for BUILD only, and for fork servers the one kind that
 * they start, as children of the supervisor; never a new namespace. */
static void on_clone(enum profile profile) {
    on(SYS_clone, has_server(profile) ? 7 : 5);
    load(argument(0, 0));
    if (has_server(profile)) {
        emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, CLONE_PARENT | SIGCHLD);
        give(SECCOMP_RET_ALLOW);
    }
    emit(BPF_JMP | BPF_JSET | BPF_K, 2, 0, NAMESPACES);
    emit(BPF_JMP | BPF_JSET | BPF_K, 0, profile == BUILD ? 0 : 1, CLONE_THREAD);
    give(profile != RUN ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | EPERM);
    refuse(EPERM);
}

static void on_prlimit(void) { /* only for the caller (pid 0): the supervisor has limits too */
    on(SYS_prlimit64, 4);
    load(argument(0, 0));
    emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
    give(SECCOMP_RET_ALLOW);
    refuse(EPERM);
}

/* ENOTTY is what a program expects of a file that is no terminal. rustc sets its pipes to
 * non-blocking with FIONBIO. */
static void on_ioctl(enum profile profile) {
    on(SYS_ioctl, 4);
    load(argument(1, 0));
    emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, FIONBIO);
    give(profile == BUILD ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | ENOTTY);
    refuse(ENOTTY);
}

static void on_socketpair(void) { /* AF_UNIX only; javac opens one between its own threads */
    on(SYS_socketpair, 4);
    load(argument(0, 0));
    emit(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, AF_UNIX);
    give(SECCOMP_RET_ALLOW);
    refuse(EPERM);
}

static void allow(const uint16_t *numbers, size_t count) {
    for (size_t i = 0; i < count; i++) {
        on(numbers[i], 1);
        give(SECCOMP_RET_ALLOW);
    }
}

#define COUNT(array) (sizeof array / sizeof *array)

/* Refuses every system call except those of the profile. A process that loads it cannot undo that,
 * nor can any that it starts. */
static struct sock_fprog __attribute__((unused)) filter_build(enum profile profile, uint64_t secret) {
    /* int 0x80 reaches the 32-bit calls, whose numbers mean something else: it kills the program. */
    load(offsetof(struct seccomp_data, arch));
    emit(BPF_JMP | BPF_JEQ | BPF_K, 1, 0, AUDIT_ARCH_X86_64);
    give(SECCOMP_RET_KILL_PROCESS);
    load(offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < COUNT(supervisor_only); i++) on_secret(supervisor_only[i], secret);
    on_clone(profile);
    on_prlimit();
    on_ioctl(profile);
    on(SYS_clone3, 1);
    refuse(ENOSYS); /* BPF cannot read its flags, which lie in memory; libc then uses clone */
    allow(everyone, COUNT(everyone));
    if (profile == BUILD) on_socketpair();
    if (profile == BUILD) allow(builders, COUNT(builders));
    if (profile == SIMULATE || profile == FORK) allow(simulators, COUNT(simulators));
    if (has_server(profile)) allow(fork_servers, COUNT(fork_servers));
    refuse(EPERM);
    return (struct sock_fprog){length, code};
}

/* Refuses `number` if argument `i` is `value` (`equal`), or unless it is. */
static void on_argument(int number, int i, int equal, uint32_t value) {
    on(number, 4);
    load(argument(i, 0));
    emit(BPF_JMP | BPF_JEQ | BPF_K, equal ? 0 : 1, equal ? 1 : 0, value);
    refuse(EPERM);
    load(offsetof(struct seccomp_data, nr));
}

/* Refuses what a run of the fork server may not do, in addition to the filter that it inherits: what
 * only its server needs, processes, and signals to any process but itself, also those that the
 * kernel sends for a descriptor. */
static struct sock_fprog __attribute__((unused)) filter_build_narrow(uint32_t self, uint32_t server) {
    static const uint16_t to_process[] = {SYS_kill, SYS_rt_sigqueueinfo};
    static const uint16_t to_thread[] = {SYS_tkill, SYS_tgkill, SYS_rt_tgsigqueueinfo};
    load(offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < COUNT(fork_servers); i++) {
        on(fork_servers[i], 1);
        refuse(EPERM);
    }
    on(SYS_clone, 4);
    load(argument(0, 0));
    emit(BPF_JMP | BPF_JSET | BPF_K, 1, 0, CLONE_THREAD);
    refuse(EPERM);
    give(SECCOMP_RET_ALLOW);
    for (size_t i = 0; i < COUNT(to_process); i++) on_argument(to_process[i], 0, 0, self);
    for (size_t i = 0; i < COUNT(to_thread); i++) on_argument(to_thread[i], 0, 1, server);
    on_argument(SYS_fcntl, 1, 1, F_SETOWN);
    on_argument(SYS_fcntl, 1, 1, F_SETOWN_EX);
    on_argument(SYS_fcntl, 1, 1, F_SETSIG);
    give(SECCOMP_RET_ALLOW);
    return (struct sock_fprog){length, code};
}
