// verdict: AC
// tries: to leave shared memory, queues, semaphores and keys in the kernel
// under: sandbox cachegrind gem5=IE
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>
#define REFUSED(call) if ((call) >= 0) { puts(#call); return 1; }
int main(void) {
    REFUSED(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600))
    REFUSED(shmget(0x5049, 1 << 20, IPC_CREAT | 0600))
    REFUSED(msgget(IPC_PRIVATE, IPC_CREAT | 0600))
    REFUSED(semget(IPC_PRIVATE, 1, IPC_CREAT | 0600))
    REFUSED(syscall(SYS_mq_open, "pieforge-abuse", O_CREAT | O_RDWR, 0600, 0))
    return 0;
}
