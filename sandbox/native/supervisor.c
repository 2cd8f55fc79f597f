/* The first process inside the sandbox: runs a program on one input after another.
 *
 * bubblewrap creates the namespaces and starts the supervisor as PID 1; programs
 * cannot signal, trace or read it. It receives requests from a socket, whose other
 * end only pieforge holds, and answers with one record for each run. When the socket
 * closes, the supervisor ends, and the kernel kills all other processes of the PID
 * namespace.
 *
 * A request is a sealed memory file: `struct request`, then the strings (argv, the
 * environment, the path of a produced file), each with a final NUL, then the length
 * of each input, then the inputs. Several records share a packet, so that pieforge
 * wakes up less often. protocol.py mirrors the layout.
 *
 * With the profiles `threads-fork` and `fork` the command of the first request is
 * started once, as a fork server (fork_server.c), and every run is a fork of it. With
 * `fork` a second memory file comes with each request: the program, which its runs get
 * as a descriptor.
 *
 * usage: supervisor CONTROL_FD run|threads|threads-fork|simulate|fork|build
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "filter.c"

#define PACKET (160 << 10)  /* bytes of a packet; with STRINGS and WORDS mirrored in protocol.py */
#define LOG (16 << 10)      /* bytes at the end of a log that are returned */
#define STRINGS (64 << 10)  /* bytes of all strings of a request */
#define WORDS 1024          /* arguments and variables together */
#define FLUSH_NS 20000000   /* a record waits at most this long for others, and the end of a run */
#define TOKENS 50           /* descriptors of the fork server; mirrored in fork_server.c */
#define DOOR 51
#define WARM_UP 64          /* rounds of its loop until the simulated caches and predictors repeat */
#define FORK_S 60           /* for the server's start and a fork; mirrored in protocol.py */

enum { RANDOMIZE = 1, EAGER = 2 }; /* `RequestFlag` in protocol.py */
enum { ENDED = 0, CPU_LIMIT = 1, WALL_LIMIT = 2 };

struct request {
    uint64_t count, argc, envc, strings;          /* inputs, arguments, variables; bytes of all */
    uint64_t cpu_ns, wall_ns;                     /* limits of one run */
    uint64_t data, space, stack, file, processes; /* likewise, as setrlimit takes them */
    uint64_t keep_out, keep_err;                  /* bytes returned inside the record */
    uint64_t log_fd, fetch_bytes, flags;          /* 0: none */
};

struct record {
    uint64_t index, cpu_ns, wall_ns, memory, out_size, err_size, fetch_size;
    uint32_t reason, status, exec_errno, forks; /* forks: earlier ones of the fork server */
    uint32_t out_kept, err_kept, log_kept, files; /* files: bit 0 stdout, bit 1 the fetched one */
};

static uint64_t secret;
static sigset_t nothing; /* the empty set of signals */
static int control, program; /* program: the second file of the request, for the fork server */
static unsigned cores;
static enum profile profile;

static struct request job;
static char strings[STRINGS];
static char *words[WORDS + 2];
static char **argv_, **envp_;
static const char *fetch_path;

static char packet[PACKET];
static size_t used;
static uint64_t last_flush;

static _Noreturn void die(const char *what) {
    dprintf(2, "supervisor: %s: %s\n", what, strerror(errno));
    _exit(70);
}

static uint64_t now(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t)) return 0;
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* A system call with the secret, which the filter demands as sixth argument. */
static long keyed(long number, long a, long b, long c) {
    return syscall(number, a, b, c, 0L, 0L, (long)secret);
}

static void limit(int which, uint64_t soft, uint64_t hard) {
    struct rlimit r = {soft, hard};
    setrlimit(which, &r);
}

/* ------------------------------------------------------------------ control socket */

static long send_files(int socket, const void *bytes, size_t size, const int *files, int count) {
    struct iovec body = {(void *)bytes, size};
    union { char bytes[CMSG_SPACE(5 * sizeof(int))]; struct cmsghdr align; } ancillary;
    struct msghdr message = {.msg_iov = &body, .msg_iovlen = 1};
    if (count) {
        message.msg_control = ancillary.bytes;
        message.msg_controllen = CMSG_SPACE((size_t)count * sizeof(int));
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN((size_t)count * sizeof(int));
        memcpy(CMSG_DATA(header), files, (size_t)count * sizeof(int));
    }
    return keyed(SYS_sendmsg, socket, (long)&message, MSG_NOSIGNAL);
}

