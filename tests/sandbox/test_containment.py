"""A dozen attacks; each program returns 0 only if every attempt was refused."""

import mmap
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from sandbox_shortcuts import Build, Run

from pieforge.errors import SandboxError
from pieforge.records import Verdict
from pieforge.sandbox.bubblewrap import SandboxContents, SeccompProfile
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.protocol import EndReason
from pieforge.sandbox.sandbox import Limits, Sandbox, build_program_request

pytestmark = pytest.mark.slow

THREADED = replace(get_language("c17"), threads=16)

HEAD = """
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <initializer_list>
#include <sched.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#define REFUSED(call) if ((call) >= 0) { puts(#call); return 1; }
int main() {
"""

ATTACKS = {
    "starts processes": "REFUSED(fork()) REFUSED(vfork()) REFUSED(syscall(SYS_clone, SIGCHLD, 0, 0,"
    ' 0, 0)) REFUSED(syscall(SYS_clone3, 0, 0)) REFUSED(execl("/prog", "/prog", nullptr))',
    "starts threads": "REFUSED(syscall(SYS_clone, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD,"
    " malloc(4096), 0, 0, 0))",
    "reads the host": 'for (const char *p : {"/etc/passwd", "/etc/shadow", "/root", "/home",'
    ' "/proc/self/maps", "/sys", "/dev/null", "/tmp", "/usr", "/var", "/newroot", "/oldroot"})'
    " REFUSED(open(p, O_RDONLY))",
    "writes": 'REFUSED(open("/x", O_CREAT | O_WRONLY, 0600)) REFUSED(mkdir("/d", 0700))'
    ' REFUSED(open("/prog", O_WRONLY)) REFUSED(open("/prog", O_RDWR)) REFUSED(unlink("/prog"))'
    ' REFUSED(rename("/prog", "/p")) REFUSED(chmod("/prog", 0777)) REFUSED(symlink("/", "/s"))'
    ' REFUSED(link("/prog", "/l")) REFUSED(truncate("/prog", 0))'
    ' REFUSED(open("/", O_TMPFILE | O_RDWR, 0600)) REFUSED(mknod("/f", S_IFIFO | 0600, 0))',
    "reaches for the network": "for (int family = 0; family < 46; family++)"
    " for (int type = 1; type < 6; type++) REFUSED(socket(family, type, 0))"
    " int pair[2]; REFUSED(socketpair(AF_UNIX, SOCK_STREAM, 0, pair))",
    "finds descriptors": "for (int f = 3; f < 4096; f++) REFUSED(fcntl(f, F_GETFD))",
    "changes its user": "REFUSED(setuid(0)) REFUSED(setgid(0)) REFUSED(setresuid(0, 0, 0))",
    "looks into others": "REFUSED(ptrace(PTRACE_ATTACH, 1, 0, 0)) char b[8]; struct { void *p; long"
    " n; } v = {b, 8}; REFUSED(syscall(SYS_process_vm_readv, 1, &v, 1, &v, 1, 0))"
    " REFUSED(syscall(SYS_pidfd_open, 1, 0))",
    "kills everyone": "kill(1, SIGKILL); kill(1, SIGSTOP); kill(-1, SIGKILL); kill(getppid(), 9);",
    "raises its limits": "rlimit r = {RLIM_INFINITY, RLIM_INFINITY}; for (int w = 0; w < 15; w++)"
    " { rlimit had; getrlimit((__rlimit_resource)w, &had); if (had.rlim_max != RLIM_INFINITY)"
    " REFUSED(setrlimit((__rlimit_resource)w, &r)) } rlimit low = {1, 1};"
    " REFUSED(prlimit(1, RLIMIT_NOFILE, &low, nullptr)) REFUSED(nice(-5))",
    "makes namespaces": "REFUSED(unshare(CLONE_NEWUSER)) REFUSED(unshare(CLONE_NEWNS))"
    ' REFUSED(mount("x", "/", "tmpfs", 0, "")) REFUSED(chroot("/"))'
    " REFUSED(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0))",
    "leaves things in the kernel": "REFUSED(syscall(SYS_shmget, 0, 4096, 0600 | 01000))"
    ' REFUSED(syscall(SYS_msgget, 0, 01000)) REFUSED(syscall(SYS_memfd_create, "m", 0))'
    ' REFUSED(syscall(SYS_add_key, "user", "k", "v", 1, -3)) REFUSED(syscall(SYS_mq_open, "/q",'
    " O_CREAT, 0600, 0)) REFUSED(syscall(SYS_memfd_secret, 0))",
    "tries the sharp system calls": "REFUSED(syscall(SYS_bpf, 0, 0, 0)) REFUSED(syscall("
    "SYS_perf_event_open, 0, 0, 0, 0, 0)) REFUSED(syscall(SYS_userfaultfd, 0))"
    " REFUSED(syscall(SYS_io_uring_setup, 1, 0)) REFUSED(syscall(SYS_personality, 0))"
    " REFUSED(syscall(SYS_personality, 0, 0, 0, 0, 0, 12345L)) REFUSED(syscall(500))"
    " REFUSED(syscall(0x40000000 | SYS_fork))",
    "types into the terminal": "char c = 10; for (int f = 0; f < 3; f++) REFUSED(ioctl(f, TIOCSTI,"
    " &c))",
}


