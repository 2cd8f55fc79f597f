
/* What the runtimes of instrumented programs share; stands before one of them, after the source of
 * the program.
 *
 * Part of the program's own translation unit, so that its headers stay the first thing that the
 * compiler reads: nothing is included here, no name lacks the prefix, and keywords that programs
 * like to redefine are put right first. Valid as C and as C++.
 */
#undef char
#undef const
#undef double
#undef extern
#undef float
#undef for
#undef if
#undef int
#undef long
#undef return
#undef short
#undef signed
#undef sizeof
#undef static
#undef struct
#undef typedef
#undef unsigned
#undef void
#undef while

#ifndef __x86_64__
#error "the way out of the program is written for x86-64"
#endif
#if !__has_attribute(no_sanitize_coverage)
#error "the compiler cannot leave functions uninstrumented: gcc 12 or newer is needed"
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define PF_LOG 60       /* mirrored in instrumentation.py, as are the reports */
#define PF_HOOK __attribute__((no_sanitize_coverage, used, noinline)) void
#define PF_OWN __attribute__((no_sanitize_coverage)) static inline
#define PF_HERE ((unsigned long)__builtin_return_address(0))

PF_OWN unsigned long pf_hash(unsigned long value) { return value * 0x9E3779B97F4A7C15ul; }

/* Writes a report to the descriptor LOG, past whatever the program does to its C library. */
PF_OWN void pf_send(const void *report, unsigned long size) {
    unsigned long done = 0;
    while (done < size) {
        long wrote;
        __asm__ volatile("syscall" : "=a"(wrote)
                         : "a"(1L), "D"((long)PF_LOG), "S"((const char *)report + done), "d"(size - done)
                         : "rcx", "r11", "memory");
        if (wrote <= 0) break;
        done += (unsigned long)wrote;
    }
}

#ifdef __cplusplus
}
#endif
