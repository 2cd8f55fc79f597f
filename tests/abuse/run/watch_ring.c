// verdict: AC
// tries: to make the kernel loop through lists of descriptors that watch each other
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/epoll.h>
int main(void) {
    int made[40];
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    for (int i = 0; i < 40; i++)
        if ((made[i] = epoll_create1(0)) < 0) return 1;
    for (int i = 0; i < 40; i++) epoll_ctl(made[i], EPOLL_CTL_ADD, made[(i + 1) % 40], &event);
    for (int i = 0; i < 40; i++)
        if (epoll_ctl(made[i], EPOLL_CTL_ADD, made[i], &event) == 0) { puts("itself"); return 1; }
    epoll_wait(made[0], &event, 1, 0);
    return 0;
}
