// verdict: AC
// tries: to create processes inside the simulation
// under: gem5
#include <unistd.h>
int main(void) {
    for (int i = 0; i < 8; i++)
        if (fork() == 0) for (;;) {}
    return 0;
}
