// verdict: TLE
// tries: to fill valgrind's log, so that there is no room for the counts
// limits: cpu_s=2 wall_s=2
// under: cachegrind gem5
#define _GNU_SOURCE
#include <stdarg.h>
__attribute__((noipa)) static void print(const char *format, ...) {
    va_list list;
    va_start(list, format);
    volatile unsigned long words[6] = {0x1403, (unsigned long)format, (unsigned long)&list, 0, 0, 0};
    unsigned long result = 0;
    __asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi;"
                     "xchgq %%rbx, %%rbx"
                     : "=d"(result) : "a"(words), "0"(result) : "cc", "memory");
    va_end(list);
}
int main(void) { for (int i = 0; i < 5000; i++) print("a line to drown in, number %d\n", i); }
