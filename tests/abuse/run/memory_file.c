// verdict: AC
// tries: to fill memory with files that exist only in memory
// under: sandbox cachegrind gem5=IE
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    if (memfd_create("m", 0) >= 0 || syscall(SYS_memfd_secret, 0) >= 0 ||
        open("/", O_TMPFILE | O_RDWR, 0600) >= 0 || open("/dev/shm/m", O_CREAT | O_RDWR, 0600) >= 0) {
        puts("a memory file");
        return 1;
    }
    return 0;
}
