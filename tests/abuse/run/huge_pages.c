// verdict: AC
// tries: to take huge pages and to lock pages in memory, so that other programs run out of them
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/mman.h>
int main(void) {
    void *huge = mmap(0, 2 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB,
                      -1, 0);
    if (huge != MAP_FAILED) { puts("a huge page"); return 1; }
    static char own[1 << 20];
    if (mlock(own, sizeof own) == 0 || mlockall(MCL_CURRENT | MCL_FUTURE) == 0) {
        puts("locked");
        return 1;
    }
    return 0;
}
