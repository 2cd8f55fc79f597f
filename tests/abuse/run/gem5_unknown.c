// verdict: IE
// tries: instructions that gem5 does not know: its own limit, and nobody's fault
// under: gem5
int main(void) {
    __asm__ volatile("aesenc %%xmm0, %%xmm0" ::: "xmm0");
    return 0;
}
