// verdict: RE
// tries: a fault, of which gem5 dies
// under: gem5
int main(void) { return *(volatile int *)8; }
