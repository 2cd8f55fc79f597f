"""The system's interface: a program is a function of its input, and needs none of it."""

from pieforge.integrity.analysis.forbidden_names import Forbidden, each, looks_for, phrases
from pieforge.integrity.analysis.lexing import vocabulary
from pieforge.integrity.check import Check
from pieforge.records import Reason

_PROCESS = "starts, replaces or signals a process"
_MEMORY = "asks the system for memory, or changes what memory is"
_CODE = "loads code"
_TALK = "opens a way to another process"
_LEAVE = "leaves without the end that a program has"
_TUNE = "changes how the system treats it"
_RAW = "a system call by number"
_WAIT = "waits"

_C = (
    each(_PROCESS, "fork vfork execl execlp execle execv execve execvp execvpe system popen kill")
    | each(_PROCESS, "posix_spawn posix_spawnp ptrace raise waitpid tgkill")
    | each(_MEMORY, "mmap mmap64 mremap munmap mprotect madvise brk sbrk memfd_create mlock")
    | each(_CODE, "dlopen dlmopen dlsym")
    | each(_TALK, "socket pipe pipe2 dup dup2 shm_open shmget msgget mkfifo splice vmsplice tee")
    | each(_LEAVE, "_exit _Exit quick_exit abort terminate __builtin_trap")
    | each(_TUNE, "prctl prlimit setrlimit getrlimit personality nice sched_setaffinity mallopt")
    | each(_TUNE, "__malloc_hook __free_hook __builtin_longjmp malloc_trim")
    | each(_RAW, "syscall")
    | each(_WAIT, "sleep usleep nanosleep clock_nanosleep sleep_for sleep_until pause sched_yield")
    | each(_WAIT, "select poll ppoll epoll_wait alarm setitimer this_thread condition_variable")
)

_PYTHON = (
    each(_PROCESS, "subprocess os.system os.popen os.fork os.execv os.execve os.execl os.kill pty")
    | each(_MEMORY, "mmap")
    | each(_TALK, "socket os.pipe os.dup os.dup2 os.mkfifo multiprocessing.shared_memory")
    | each(_LEAVE, "os._exit os.abort")
    | each(_TUNE, "gc.collect gc.set_threshold gc.callbacks sys.setswitchinterval")
    | each(_TUNE, "resource sys.settrace sys.setprofile faulthandler os.nice os.sched_setaffinity")
    | each(_WAIT, "time.sleep select selectors")
)

CHECK = Check(
    reason=Reason.SYSTEM_INTERFACE,
    catches="system calls, processes, mapped memory, loaded code, waiting, leaving early",
    look=looks_for(
        Forbidden(
            c=_C,
            python=_PYTHON,
            phrases={
                "rust": phrases(_PROCESS, "process :: Command", "process :: abort")
                | phrases(_RAW, 'extern "C"')
                | phrases(_WAIT, "thread :: sleep"),
                "go": phrases(_PROCESS, '"os/exec"')
                | phrases(_RAW, '"syscall"', '"unsafe"')
                | phrases(_WAIT, "time . Sleep"),
                "java": phrases(_PROCESS, "ProcessBuilder", "Runtime . getRuntime")
                | phrases(_MEMORY, "sun . misc . Unsafe")
                | phrases(_WAIT, "Thread . sleep"),
            },
        )
    ),
    linked=vocabulary(
        "fork vfork execve execv execvp system popen posix_spawn ptrace prctl personality "
        "quick_exit nanosleep sleep usleep pause alarm socket pipe memfd_create setrlimit"
    ),
)
