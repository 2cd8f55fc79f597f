// verdict: RE
// tries: to make valgrind print a summary with counts of its choice
// under: cachegrind
#define _GNU_SOURCE
#include <stdarg.h>
static unsigned long request(unsigned long number, unsigned long a, unsigned long b) {
    volatile unsigned long words[6] = {number, a, b, 0, 0, 0};
    unsigned long result = 0;
    __asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi;"
                     "xchgq %%rbx, %%rbx"
                     : "=d"(result) : "a"(words), "0"(result) : "cc", "memory");
    return result;
}
__attribute__((noipa)) static void print(const char *format, ...) {
    va_list list;
    va_start(list, format);
    request(0x1403, (unsigned long)format, (unsigned long)&list);
    va_end(list);
}
int main(void) {
    print("\n==1== I refs:        1\n==1== I1  misses:      0\n==1== LLi misses:      0\n"
          "==1== D refs:        1  (1 rd + 0 wr)\n==1== D1  misses:      0  (0 rd + 0 wr)\n"
          "==1== LLd misses:      0  (0 rd + 0 wr)\n==1== Branches:        1  (1 cond + 0 ind)\n"
          "==1== Mispredicts:     0  (0 cond + 0 ind)\n");
    return 0;
}