@pytest.mark.parametrize("name", ATTACKS)
async def test_an_attack_is_refused_and_does_not_affect_the_next_run(
    name: str, sandbox: Sandbox, build: Build, run: Run
) -> None:
    attack = await build(HEAD + ATTACKS[name] + "\nreturn 0; }\n")
    results = await sandbox.run(attack, [b"", b""])
    assert [(result.verdict, result.stdout) for result in results] == [(Verdict.AC, b"")] * 2


async def test_a_32_bit_system_call_ends_the_program(run: Run) -> None:
    result = await run('int main() { asm volatile("int $0x80" : : "a"(20)); }')
    assert (result.verdict, result.signal) == (Verdict.RE, 31)


async def test_nothing_is_carried_from_one_run_to_the_next(sandbox: Sandbox, build: Build) -> None:
    source = HEAD + (
        "char had[99] = {}; read(0, had, 9);\n"
        "int flags = fcntl(0, F_GETFL) | fcntl(1, F_GETFL) << 16;\n"
        'lseek(0, 0, SEEK_SET); write(0, "spoiled", 7); fcntl(0, F_SETFL, O_NONBLOCK | O_APPEND);\n'
        "fcntl(1, F_SETFL, O_NONBLOCK); fcntl(1, F_ADD_SEALS, F_SEAL_GROW); flock(1, 2);\n"
        'fcntl(1, F_SETOWN, 1); umask(0777); nice(1); int prog = open("/prog", O_RDONLY);\n'
        "int locked = flock(prog, 6); \n"
        'printf("%s %d %d %d %s\\n", had, flags, locked, getpriority(PRIO_PROCESS, 0),'
        ' getenv("X") ? "env" : "no env"); setenv("X", "1", 1); }'
    )
    first, second, third = await sandbox.run(await build(source), [b"same"] * 3)
    assert first.verdict is Verdict.AC
    assert first.stdout == second.stdout == third.stdout


async def test_python_is_contained(run: Run) -> None:
    source = (
        "import os, socket, subprocess\n"
        "tries = [lambda: open('/tmp/x', 'w'), lambda: open('/etc/passwd'), os.fork,\n"
        "         lambda: socket.socket(), lambda: subprocess.run(['/usr/bin/true']),\n"
        "         lambda: open('/usr/x', 'w'), lambda: os.listdir('/proc'),\n"
        "         lambda: os.mkdir('/usr/lib/x'), lambda: os.setuid(0)]\n"
        "for i, one in enumerate(tries):\n"
        "    try: one(); print('open', i)\n"
        "    except OSError: pass\n"
    )
    result = await run(source, key="python")
    assert (result.verdict, result.stdout, result.stderr) == (Verdict.AC, b"", b"")


async def test_threads_are_limited_where_they_are_allowed(run: Run) -> None:
    source = (
        "import threading, time\n"
        "started = 0\n"
        "try:\n"
        "    while True:\n"
        "        threading.Thread(target=time.sleep, args=(0.2,)).start(); started += 1\n"
        "except RuntimeError: print(started)\n"
    )
    assert (await run(source, key="python")).stdout == b"7\n"


async def test_a_builder_cannot_leave_its_scratch_folder(sandbox: Sandbox) -> None:
    script = (
        "for t in /x /src/x /usr/x /etc/x /tmp/ok; do echo no > $t && echo wrote $t; done\n"
        "ls /etc /root /home /proc /dev 2>&1 | grep -v 'annot access'\n"
        "head -c 1 /dev/urandom /etc/passwd | wc -c; ls -d / | wc -l; unshare -U true && echo ns\n"
    )
    contents = SandboxContents(
        files={"/src/s": script.encode()},
        folders=("/usr", "/lib", "/lib64", "/bin"),
        scratch={"/tmp": 1 << 20},
        has_dev_null=True,
        profile=SeccompProfile.BUILD,
    )
    request = build_program_request(THREADED, Limits(), ("/usr/bin/dash", "/src/s"))
    request = type(request)(**{**vars(request), "environment": {"PATH": "/usr/bin"}})
    [record] = await sandbox.run_request(contents, request, [b""])
    assert record.output.head.decode().split("\n") == [
        "wrote /tmp/ok",
        "/dev:",
        "null",
        "0",
        "1",
        "",
    ]