static void send_packet(const int *files, int count) {
    /* The other side is gone: nothing is left to do, and the end of PID 1 ends the rest. */
    if (used && send_files(control, packet, used, files, count) < 0) _exit(0);
    used = 0;
    last_flush = now(CLOCK_MONOTONIC);
}

/* Returns the memory file of the next request, and sets `program`; ends the process when the socket
 * is closed. */
static int receive(void) {
    char byte;
    struct iovec body = {&byte, 1};
    int files[2];
    size_t expected = (profile == FORK ? 2 : 1) * sizeof(int);
    union { char bytes[CMSG_SPACE(sizeof files)]; struct cmsghdr align; } ancillary;
    struct msghdr message = {.msg_iov = &body, .msg_iovlen = 1,
                             .msg_control = ancillary.bytes,
                             .msg_controllen = sizeof ancillary.bytes};
    if (keyed(SYS_recvmsg, control, (long)&message, MSG_CMSG_CLOEXEC) <= 0) _exit(0);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (!header || header->cmsg_type != SCM_RIGHTS || header->cmsg_len != CMSG_LEN(expected))
        die("request without its files");
    memcpy(files, CMSG_DATA(header), expected);
    if (profile == FORK) program = files[1];
    return files[0];
}

static void read_at(int file, void *to, size_t size, uint64_t at) {
    for (size_t done = 0; done < size;) {
        ssize_t n = pread(file, (char *)to + done, size - done, (off_t)(at + done));
        if (n <= 0) die("short request");
        done += (size_t)n;
    }
}

static uint64_t read_request(int file) {
    read_at(file, &job, sizeof job, 0);
    if (job.strings > STRINGS || job.argc + job.envc > WORDS) die("request too long");
    read_at(file, strings, job.strings, sizeof job);
    char *at = strings;
    size_t word = 0;
    /* The strings end with NULs, because pieforge wrote them: programs never send requests. */
    argv_ = words;
    for (uint64_t i = 0; i < job.argc; i++, at += strlen(at) + 1) words[word++] = at;
    words[word++] = NULL;
    envp_ = words + word;
    for (uint64_t i = 0; i < job.envc; i++, at += strlen(at) + 1) words[word++] = at;
    words[word] = NULL;
    fetch_path = at;
    return sizeof job + job.strings;
}

/* ------------------------------------------------------------------ one run */

struct channels { int in, out, err, log_read, log_write; };
static volatile int exec_errno;

/* The other ends belong to the fork server: `tokens_read` and `door_inside` until it is started. */
static struct {
    pid_t pid;
    int tokens, tokens_read, door, door_inside;
    uint32_t forks;
} server;

static int memory_file(const char *name) {
    int file = (int)keyed(SYS_memfd_create, (long)name, MFD_CLOEXEC, 0);
    if (file < 0) die("memfd_create");
    return file;
}

static void copy_input(int from, uint64_t at, uint64_t size, int to) {
    static char buffer[64 << 10];
    for (uint64_t done = 0; done < size;) {
        size_t part = size - done < sizeof buffer ? size - done : sizeof buffer;
        read_at(from, buffer, part, at + done);
        if (pwrite(to, buffer, part, (off_t)done) != (ssize_t)part) die("writing an input");
        done += part;
    }
}

/* Runs in the vfork child, which shares the supervisor's memory until execve. */
static _Noreturn void become(const struct channels *c) {
    dup2(c->in, 0);
    dup2(c->out, 1);
    dup2(c->err, 2);
    if (job.log_fd) dup2(c->log_write, (int)job.log_fd);
    if (has_server(profile)) {
        dup2(server.tokens_read, TOKENS);
        dup2(server.door_inside, DOOR);
    } else {
        /* A backstop: RLIMIT_CPU counts whole seconds, and the supervisor stops the run earlier.
         * Not for the fork server, whose own time grows with every fork. */
        uint64_t seconds = (job.cpu_ns + 999999999u) / 1000000000u;
        limit(RLIMIT_CPU, seconds + 1, seconds + 2);
    }
    limit(RLIMIT_FSIZE, job.file, job.file);
    limit(RLIMIT_DATA, job.data, job.data);
    limit(RLIMIT_AS, job.space, job.space);
    limit(RLIMIT_STACK, job.stack, job.stack);
    uint64_t own = has_server(profile) ? 2 : 1; /* the supervisor and the fork server count too */
    limit(RLIMIT_NPROC, job.processes + own, job.processes + own);
    sigprocmask(SIG_SETMASK, &nothing, NULL);
    keyed(SYS_personality, job.flags & RANDOMIZE ? 0 : ADDR_NO_RANDOMIZE, 0, 0);
    keyed(SYS_execve, (long)argv_[0], (long)argv_, (long)envp_);
    exec_errno = errno;
    _exit(127);
}

