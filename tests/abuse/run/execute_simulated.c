// verdict: RE
// tries: to replace the simulator by another program, which ends the simulation
// under: cachegrind
#include <unistd.h>
int main(void) {
    char *words[] = {"/prog", 0}, *none[] = {0};
    execve("/prog", words, none);
    return 1;
}
