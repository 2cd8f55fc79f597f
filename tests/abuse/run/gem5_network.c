// verdict: AC
// tries: to reach the network through the system calls that gem5 forwards
// under: gem5
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
int main(void) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    if (s >= 0) puts("a socket");
    return s >= 0;
}
