
/* What a program that counts its work does on the way; follows runtime.c.
 *
 * gcc's -fsanitize-coverage=trace-pc calls the first function below at every basic block. An edge is
 * a pair of blocks met one after the other. The library's functions on bytes have no blocks of ours:
 * the linker's --wrap sends calls of them, those of the C++ library too, to functions that count a
 * step for every PF_WIDTH bytes. At its end, or after PF_MOST steps (a variable of its environment),
 * the program writes one `struct pf_report`; PF_MAGIC is a digest of its own text, which no text can
 * contain. work.py mirrors the layout.
 */
#ifdef __cplusplus
extern "C" {
#endif

#define PF_EDGES 4096   /* a power of two: 1 << (64 - PF_SHIFT) */
#define PF_SHIFT 52
#define PF_ENTRIES 2000 /* edges reported; the report fits into the supervisor's log */
#define PF_WIDTH 16

struct pf_report {
    unsigned long entries[PF_ENTRIES]; /* count << 12 | edge */
    unsigned long used, steps, stopped, magic;
};

static struct pf_report pf_report;
static unsigned long pf_edges[PF_EDGES];
static unsigned long pf_before;
static long pf_most = 1L << 50, pf_left = 1L << 50;

__attribute__((no_sanitize_coverage, noinline)) static void pf_finish(void) {
    unsigned long i;
    if (pf_report.magic) return;
    for (i = 0; i < PF_EDGES && pf_report.used < PF_ENTRIES; i++)
        if (pf_edges[i]) pf_report.entries[pf_report.used++] = pf_edges[i] << 12 | i;
    pf_report.steps = (unsigned long)(pf_most - pf_left);
    pf_report.stopped = pf_left <= 0;
    pf_report.magic = PF_MAGIC;
    pf_send(&pf_report, sizeof pf_report);
    if (pf_report.stopped) /* exit_group */
        __asm__ volatile("syscall" : : "a"(231L), "D"(0L) : "rcx", "r11", "memory");
}

PF_OWN void pf_count(unsigned long where, long steps) {
    unsigned long here = pf_hash(where) >> PF_SHIFT;
    pf_edges[here ^ pf_before] += (unsigned long)steps;
    pf_before = here >> 1;
    if ((pf_left -= steps) <= 0) pf_finish();
}

PF_HOOK __sanitizer_cov_trace_pc(void) { pf_count(PF_HERE, 1); }

/* glibc calls constructors with the arguments of main; the first one, before any of the program's. */
__attribute__((no_sanitize_coverage, constructor(101)))
static void pf_enter(int count, char **words, char **environment) {
    (void)count;
    (void)words;
    for (; *environment; environment++) {
        const char *name = "PF_MOST=", *at = *environment;
        long most = 0;
        while (*name && *name == *at) name++, at++;
        if (*name) continue;
        for (; *at >= '0' && *at <= '9'; at++) most = 10 * most + (*at - '0');
        pf_left += most - pf_most; /* the library has taken some steps already */
        pf_most = most;
    }
}

__attribute__((no_sanitize_coverage, destructor)) static void pf_leave(void) { pf_finish(); }

#define PF_WRAP(type) __attribute__((no_sanitize_coverage, used, noinline)) type
#define PF_BYTES(count) pf_count(PF_HERE, 1 + (long)((unsigned long)(count) / PF_WIDTH))

#define PF_FILL(name, source) \
    void *__real_##name(void *, source, unsigned long); \
    PF_WRAP(void *) __wrap_##name(void *to, source from, unsigned long size) { \
        PF_BYTES(size); \
        return __real_##name(to, from, size); \
    }
PF_FILL(memcpy, const void *)
PF_FILL(memmove, const void *)
PF_FILL(memset, int)

unsigned long __real_strlen(const char *);
PF_WRAP(unsigned long) __wrap_strlen(const char *text) {
    unsigned long size = __real_strlen(text);
    PF_BYTES(size);
    return size;
}

/* Comparisons and searches may end early, so these count the bytes that they read. */
PF_WRAP(int) __wrap_memcmp(const void *a, const void *b, unsigned long size) {
    const unsigned char *x = (const unsigned char *)a, *y = (const unsigned char *)b;
    unsigned long i = 0;
    while (i < size && x[i] == y[i]) i++;
    PF_BYTES(i);
    return i < size ? x[i] - y[i] : 0;
}
PF_OWN int pf_compare(const char *a, const char *b, unsigned long size, unsigned long where) {
    unsigned long i = 0;
    while (i < size && a[i] == b[i] && a[i]) i++;
    pf_count(where, 1 + (long)(i / PF_WIDTH));
    return i < size ? (unsigned char)a[i] - (unsigned char)b[i] : 0;
}
PF_WRAP(int) __wrap_strcmp(const char *a, const char *b) { return pf_compare(a, b, ~0ul, PF_HERE); }
PF_WRAP(int) __wrap_strncmp(const char *a, const char *b, unsigned long size) {
    return pf_compare(a, b, size, PF_HERE);
}
void *__real_memchr(const void *, int, unsigned long);
PF_WRAP(void *) __wrap_memchr(const void *data, int byte, unsigned long size) {
    char *found = (char *)__real_memchr(data, byte, size);
    PF_BYTES(found ? (unsigned long)(found - (const char *)data) : size);
    return found;
}

#ifdef __cplusplus
}
#endif
