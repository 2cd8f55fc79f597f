// verdict: MLE
// tries: to take all memory by one mapping that grows and moves
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
int main(void) {
    size_t size = 1 << 20;
    char *held = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (;; size += 1 << 20) {
        held = mremap(held, size, size + (1 << 20), MREMAP_MAYMOVE);
        if (held == MAP_FAILED) abort();
        memset(held + size, 1, 1 << 20);
    }
}
