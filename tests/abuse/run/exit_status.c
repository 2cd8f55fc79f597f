// verdict: RE
// tries: to pass with the right output and a failure's status
#define _GNU_SOURCE
#include <stdio.h>
int main(void) { puts("42"); return 42; }
