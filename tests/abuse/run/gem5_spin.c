// verdict: TLE
// tries: to keep the simulator busy for ever
// under: gem5
int main(void) {
    for (volatile long i = 0;; i = i + 1) {}
}
