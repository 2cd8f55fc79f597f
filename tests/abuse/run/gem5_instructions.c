// verdict: AC
// tries: gem5's own instructions: reset, dump and reset the statistics
// under: gem5
int main(void) {
    volatile long sum = 0;
    for (long i = 0; i < 2000; i++) sum += i;
    __asm__ volatile("xor %%edi, %%edi\n\txor %%esi, %%esi\n\t"
                     ".byte 0x0f, 0x04\n\t.word 0x40\n\t" /* reset */
                     ".byte 0x0f, 0x04\n\t.word 0x42"       /* dump and reset */
                     ::: "rdi", "rsi", "rax", "memory");
    return 0;
}
