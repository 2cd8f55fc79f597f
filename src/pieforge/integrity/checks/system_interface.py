"""The system's interface: a program is a function of its input, and needs none of it."""

from pieforge.integrity.analysis.forbidden_names import (
    ForbiddenNames,
    create_look,
    describe_names,
    describe_phrases,
)
from pieforge.integrity.analysis.lexing import split_names
from pieforge.integrity.check import HackCheck
from pieforge.records import RejectReason

_PROCESS = "starts, replaces or signals a process"
_MEMORY = "asks the system for memory, or changes what memory is"
_CODE = "loads code"
_TALK = "opens a way to another process"
_LEAVE = "leaves without the end that a program has"
_TUNE = "changes how the system treats it"
_RAW = "a system call by number"
_WAIT = "waits"

_C = (
    describe_names(
        _PROCESS, "fork vfork execl execlp execle execv execve execvp execvpe system popen kill"
    )
    | describe_names(_PROCESS, "posix_spawn posix_spawnp ptrace raise waitpid tgkill")
    | describe_names(
        _MEMORY, "mmap mmap64 mremap munmap mprotect madvise brk sbrk memfd_create mlock"
    )
    | describe_names(_CODE, "dlopen dlmopen dlsym")
    | describe_names(
        _TALK, "socket pipe pipe2 dup dup2 shm_open shmget msgget mkfifo splice vmsplice tee"
    )
    | describe_names(_LEAVE, "_exit _Exit quick_exit abort terminate __builtin_trap")
    | describe_names(
        _TUNE, "prctl prlimit setrlimit getrlimit personality nice sched_setaffinity mallopt"
    )
    | describe_names(_TUNE, "__malloc_hook __free_hook __builtin_longjmp malloc_trim")
    | describe_names(_RAW, "syscall")
    | describe_names(
        _WAIT, "sleep usleep nanosleep clock_nanosleep sleep_for sleep_until pause sched_yield"
    )
    | describe_names(
        _WAIT, "select poll ppoll epoll_wait alarm setitimer this_thread condition_variable"
    )
)

_PYTHON = (
    describe_names(
        _PROCESS, "subprocess os.system os.popen os.fork os.execv os.execve os.execl os.kill pty"
    )
    | describe_names(_MEMORY, "mmap")
    | describe_names(_TALK, "socket os.pipe os.dup os.dup2 os.mkfifo multiprocessing.shared_memory")
    | describe_names(_LEAVE, "os._exit os.abort")
    | describe_names(_TUNE, "gc.collect gc.set_threshold gc.callbacks sys.setswitchinterval")
    | describe_names(
        _TUNE, "resource sys.settrace sys.setprofile faulthandler os.nice os.sched_setaffinity"
    )
    | describe_names(_WAIT, "time.sleep select selectors")
)

CHECK = HackCheck(
    reason=RejectReason.SYSTEM_INTERFACE,
    catches="system calls, processes, mapped memory, loaded code, waiting, leaving early",
    look=create_look(
        ForbiddenNames(
            c=_C,
            python=_PYTHON,
            phrases={
                "rust": describe_phrases(_PROCESS, "process :: Command", "process :: abort")
                | describe_phrases(_RAW, 'extern "C"')
                | describe_phrases(_WAIT, "thread :: sleep"),
                "go": describe_phrases(_PROCESS, '"os/exec"')
                | describe_phrases(_RAW, '"syscall"', '"unsafe"')
                | describe_phrases(_WAIT, "time . Sleep"),
                "java": describe_phrases(_PROCESS, "ProcessBuilder", "Runtime . getRuntime")
                | describe_phrases(_MEMORY, "sun . misc . Unsafe")
                | describe_phrases(_WAIT, "Thread . sleep"),
            },
        )
    ),
    linked=split_names(
        "fork vfork execve execv execvp system popen posix_spawn ptrace prctl personality "
        "quick_exit nanosleep sleep usleep pause alarm socket pipe memfd_create setrlimit"
    ),
)
