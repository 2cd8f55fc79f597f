/* Makes an interpreter a fork server: it is started once, and every run is a fork of it.
 *
 * This library is preloaded into the interpreter, with or without valgrind. The
 * interpreter starts as usual until it asks for the status of its program for the
 * first time, before it has read anything of it. There the library waits for tokens
 * of the supervisor, and forks for each. The fork is a child of the supervisor
 * (CLONE_PARENT). It receives its streams, the program and a log for the simulator as
 * descriptors, gives up what only the server may do, reports to the supervisor, and
 * goes on as any interpreter would.
 *
 * A fork inherits the simulator's counts and the state of its caches and predictors.
 * So the server must be in the same state before every fork. It executes nothing but
 * the loop in `wait_for_run`, which is written in assembly, so that a round takes
 * known counts (`_ROUND_COUNTS` in cachegrind.py); rounds without a fork come first,
 * until caches and predictors repeat. `seal` and `join_run` run outside the simulation:
 * they are not counted, and can use the descriptors that valgrind keeps for itself.
 * All runs see the same process id: CPython keeps one object for each small integer, so
 * that its value decides which cache lines are read.
 *
 * Runs are the same user as the server, and must reach neither it nor each other: it
 * is not dumpable (no ptrace, no /proc/PID/mem), `filter_build_narrow` stops their
 * signals, nothing is left writable, and no open file is shared.
 *
 * Without valgrind all runs of a server are of one program, which is a file, and the simulator
 * counts nothing: there is neither a descriptor of the program nor a scratch folder, and a log
 * only for programs that count their own work.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "filter.c"

/* Descriptors; mirrored in supervisor.c and in protocol.py (PROGRAM_FD). valgrind keeps
 * the last 12 of 64 for itself; the server reads tokens by its leave. */
enum { TOKENS = 50, DOOR = 51, FIRST_OF_VALGRIND = 52, PROGRAM_FD = 59, LOG = 60, END = 64 };
/* Mirrored in languages/__init__.py. */
#define PROGRAM "/prog"
#define SCRATCH "/tmp"
#define SEEN_PID 3

struct token { long number, argument; }; /* a system call */

static int is_native; /* without valgrind */
static long hidden;   /* process and thread ids are larger than what the run sees */

/* A system call without the C library, whose thread-local data does not exist outside the
 * simulation. Returns a negative error number on failure. */