@pytest.mark.parametrize(
    ("command", "handed_out"),
    [
        ("echo fine > /tmp/out", b"fine\n"),
        ("ln -s /usr/bin/dash /tmp/out", None),
        ("mkfifo /tmp/out", None),
        ("mkdir /tmp/out", None),
        ("head -c 5000 /usr/bin/dash > /tmp/out", None),
        ("true", None),
    ],
)
async def test_only_a_small_regular_file_is_returned(
    command: str, handed_out: bytes | None, sandbox: Sandbox
) -> None:
    contents = SandboxContents(
        folders=("/usr", "/lib", "/lib64", "/bin"),
        scratch={"/tmp": 1 << 20},
        has_dev_null=True,
        profile=SeccompProfile.BUILD,
    )
    request = build_program_request(THREADED, Limits(), ("/usr/bin/dash", "-c", command))
    changes = {"environment": {"PATH": "/usr/bin"}, "fetch": "/tmp/out", "fetch_bytes": 4096}
    request = type(request)(**{**vars(request), **changes})
    [record] = await sandbox.run_request(contents, request, [b""])
    assert record.fetched == handed_out


async def test_the_memory_of_all_processes_of_a_compilation_is_limited(
    sandbox: Sandbox,
) -> None:
    hog = "perl -e '$held = \"x\" x (64 << 20); sleep 20'"
    contents = SandboxContents(
        folders=("/usr", "/lib", "/lib64", "/bin"),
        scratch={"/tmp": 1 << 20},
        has_dev_null=True,
        profile=SeccompProfile.BUILD,
    )
    script = f"for i in 1 2 3 4 5 6 7 8; do {hog} & done; wait"
    request = build_program_request(THREADED, Limits(cpu_s=20.0), ("/usr/bin/dash", "-c", script))
    for limit, reason in ((256 << 20, EndReason.MEMORY_LIMIT), (0, EndReason.WALL_LIMIT)):
        changes = {"environment": {"PATH": "/usr/bin"}, "total_memory_bytes": limit, "wall_s": 3.0}
        asked = type(request)(**{**vars(request), **changes})
        [record] = await sandbox.run_request(contents, asked, [b""])
        assert record.reason is reason
        assert limit == 0 or limit < record.memory_bytes


def compile_bare(text: bytes, path: Path, flag: str) -> None:
    command = ["gcc", "-O1", "-static", flag, "-o", path, "-x", "c", "-"]
    subprocess.run(command, input=text, check=True)


async def test_an_artifact_that_is_no_program_is_the_programs_failure(
    sandbox: Sandbox, build: Build, tmp_path: Path
) -> None:
    program = await build("int main() {}")
    asks_for_a_loader = tmp_path / "loader"
    text = b'const char x[] __attribute__((section(".interp"))) = "/nowhere"; int main() {}'
    compile_bare(text, asks_for_a_loader, "-fuse-ld=bfd")
    elf = b"\x7fELF\x02\x01\x01"
    for content in (b"", b"no program", elf, elf + bytes(99), asks_for_a_loader.read_bytes()):
        (tmp_path / "artifact").write_bytes(content)
        broken = replace(program, artifact=tmp_path / "artifact")
        results = await sandbox.run(broken, [b"", b""])
        assert [result.verdict for result in results] == [Verdict.RE] * 2, content[:20]


async def test_a_sandbox_command_that_cannot_be_started_is_an_infrastructure_failure(
    sandbox: Sandbox,
) -> None:
    request = build_program_request(THREADED, Limits(), ("/usr/bin/no-such-tool",))
    contents = SandboxContents(folders=("/usr",), profile=SeccompProfile.BUILD)
    with pytest.raises(SandboxError, match="could not be started"):
        await sandbox.run_request(contents, request, [b""])


BARE = b"""
static char held[10 << 20];
void _start(void) {
    for (int i = 0; i < (10 << 20); i += 512) ((volatile char *)held)[i] = 1;
    __asm__ volatile("syscall" : : "a"(60), "D"(0));
}
"""


async def test_peak_memory_is_the_programs_own_regardless_of_pythons(
    sandbox: Sandbox, build: Build, tmp_path: Path
) -> None:
    source = (
        "#include <sys/mman.h>\n#include <unistd.h>\nint main() { char c; long n = 0;\n"
        "while (read(0, &c, 1) == 1 && c >= 48) n = 10 * n + c - 48;\n"
        "char *p = (char *)mmap(0, n + 1, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);\n"
        "for (long i = 0; i < n; i += 512) p[i] = 1; }"
    )
    compile_bare(BARE, tmp_path / "bare", "-nostdlib")
    program = await build(source)
    bare = replace(program, artifact=tmp_path / "bare")
    held = bytearray(1 << 30)
    held[:: mmap.PAGESIZE] = b"x" * (len(held) // mmap.PAGESIZE)
    [alone] = await sandbox.run(bare, [b""])
    nothing, ten = await sandbox.run(program, [b"0", b"%d" % (10 << 20)])
    del held
    # Linux counts resident pages for each CPU and adds up in steps of 32 pages (percpu_counter):
    # after a move to another CPU a count may be off by that much for each of the two.
    slack = 2 * 32 * mmap.PAGESIZE
    assert (10 << 20) - slack <= alone.memory_bytes < (10 << 20) + slack + (256 << 10)
    assert abs(ten.memory_bytes - nothing.memory_bytes - (10 << 20)) <= 2 * slack
    assert nothing.memory_bytes < 1 << 20  # its own code, mostly of the C library
