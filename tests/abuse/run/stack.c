// verdict: RE
// tries: to take all memory by endless recursion
// limits: memory_mb=512
static long deeper(volatile long n) {
    volatile char frame[4096];
    frame[n % 4096] = 1;
    return deeper(n + 1) + frame[0];
}
int main(void) { return (int)deeper(1); }
