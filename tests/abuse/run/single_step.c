// verdict: RE
// tries: to trap the next process by leaving the processor in single-step mode
int main(void) {
    __asm__ volatile("pushfq; orq $0x100, (%%rsp); popfq; nop" : : : "memory", "cc");
    return 0;
}