/* vfork by an own system call: the C library's does not pass the secret. The child runs nothing
 * but `become`, because it shares the parent's stack; the kernel resumes the parent at execve, so
 * that `exec_errno` is set by then. */
static __attribute__((noinline)) pid_t start(const struct channels *c) {
    long pid;
    register uint64_t key __asm__("r9") = secret;
    __asm__ volatile("syscall" : "=a"(pid) : "a"(SYS_vfork), "r"(key) : "rcx", "r11", "memory");
    if (pid == 0) become(c);
    if (pid < 0) { errno = (int)-pid; die("vfork"); }
    return (pid_t)pid;
}

/* Returns whether the process has ended. WNOWAIT leaves it to `clear`, which needs its usage. */
static int over(pid_t pid) {
    siginfo_t seen = {0};
    return !waitid(P_PID, (id_t)pid, &seen, WEXITED | WNOHANG | WNOWAIT) && seen.si_pid == pid;
}

/* Waits until the process ends or a limit is reached. SIGCHLD is blocked except in `ppoll`, which
 * it interrupts. A pidfd would do the same, at the cost of a file opened and closed in each run. */
static uint32_t wait_until_over(pid_t pid, uint64_t begun) {
    struct pollfd watched = {control, POLLIN, 0};
    /* The kernel's number of a process's CPU clock, all threads included (clock_getcpuclockid). */
    clockid_t clock = (clockid_t)((~(unsigned)pid << 3) | 2);
    unsigned parallel = job.processes > 1 ? cores : 1; /* CPU time passes up to this fast */
    for (uint64_t cpu = 0, wall = 0;;) {
        uint64_t patience = (job.cpu_ns - cpu) / parallel;
        if (patience > job.wall_ns - wall) patience = job.wall_ns - wall;
        struct timespec t = {(time_t)(patience / 1000000000u), (long)(patience % 1000000000u)};
        int ready = ppoll(&watched, 1, &t, &nothing);
        if (ready > 0) _exit(0); /* pieforge closed the socket: the kernel ends the namespace */
        if (over(pid)) return ENDED;
        cpu = now(clock);
        wall = now(CLOCK_MONOTONIC) - begun;
        if (cpu >= job.cpu_ns) return CPU_LIMIT;
        if (wall >= job.wall_ns) return WALL_LIMIT;
    }
}

/* Kills the program and every process that it started, and adds up their usage. As PID 1 the
 * supervisor inherits orphans, so that wait4 sees all of them. A run of the fork server can start
 * none. */
static void clear(pid_t pid, struct record *r) {
    struct rusage use;
    int status;
    pid_t all = has_server(profile) ? pid : -1; /* -1: all processes of the namespace but this one */
    kill(all, SIGKILL);
    for (pid_t gone; (gone = wait4(all, &status, 0, &use)) > 0 || errno == EINTR;) {
        if (gone < 0) continue;
        if (gone == pid) r->status = (uint32_t)status;
        r->cpu_ns += (uint64_t)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1000000000u +
                     (uint64_t)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * 1000u;
        uint64_t peak = (uint64_t)use.ru_maxrss << 10;
        if (peak > r->memory) r->memory = peak;
    }
}

static uint64_t size_of(int file) {
    struct stat s;
    return fstat(file, &s) ? 0 : (uint64_t)s.st_size;
}

/* Opens the produced file, if it is a regular file of at most `fetch_bytes` and no part of its path
 * is a link, which could lead to a file outside the scratch folder. O_NONBLOCK, because opening a
 * FIFO would block. */
static int fetch(uint64_t *size) {
    struct open_how how = {.flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
                           .resolve = RESOLVE_NO_SYMLINKS};
    int file = (int)syscall(SYS_openat2, AT_FDCWD, fetch_path, &how, sizeof how);
    if (file < 0) return -1;
    struct stat s;
    if (fstat(file, &s) || !S_ISREG(s.st_mode) || (uint64_t)s.st_size > job.fetch_bytes) {
        close(file);
        return -1;
    }
    *size = (uint64_t)s.st_size;
    return file;
}

