// verdict: AC
// tries: to write to the host through the system calls that gem5 forwards
// under: gem5
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
int main(void) {
    static const char *const paths[] = {
        "/prog", "/gem5", "/machine/inside.py", "/machine/machine.py", "/usr/left_behind",
        "/left_behind", "/dev/left_behind", "/proc/self/mem", "/proc/self/fd/1", "/etc/left_behind",
    };
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++) {
        int file = open(paths[i], O_WRONLY | O_CREAT, 0666);
        if (file >= 0) { printf("%s\n", paths[i]); return 1; }
    }
    int scratch = open("/tmp/left_behind", O_RDWR | O_CREAT | O_EXCL, 0666);
    return scratch < 0; /* only there, and the next input must not find it */
}
