// verdict: CE
// tries: to make the assembler work forever
__asm__(".rept 1000000000\n.long 1\n.endr");
int main(void) { return 0; }
