"""Refuse the system's interface: a function of the input needs only reading and writing."""

from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.integrity.check import HackCheck
from pieforge.records import RejectReason
from pieforge.syntax.declaration import split_words

_PROCESS = "starts, replaces or signals a process"
_MEMORY = "maps memory, or changes its protection"
_CODE = "loads code"
_TALK = "communicates with another process"
_LEAVE = "exits without the normal end of a program"
_TUNE = "changes limits, scheduling or the allocator"
_RAW = "a system call by number"
_WAIT = "waits"

_C = {
    _PROCESS: "fork vfork execl execlp execle execv execve execvp execvpe system popen kill "
    "posix_spawn posix_spawnp ptrace raise waitpid tgkill",
    _MEMORY: "mmap mmap64 mremap munmap mprotect madvise brk sbrk memfd_create mlock",
    _CODE: "dlopen dlmopen dlsym",
    _TALK: "socket pipe pipe2 dup dup2 shm_open shmget msgget mkfifo splice vmsplice tee",
    _LEAVE: "_exit _Exit quick_exit abort terminate __builtin_trap",
    _TUNE: "prctl prlimit setrlimit getrlimit personality nice sched_setaffinity mallopt "
    "__malloc_hook __free_hook __builtin_longjmp malloc_trim",
    _RAW: "syscall",
    _WAIT: "sleep usleep nanosleep clock_nanosleep sleep_for sleep_until pause sched_yield "
    "select poll ppoll epoll_wait alarm setitimer this_thread condition_variable",
}

_PYTHON = {
    _PROCESS: "subprocess os.system os.popen os.fork os.execv os.execve os.execl os.kill pty",
    _MEMORY: "mmap",
    _TALK: "socket os.pipe os.dup os.dup2 os.mkfifo multiprocessing.shared_memory",
    _LEAVE: "os._exit os.abort",
    _TUNE: "gc.collect gc.set_threshold gc.callbacks sys.setswitchinterval resource sys.settrace "
    "sys.setprofile faulthandler os.nice os.sched_setaffinity",
    _WAIT: "time.sleep select selectors",
}

CHECK = HackCheck(
    reason=RejectReason.SYSTEM_INTERFACE,
    catches="system calls, processes, mapped memory, loaded code, waiting, leaving early",
    forbidden=ForbiddenNames(
        c=_C,
        python=_PYTHON,
        phrases={
            "rust": {
                _PROCESS: "process :: Command, process :: abort",
                _RAW: 'extern "C"',
                _WAIT: "thread :: sleep",
            },
            "go": {
                _PROCESS: '"os/exec"',
                _RAW: '"syscall", "unsafe"',
                _WAIT: "time . Sleep",
            },
            "java": {
                _PROCESS: "ProcessBuilder, Runtime . getRuntime",
                _MEMORY: "sun . misc . Unsafe",
                _WAIT: "Thread . sleep",
            },
        },
    ),
    linked=split_words(
        "fork vfork execve execv execvp system popen posix_spawn ptrace prctl personality "
        "quick_exit nanosleep sleep usleep pause alarm socket pipe memfd_create setrlimit"
    ),
)
