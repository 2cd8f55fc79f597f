/* Gives up root, then executes another program: as setpriv does, at a tenth of its cost.
 *
 * usage: launcher ID [--show FOLDER] PROGRAM ARGUMENTS...
 *
 * User and group become ID permanently; the supplementary groups and all capabilities are
 * dropped. If any step fails, PROGRAM is not started.
 *
 * ID may have no access to FOLDER, for example because it lies in root's home. PROGRAM finds it
 * at SHOWN, in a mount namespace of its own. */
#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SHOWN "/mnt" /* mirrored in bubblewrap_arguments.py */

static _Noreturn void die(const char *what) {
    dprintf(2, "launcher: %s: %s\n", what, strerror(errno));
    _exit(70);
}

static void show(const char *folder) {
    if (unshare(CLONE_NEWNS)) die("unshare");
    /* Else the bind mount would appear in the host's namespace too. */
    if (mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL)) die("mount");
    if (mount(folder, SHOWN, NULL, MS_BIND, NULL)) die(SHOWN);
}

int main(int argc, char **argv) {
    int shows = argc > 2 && !strcmp(argv[2], "--show");
    char **program = argv + (shows ? 4 : 2);
    if (argc <= program - argv) {
        errno = EINVAL;
        die("usage: launcher ID [--show FOLDER] PROGRAM ARGUMENTS...");
    }
    unsigned id = (unsigned)strtoul(argv[1], NULL, 10), real, effective, saved;
    if (id == 0) { errno = EINVAL; die(argv[1]); }
    if (shows) show(argv[3]); /* needs root */
    /* Groups before the user: after setresuid the right to change them is gone. */
    if (setgroups(0, NULL)) die("setgroups");
    if (setresgid(id, id, id)) die("setresgid");
    if (prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0)) die("PR_SET_KEEPCAPS");
    if (setresuid(id, id, id)) die("setresuid");
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    /* setresuid clears the permitted and effective capabilities; this clears the inheritable ones
     * too. */
    if (syscall(SYS_capset, &header, none)) die("capset");
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)) die("PR_CAP_AMBIENT");
    if (getresuid(&real, &effective, &saved) || real != id || effective != id || saved != id)
        die("still another user");
    if (shows && access(SHOWN, R_OK | X_OK)) die(SHOWN);
    execv(*program, program);
    die(*program);
}