/* Appends the first bytes of a file to the packet; returns their number. */
static uint32_t keep(int file, uint64_t size, uint64_t most) {
    size_t part = size < most ? size : most;
    ssize_t n = part ? pread(file, packet + used, part, 0) : 0;
    if (n < 0) die("reading an output");
    used += (size_t)n;
    return (uint32_t)n;
}

/* Appends the end of the log: a simulator prints its summary last, after everything that the
 * program makes it print. Reads until the pipe is empty, because a program can enlarge the pipe. */
static uint32_t keep_log(const struct channels *c) {
    static char all[2 * LOG];
    size_t size = 0;
    if (!job.log_fd) return 0;
    for (ssize_t n; (n = read(c->log_read, all + size, LOG)) > 0;) { /* does not block */
        size += (size_t)n;
        if (size <= LOG) continue;
        memmove(all, all + size - LOG, LOG);
        size = LOG;
    }
    memcpy(packet + used, all, size);
    used += size;
    return (uint32_t)size;
}

static void answer(struct record *r, const struct channels *c) {
    int files[2], count = 0, fetched = -1;
    /* Room for the largest possible record, before its sizes are known. */
    if (PACKET - used < sizeof *r + job.keep_out + job.keep_err + LOG) send_packet(NULL, 0);
    size_t head = used;
    used += sizeof *r;
    r->out_size = size_of(c->out);
    r->err_size = size_of(c->err);
    if (r->out_size <= job.keep_out) r->out_kept = keep(c->out, r->out_size, job.keep_out);
    else { r->files |= 1; files[count++] = c->out; }
    r->err_kept = keep(c->err, r->err_size, job.keep_err);
    r->log_kept = keep_log(c);
    if (job.fetch_bytes && (fetched = fetch(&r->fetch_size)) >= 0) {
        r->files |= 2;
        files[count++] = fetched;
    }
    memcpy(packet + head, r, sizeof *r);
    /* Descriptors come with a packet, so a record that has some is the last of its packet. */
    if (count || job.flags & EAGER || now(CLOCK_MONOTONIC) - last_flush > FLUSH_NS)
        send_packet(files, count);
    if (fetched >= 0) close(fetched);
}

/* ------------------------------------------------------------------ fork server */

struct token { long number, argument; }; /* a system call; mirrored in fork_server.c */

static void send_token(long number, long argument) {
    struct token token = {number, argument};
    if (write(server.tokens, &token, sizeof token) != sizeof token) die("fork server's tokens");
}

static void start_server(void) {
    /* Its stdin and stdout are files, as those of a run, because the interpreter looks at them when
     * it starts. What it and the simulator print then are the sandbox's messages. */
    struct channels c = {memory_file("stdin"), memory_file("stdout"), 2, -1, 2};
    server.pid = start(&c);
    close(c.in);
    close(c.out);
    close(server.tokens_read);
    close(server.door_inside);
    for (int i = 0; i < WARM_UP; i++) send_token(SYS_getppid, 0);
}

/* Makes the fork server fork, and waits until the new process has taken its files. */
static pid_t start_fork(const struct channels *c, struct record *r) {
    struct pollfd watched[] = {{server.door, POLLIN, 0}, {control, POLLIN, 0}};
    struct timespec patience = {FORK_S, 0};
    int files[] = {c->in, c->out, c->err, c->log_write, program}, pid, ready;
    int count = profile == FORK ? 5 : job.log_fd ? 4 : 3;
    if (!server.pid) start_server();
    send_token(SYS_clone, CLONE_PARENT | SIGCHLD);
    if (send_files(server.door, "", 1, files, count) < 0) die("the fork server's files");
    while ((ready = ppoll(watched, 2, &patience, &nothing)) < 0 && errno == EINTR) {}
    if (watched[1].revents) _exit(0);
    if (ready <= 0 || read(server.door, &pid, sizeof pid) != sizeof pid)
        die("the fork server does not fork");
    r->forks = server.forks++;
    return (pid_t)pid;
}

/* A socket pair can only be created before the system call filter is loaded. */
static void open_server(void) {
    int tokens[2], door[2];
    if (pipe2(tokens, O_CLOEXEC)) die("pipe");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, door)) die("socketpair");
    server.tokens_read = tokens[0];
    server.tokens = tokens[1];
    server.door = door[0];
    server.door_inside = door[1];
}

