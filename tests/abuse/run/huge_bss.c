// verdict: RE
// tries: to be too large to be started
static char all[1 << 30];
int main(void) {
    for (unsigned long i = 0; i < sizeof all; i += 4096) ((volatile char *)all)[i] = 1;
    return 0;
}
