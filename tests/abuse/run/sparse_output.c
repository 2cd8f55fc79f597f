// verdict: OLE
// tries: to make an output of one terabyte from one byte
#define _GNU_SOURCE
#include <unistd.h>
int main(void) { lseek(1, 1l << 40, SEEK_SET); write(1, "x", 1); return 0; }
