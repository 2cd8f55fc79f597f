// verdict: OLE
// tries: to fill memory with output
// under: gem5
#include <string.h>
#include <unistd.h>
static char block[1 << 16];
int main(void) {
    memset(block, 'x', sizeof block);
    for (;;) write(1, block, sizeof block);
}
