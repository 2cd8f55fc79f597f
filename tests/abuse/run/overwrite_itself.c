// verdict: AC
// tries: to change its own binary, or its supervisor's, for later runs
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#define REFUSED(call) if ((long)(call) >= 0) { puts(#call); return 1; }
int main(void) {
    const char *names[] = {"/prog", "/supervisor", "/honest"};
    for (int i = 0; i < 3; i++) {
        REFUSED(open(names[i], O_WRONLY))
        REFUSED(open(names[i], O_RDWR | O_TRUNC))
        REFUSED(truncate(names[i], 0))
        REFUSED(unlink(names[i]))
        REFUSED(chmod(names[i], 0777))
        REFUSED(chown(names[i], 0, 0))
    }
    int own = open("/prog", O_RDONLY);
    void *text = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, own, 0);
    if (own < 0 || text != MAP_FAILED) { puts("mapped"); return 1; }
    return 0;
}
