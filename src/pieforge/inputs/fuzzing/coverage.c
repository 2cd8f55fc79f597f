
/* What a program traced for coverage does on the way; follows runtime.c.
 *
 * gcc's -fsanitize-coverage=trace-pc,trace-cmp calls the functions below at every basic block and
 * before every comparison ("Program Instrumentation Options" in gcc's manual). At its end the
 * program writes one `struct pf_report` to the descriptor LOG, which only pieforge reads.
 *
 * An edge is a pair of blocks met one after the other; how often it was met counts by the powers
 * of two that AFL has in its technical_details.txt, section 1.
 */
#ifdef __cplusplus
extern "C" {
#endif

#define PF_EDGES 8192   /* a power of two: 1 << (64 - PF_SHIFT) */
#define PF_SHIFT 51
#define PF_SITES 128
#define PF_CASES 16

struct pf_pair { long a, b; };
struct pf_site {
    unsigned where, outcomes; /* outcomes: bit 0 a < b, bit 1 a == b, bit 2 a > b, bit 3 a is a constant */
    struct pf_pair first, near_, last; /* near_: the least difference other than 0 */
};
struct pf_report {
    unsigned char edges[PF_EDGES];
    struct pf_site sites[PF_SITES];
    unsigned long count, magic; /* sites in use; PF_MAGIC, so that nothing else is taken for it */
};
#define PF_MAGIC 0x65676170666f7270ul

static struct pf_report pf_report;
static unsigned long pf_before;

PF_HOOK __sanitizer_cov_trace_pc(void) {
    unsigned long here = pf_hash(PF_HERE) >> PF_SHIFT;
    unsigned char *met = &pf_report.edges[here ^ pf_before];
    *met += *met != 255;
    pf_before = here >> 1;
}

PF_OWN unsigned long pf_distance(struct pf_pair p) {
    return p.a < p.b ? (unsigned long)p.b - (unsigned long)p.a : (unsigned long)p.a - (unsigned long)p.b;
}

PF_OWN void pf_compared(unsigned long where, long a, long b, unsigned constant) {
    struct pf_pair pair = {a, b};
    unsigned long at = pf_hash(where) >> 57; /* 7 bits: PF_SITES */
    unsigned long tried = 0;
    struct pf_site *site;
    for (;; at = (at + 1) % PF_SITES) {
        site = &pf_report.sites[at];
        if (site->outcomes == 0) {
            site->where = (unsigned)where;
            site->first = site->near_ = pair;
            pf_report.count++;
            break;
        }
        if (site->where == (unsigned)where) break;
        if (++tried == PF_SITES) return; /* full: what comes first counts */
    }
    site->outcomes |= (a < b ? 1u : a == b ? 2u : 4u) | constant;
    site->last = pair;
    if (a != b && (site->near_.a == site->near_.b || pf_distance(pair) < pf_distance(site->near_)))
        site->near_ = pair;
}

#define PF_COMPARE(bytes, type, wide) \
    PF_HOOK __sanitizer_cov_trace_cmp##bytes(type a, type b) { \
        pf_compared(PF_HERE, (long)(wide)a, (long)(wide)b, 0); \
    } \
    PF_HOOK __sanitizer_cov_trace_const_cmp##bytes(type a, type b) { \
        pf_compared(PF_HERE, (long)(wide)a, (long)(wide)b, 8); \
    }
PF_COMPARE(1, unsigned char, signed char)
PF_COMPARE(2, unsigned short, short)
PF_COMPARE(4, unsigned, int)
PF_COMPARE(8, unsigned long, long)

PF_OWN long pf_whole(double value) {
    return value > -9e18 && value < 9e18 ? (long)value : 0;
}
PF_HOOK __sanitizer_cov_trace_cmpf(float a, float b) {
    pf_compared(PF_HERE, pf_whole(a), pf_whole(b), 0);
}
PF_HOOK __sanitizer_cov_trace_cmpd(double a, double b) {
    pf_compared(PF_HERE, pf_whole(a), pf_whole(b), 0);
}

/* `table` holds the number of cases, the bits of the value, and the cases. */
PF_HOOK __sanitizer_cov_trace_switch(unsigned long value, void *table) {
    unsigned long *cases = (unsigned long *)table;
    unsigned long i, count = cases[0] < PF_CASES ? cases[0] : PF_CASES, unused = 64 - cases[1];
    for (i = 0; i < count; i++)
        pf_compared(PF_HERE + i, (long)(cases[i + 2] << unused) >> unused,
                    (long)(value << unused) >> unused, 8);
}

PF_OWN unsigned char pf_bucket(unsigned char met) {
    return met < 3 ? met : met == 3 ? 4 : met < 8 ? 8 : met < 16 ? 16 : met < 32 ? 32 : met < 128 ? 64 : 128;
}

__attribute__((no_sanitize_coverage, destructor)) static void pf_leave(void) {
    unsigned long i;
    for (i = 0; i < PF_EDGES; i++) pf_report.edges[i] = pf_bucket(pf_report.edges[i]);
    pf_report.magic = PF_MAGIC;
    pf_send(&pf_report, sizeof pf_report);
}

#ifdef __cplusplus
}
#endif
