// verdict: RE
// tries: a fault that ends gem5
// under: gem5
int main(void) { return *(volatile int *)8; }
