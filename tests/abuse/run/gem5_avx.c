// verdict: IE
// tries: instructions that gem5 does not know
// under: gem5
#include <immintrin.h>
int main(int argc, char **argv) {
    (void)argv;
    __m256i a, b;
    __asm__ volatile("vpxor %0, %0, %0" : "=x"(a));
    __asm__ volatile("vpaddd %1, %1, %0" : "=x"(b) : "x"(a));
    return argc - 1;
}
