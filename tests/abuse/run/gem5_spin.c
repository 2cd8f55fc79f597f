// verdict: TLE
// tries: to keep the simulator busy forever
// under: gem5
int main(void) {
    for (volatile long i = 0;; i = i + 1) {}
}
