// verdict: AC
// tries: to fill memory through the scratch folder of the simulator
// limits: cpu_s=60
// under: cachegrind gem5=RE
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
    static char part[4096];
    long written = 0;
    for (int i = 0; i < 40; i++) {
        char name[64];
        snprintf(name, sizeof name, "/tmp/pieforge-abuse-%d", i);
        int file = open(name, O_CREAT | O_WRONLY, 0600);
        if (file < 0) break;
        for (ssize_t n; (n = write(file, part, sizeof part)) > 0;) written += n;
        close(file);
    }
    if (written > 64 << 10) { printf("%ld\n", written); return 1; }
    return 0;
}
