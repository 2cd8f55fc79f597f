// verdict: RE
// tries: to crash the simulator by a request to print from an invalid address: the program's fault, not the infrastructure's
// under: cachegrind
int main(void) {
    volatile unsigned long words[6] = {0x1403, 8, 8, 0, 0, 0};
    unsigned long result = 0;
    __asm__ volatile("rolq $3, %%rdi; rolq $13, %%rdi; rolq $61, %%rdi; rolq $51, %%rdi;"
                     "xchgq %%rbx, %%rbx"
                     : "=d"(result) : "a"(words), "0"(result) : "cc", "memory");
    return (int)result;
}
