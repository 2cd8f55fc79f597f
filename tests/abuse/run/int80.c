// verdict: RE
// tries: system calls through the 32-bit interface, which numbers them differently
// under: sandbox cachegrind
int main(void) { int id; __asm__ volatile("int $0x80" : "=a"(id) : "a"(2)); return 0; }
