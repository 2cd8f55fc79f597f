// verdict: AC
// tries: to close its three streams, so that the next files get their numbers
#define _GNU_SOURCE
#include <unistd.h>
int main(void) { close(0); close(1); close(2); return 0; }
