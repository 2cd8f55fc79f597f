/* Makes an interpreter a fork server: it is started once, and every run is a fork of it.
 *
 * This library is preloaded into the interpreter, which runs under a simulator. The
 * interpreter starts as usual until it asks for the status of its program for the
 * first time, before it has read anything of it. There the library waits for tokens
 * of the supervisor, and forks for each. The fork is a child of the supervisor
 * (CLONE_PARENT). It receives its standard streams and the program as descriptors,
 * gives up what only the server may do, and goes on as any interpreter would.
 *
 * A fork inherits the simulator's counts and the state of its caches and predictors.
 * So the server must be in the same state before every fork. It executes nothing but
 * the loop in `wait_for_run`, which is written in assembly, so that a round takes
 * known counts (`_ROUND_COUNTS` in cachegrind.py); rounds without a fork come first,
 * until caches and predictors repeat.
 *
 * Runs are the same user as the server, and must not reach it or each other: it is not
 * dumpable (no ptrace, no /proc/PID/mem), `filter_narrow` stops their signals, and
 * `seal` makes everything read-only that outlasts a run.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "filter.c"

#define PROGRAM_FD 49 /* mirrored in protocol.py */
#define TOKENS 50     /* mirrored in supervisor.c */
#define DOOR 51
/* Mirrored in languages/__init__.py. */
#define PROGRAM "/prog"
#define SCRATCH "/tmp"

struct token { long number, argument; }; /* a system call */

/* Makes the folder read-only in which valgrind has created files, and its own descriptors, which
 * are the last 12 of 64: they could otherwise be opened for writing through /proc. */
static void seal(void) {
    char path[] = "/proc/self/fd/00";
    for (int file = 52; file < 64; file++) {
        path[sizeof path - 3] = (char)('0' + file / 10);
        path[sizeof path - 2] = (char)('0' + file % 10);
        chmod(path, 0400); /* fails harmlessly if it is not open */
    }
    if (chmod(SCRATCH, 0500) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) _exit(71);
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

static void join_run(pid_t server) {
    static const int wanted[] = {0, 1, 2, PROGRAM_FD};
    pid_t self = getpid();
    int files[COUNT(wanted)];
    struct iovec body = {&self, sizeof self};
    union { char bytes[CMSG_SPACE(sizeof files)]; struct cmsghdr align; } ancillary;
    struct msghdr message = {.msg_iov = &body, .msg_iovlen = 1,
                             .msg_control = ancillary.bytes,
                             .msg_controllen = sizeof ancillary.bytes};
    if (write(DOOR, &self, sizeof self) != sizeof self) _exit(72);
    if (recvmsg(DOOR, &message, 0) != sizeof self || message.msg_controllen == 0) _exit(73);
    memcpy(files, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof files);
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (dup2(files[i], wanted[i]) < 0 || close(files[i])) _exit(74);
    if (close(TOKENS) || close(DOOR) || filter_narrow((uint32_t)self, (uint32_t)server)) _exit(75);
}

/* Replaces the C library's. */
int stat64(const char *path, struct stat64 *found) {
    static int serving;
    if (!serving && !strcmp(path, PROGRAM)) {
        serving = 1;
        seal();
        pid_t server = getpid();
        wait_for_run();
        join_run(server);
    }
    return fstatat64(AT_FDCWD, path, found, 0);
}
