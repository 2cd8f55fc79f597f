// verdict: AC
// tries: to create namespaces and mounts, to enter others, to change the root
// under: sandbox gem5=IE
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>
#define REFUSED(call) if ((call) >= 0) { puts(#call); return 1; }
int main(void) {
    int kinds[] = {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC,
                   CLONE_NEWUTS, CLONE_NEWCGROUP, CLONE_FILES, CLONE_FS};
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++) REFUSED(unshare(kinds[i]))
    REFUSED(setns(0, 0))
    REFUSED(mount("none", "/", "tmpfs", 0, ""))
    REFUSED(mount(0, "/", 0, MS_REMOUNT | MS_BIND, 0))
    REFUSED(umount2("/", MNT_DETACH))
    REFUSED(chroot("/"))
    REFUSED(syscall(SYS_pivot_root, "/", "/"))
    REFUSED(syscall(SYS_open_tree, -100, "/", 1))
    REFUSED(syscall(SYS_fsopen, "tmpfs", 0))
    REFUSED(syscall(SYS_move_mount, -100, "/", -100, "/", 0))
    REFUSED(syscall(SYS_mount_setattr, -100, "/", 0, 0, 0))
    REFUSED(sethostname("mine", 4))
    return 0;
}
