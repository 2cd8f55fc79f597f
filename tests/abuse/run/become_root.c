// verdict: AC
// tries: to become root, to gain capabilities, to loosen what it may gain
// under: sandbox cachegrind gem5=IE
#define _GNU_SOURCE
#include <grp.h>
#include <linux/capability.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#define REFUSED(call) if ((call) >= 0) { puts(#call); return 1; }
int main(void) {
    gid_t root = 0;
    REFUSED(setuid(0))
    REFUSED(setgid(0))
    REFUSED(setresuid(0, 0, 0))
    REFUSED(setreuid(0, 0))
    REFUSED(setfsuid(0))
    REFUSED(setgroups(1, &root))
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
    REFUSED(syscall(SYS_capset, &head, data))
    if (syscall(SYS_capget, &head, data) == 0)
        for (int i = 0; i < 2; i++)
            if (data[i].effective | data[i].permitted | data[i].inheritable) { puts("cap"); return 1; }
    REFUSED(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0))
    REFUSED(prctl(PR_SET_SECUREBITS, 0, 0, 0, 0))
    REFUSED(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0))
    return 0;
}
