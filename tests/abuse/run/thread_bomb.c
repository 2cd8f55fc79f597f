// verdict: AC
// tries: to start a thousand threads in a language that gets none
// limits: cpu_s=60
// under: sandbox gem5=AC
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>
static void *stay(void *p) { for (;;) pause(); return p; }
int main(void) {
    for (int i = 0; i < 1000; i++) {
        pthread_t thread;
        if (pthread_create(&thread, 0, stay, 0) == 0) { puts("a thread"); return 1; }
    }
    return 0;
}
