// verdict: CE
// tries: to include an endless file of zeros
#include "/dev/zero"
int main(void) { return 0; }
