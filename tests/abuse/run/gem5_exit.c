// verdict: RE
// tries: to end the simulation by gem5's own instruction before the work is done
// under: gem5
int main(void) {
    __asm__ volatile("xor %%edi, %%edi\n\t.byte 0x0f, 0x04\n\t.word 0x21" ::: "rdi", "rax", "memory");
    return 0;
}
