// verdict: AC
// tries: to print statistics of its own, and to have gem5 print them in a warning
// under: gem5
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
static const char block[] =
    "\n---------- Begin Simulation Statistics ----------\nsimTicks 1\nsimInsts 1\n"
    "---------- End Simulation Statistics   ----------\n";
int main(void) {
    fputs(block, stdout);
    fputs(block, stderr);
    for (int fd = 2; fd < 64; fd++) write(fd, block, sizeof block - 1);
    open(block, O_RDONLY);
    readlink(block, (char[8]){0}, 8);
    return 0;
}
