// verdict: TLE
// tries: to use the processor forever
// under: sandbox cachegrind gem5
int main(void) { for (volatile unsigned i = 0;; i++) {} }