static long call6(long number, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

static long call(long number, long a, long b, long c) { return call6(number, a, b, c, 0, 0, 0); }

/* Whether a descriptor is valgrind's own copy of the log's. */
static int is_log(long file) {
    struct stat log, other;
    return !call(SYS_fstat, LOG, (long)&log, 0) && !call(SYS_fstat, file, (long)&other, 0) &&
           log.st_ino == other.st_ino && log.st_dev == other.st_dev;
}

/* Outside the simulation: closes the files that valgrind has opened (the interpreter, and copies of
 * its command line and auxiliary vector), and makes the folder read-only where it created them. */
static long seal(long thread, long argument) {
    (void)thread, (void)argument;
    for (long file = FIRST_OF_VALGRIND; file < END; file++) {
        struct stat status;
        if (!call(SYS_fstat, file, (long)&status, 0) && S_ISREG(status.st_mode) && !is_log(file))
            call(SYS_close, file, 0, 0);
    }
    if (!is_native && call(SYS_chmod, (long)SCRATCH, 0500, 0)) return 1;
    return call(SYS_prctl, PR_SET_DUMPABLE, 0, 0);
}

/* Returns in each fork. Executes a system call for each token; that of a fork returns 0 in it. */
static void wait_for_run(void) {
    struct token token;
    __asm__ volatile(
        "1: xor %%eax, %%eax\n\t" /* read */
        "mov %[tokens], %%edi\n\t"
        "mov %[token], %%rsi\n\t"
        "mov %[size], %%edx\n\t"
        "syscall\n\t"
        "mov (%%rsi), %%rax\n\t"
        "mov 8(%%rsi), %%rdi\n\t"
        "xor %%esi, %%esi\n\t"
        "xor %%edx, %%edx\n\t"
        "xor %%r10d, %%r10d\n\t"
        "xor %%r8d, %%r8d\n\t"
        "syscall\n\t"
        "test %%rax, %%rax\n\t"
        "jnz 1b"
        :
        : [tokens] "i"(TOKENS), [token] "b"(&token), [size] "i"(sizeof token)
        : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r10", "r11", "cc", "memory");
}

/* Outside the simulation, in the fork: takes the run's files, and gives up the server's rights. */
static long join_run(long thread, long server) {
    (void)thread;
    static const int wanted[] = {0, 1, 2, LOG, PROGRAM_FD}; /* as in supervisor.c */
    char byte;
    struct iovec body = {&byte, 1};
    union { char bytes[CMSG_SPACE(sizeof wanted)]; struct cmsghdr align; } ancillary;
    struct msghdr message = {.msg_iov = &body, .msg_iovlen = 1,
                             .msg_control = ancillary.bytes,
                             .msg_controllen = sizeof ancillary.bytes};
    int self = (int)call(SYS_getpid, 0, 0, 0);
    hidden = self - SEEN_PID;
    if (call(SYS_recvmsg, DOOR, (long)&message, 0) != 1) return 1;
    size_t least = is_native ? 3 : COUNT(wanted);
    if (message.msg_controllen < CMSG_LEN(least * sizeof *wanted)) return 2;
    size_t count = (ancillary.align.cmsg_len - CMSG_LEN(0)) / sizeof *wanted;
    const int *files = (const int *)CMSG_DATA(&ancillary.align);
    for (long file = FIRST_OF_VALGRIND; !is_native && file < LOG; file++)
        if (is_log(file) && call(SYS_dup2, files[3], file, 0) < 0) return 3;
    for (size_t i = 0; i < count; i++)
        if (call(SYS_dup2, files[i], wanted[i], 0) < 0 || call(SYS_close, files[i], 0, 0)) return 4;
    struct sock_fprog narrow = filter_build_narrow((uint32_t)self, (uint32_t)server);
    if (call(SYS_prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, (long)&narrow)) return 5;
    if (call(SYS_write, DOOR, (long)&self, sizeof self) != sizeof self) return 6;
    return call(SYS_close, TOKENS, 0, 0) | call(SYS_close, DOOR, 0, 0);
}

/* Runs a function outside the simulation: valgrind's client request CLIENT_CALL1 (valgrind.h), whose
 * instructions do nothing without valgrind. Ends the process if the function fails; then no run has
 * begun. */
static void call_outside(long (*function)(long, long), long argument) {
    enum { UNANSWERED = 1000 };
    volatile long words[6] = {0x1102, (long)function, argument};
    long result = UNANSWERED;
    __asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi;"
                     "xchgq %%rbx, %%rbx"
                     : "+d"(result) : "a"(words) : "cc", "memory");
    is_native = result == UNANSWERED;
    if (is_native) result = function(0, argument);
    if (result) _exit(71);
}

/* Before the interpreter copies its environment, so that programs see that of any other run. */
__attribute__((constructor)) static void hide_preloading(void) { unsetenv("LD_PRELOAD"); }

/* ------------------------------------------------------------------ instead of the C library's */

static long set_errno(long result) {
    if (result >= 0 || result < -4095) return result;
    errno = (int)-result;
    return -1;
}

pid_t getpid(void) { return (pid_t)(call(SYS_getpid, 0, 0, 0) - hidden); }

int kill(pid_t pid, int number) {
    return (int)set_errno(call(SYS_kill, pid > 0 ? pid + hidden : pid, number, 0));
}

/* CPython asks for a thread's id by it. */
long syscall(long number, ...) {
    va_list list;
    long words[6];
    va_start(list, number);
    for (int i = 0; i < 6; i++) words[i] = va_arg(list, long);
    va_end(list);
    long result = call6(number, words[0], words[1], words[2], words[3], words[4], words[5]);
    return set_errno(number == SYS_gettid ? result - hidden : result);
}

int stat64(const char *path, struct stat64 *found) {
    static int serving;
    if (!serving && !strcmp(path, PROGRAM)) {
        serving = 1;
        long server = getpid();
        call_outside(seal, 0);
        wait_for_run();
        call_outside(join_run, server);
    }
    return fstatat64(AT_FDCWD, path, found, 0);
}
