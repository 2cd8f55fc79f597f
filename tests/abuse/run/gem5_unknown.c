// verdict: IE
// tries: instructions that gem5 does not implement: the simulator's limit, not the program's fault
// under: gem5
int main(void) {
    __asm__ volatile("aesenc %%xmm0, %%xmm0" ::: "xmm0");
    return 0;
}
