// verdict: AC
// tries: to charge its CPU time to the next run, so that both together use more than one may
// limits: cpu_s=0.5
#include <time.h>
int main(void) {
    while (clock() < 0.3 * CLOCKS_PER_SEC) {}
    return 0;
}