/* ------------------------------------------------------------------ runs */

static void run(int request, uint64_t at, uint64_t size, uint64_t index) {
    struct record r = {.index = index};
    /* New files for each run: a program can write to its stdin and seek in all of them. */
    struct channels c = {memory_file("stdin"), memory_file("stdout"), memory_file("stderr"), -1, -1};
    int log[2];
    copy_input(request, at, size, c.in);
    if (job.log_fd) {
        if (pipe2(log, O_CLOEXEC | O_NONBLOCK)) die("pipe");
        /* Only our end is non-blocking. A program that fills the log blocks until the time limit;
         * otherwise the simulator's summary would be lost. */
        fcntl(log[1], F_SETFL, 0);
        c.log_read = log[0];
        c.log_write = log[1];
    }
    exec_errno = 0;
    pid_t pid = has_server(profile) ? start_fork(&c, &r) : start(&c);
    uint64_t begun = now(CLOCK_MONOTONIC);
    r.reason = wait_until_over(pid, begun);
    r.wall_ns = now(CLOCK_MONOTONIC) - begun;
    clear(pid, &r);
    r.exec_errno = (uint32_t)exec_errno;
    answer(&r, &c);
    close(c.in);
    close(c.out);
    close(c.err);
    if (job.log_fd) { close(c.log_read); close(c.log_write); }
}

static void serve(int request) {
    uint64_t table = read_request(request), at = table + 8 * job.count, size;
    for (uint64_t i = 0; i < job.count; i++, at += size) {
        read_at(request, &size, sizeof size, table + 8 * i);
        run(request, at, size, i);
    }
    send_packet(NULL, 0);
    close(request);
    if (profile == FORK) close(program);
}

/* ------------------------------------------------------------------ start */

/* Does nothing: a signal that is ignored would not interrupt `ppoll`. */
static void awake(int signal) { (void)signal; }

static void settle(void) {
    /* With an inherited SIG_IGN of SIGCHLD the kernel would reap programs without their usage. */
    for (int s = 1; s < NSIG; s++) signal(s, SIG_DFL);
    sigset_t ended;
    sigemptyset(&nothing);
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_SETMASK, &ended, NULL);
    struct sigaction wake = {.sa_handler = awake, .sa_flags = SA_NOCLDSTOP};
    sigaction(SIGCHLD, &wake, NULL);
    umask(022);
    limit(RLIMIT_CORE, 0, 0);
    limit(RLIMIT_MEMLOCK, 0, 0);
    limit(RLIMIT_MSGQUEUE, 0, 0);
    limit(RLIMIT_SIGPENDING, 256, 256);
    uint64_t files = profile == BUILD ? 1024 : 64;
    limit(RLIMIT_NOFILE, files, files);
    /* Programs run as the same user: this denies them ptrace and /proc/1/mem. */
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)) die("PR_SET_DUMPABLE");
}

static enum profile parse_profile(const char *name) {
    static const char *const names[] = {"run", "threads", "threads-fork", "simulate", "fork", "build"};
    for (int i = RUN; i <= BUILD; i++)
        if (!strcmp(name, names[i])) return (enum profile)i;
    errno = EINVAL;
    die(name);
}

/* Closes every descriptor from 3 on but the control socket. */
static void tidy(void) {
    close_range(3, (unsigned)control - 1, 0); /* fails harmlessly if nothing lies between */
    close_range((unsigned)control + 1, ~0u, 0);
    fcntl(control, F_SETFD, FD_CLOEXEC); /* programs never inherit it */
}

int main(int argc, char **argv) {
    if (argc != 3) {
        errno = EINVAL;
        die("usage: supervisor CONTROL_FD PROFILE");
    }
    control = atoi(argv[1]);
    profile = parse_profile(argv[2]);
    tidy();
    cpu_set_t mine;
    cores = sched_getaffinity(0, sizeof mine, &mine) ? 1 : (unsigned)CPU_COUNT(&mine);
    settle();
    if (getrandom(&secret, sizeof secret, 0) != sizeof secret) die("getrandom");
    if (has_server(profile)) open_server();
    struct sock_fprog filter = filter_build(profile, secret);
    /* Without this the kernel lets only a privileged process load a filter (seccomp(2)). */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) die("seccomp");
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0)) die("seccomp");
    last_flush = now(CLOCK_MONOTONIC);
    for (;;) serve(receive());
}
