"""Refuse reading from other sources than standard input.

The output, or the run time, would depend on more than the input. A clock reveals a simulator, an
input's size reveals which test it is, and an address reveals the build.
"""

import ast
from collections.abc import Iterator

from pieforge.integrity.analysis.addresses import ADDRESS, find_c_addresses, find_python_addresses
from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.integrity.analysis.names import parse_source
from pieforge.integrity.analysis.python_names import get_dotted_name, list_full_names, parse_python
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason
from pieforge.syntax.declaration import split_words
from pieforge.syntax.tree import collect_texts, find_nodes, get_field, get_field_text

_TIME = "reads a clock"
_CHANCE = "random numbers without a fixed seed"
_FILES = "opens a file"
_AROUND = "reads its environment"
_SIZE = "gets the size of the input without reading it"
_MACHINE = "detects which processor or simulator runs it"
_BUILD = "depends on when or where it was compiled"

_C = {
    _TIME: "time clock gettimeofday clock_gettime timespec_get times getrusage localtime gmtime "
    "chrono steady_clock system_clock high_resolution_clock __rdtsc __rdtscp _rdtsc "
    "__builtin_ia32_rdtsc __builtin_ia32_rdtscp __builtin_readcyclecounter",
    _CHANCE: "random_device getrandom getentropy arc4random _rdrand32_step _rdrand64_step",
    _FILES: "fopen fopen64 freopen fdopen open open64 openat creat ifstream fstream ofstream "
    "filebuf basic_filebuf tmpfile filesystem opendir readlink access wifstream basic_ifstream "
    "basic_fstream basic_ofstream wofstream wfstream wfilebuf",
    _AROUND: "isatty ttyname getuid geteuid getgid getpagesize get_phys_pages sysinfo "
    "get_avphys_pages getloadavg confstr pathconf fpathconf fcntl umask pthread_getattr_np "
    "getcontext __libc_stack_end getenv secure_getenv environ __environ _environ getauxval "
    "uname sysconf gethostname getpid getppid gettid getcwd get_nprocs program_invocation_name",
    _SIZE: "fstat fstat64 stat lstat statx lseek lseek64 fseek fseeko ftell ftello ioctl "
    "FIONREAD fgetpos",
    _MACHINE: "RUNNING_ON_VALGRIND VALGRIND_DO_CLIENT_REQUEST __get_cpuid __cpuid "
    "__get_cpuid_count __cpuid_count __builtin_cpu_supports __builtin_cpu_is __builtin_cpu_init "
    "sched_getcpu __builtin_return_address __builtin_frame_address",
    _BUILD: "__DATE__ __TIME__ __TIMESTAMP__ __FILE__ __COUNTER__",
}
_MEMBERS = {_SIZE: "tellg seekg in_avail pubseekoff", _MACHINE: "hardware_concurrency"}

_PYTHON = {
    _TIME: "time datetime timeit calendar os.times asyncio sched logging cProfile profile",
    _CHANCE: "secrets uuid os.urandom os.getrandom random.SystemRandom",
    _FILES: "pathlib tempfile glob fileinput.input shutil os.open os.listdir os.scandir sqlite3 "
    "dbm linecache codecs.open io.open io.FileIO os.walk os.readlink io.open_code zipfile "
    "tarfile",
    _AROUND: "os.environ os.getenv os.getpid os.uname sys.argv sys.platform sys.version platform "
    "socket getpass sys.flags sys.path sys.executable __file__ os.sysconf os.getloadavg "
    "os.getppid os.getlogin os.getcwd os.isatty sys.stdin.isatty sys.stdin.buffer.isatty "
    "sys.xoptions sys._xoptions",
    _SIZE: "os.fstat os.stat os.lseek os.path sys.stdin.seek sys.stdin.tell "
    "sys.stdin.buffer.seek sys.stdin.buffer.tell fcntl os.pread os.preadv os.copy_file_range "
    "os.sendfile",
    _MACHINE: "os.cpu_count sys.getrefcount tracemalloc sys.getallocatedblocks sys.hash_info "
    "sys.implementation sys.getswitchinterval sys.gettrace sys.getprofile sys.monitoring "
    "sys._debugmallocstats sys.orig_argv gc.get_stats",
}
_MOVES = frozenset({"seek", "tell", "peek", "seekable"})
_FORBIDDEN = ForbiddenNames(
    c=_C,
    members=_MEMBERS,
    headers={_MACHINE: "valgrind/valgrind.h valgrind/cachegrind.h cpuid.h"},
    python=_PYTHON,
    phrases={
        "rust": {
            _TIME: "Instant :: now, SystemTime, time :: Instant",
            _FILES: "fs :: File, File :: open, fs :: read, fs :: read_to_string",
            _AROUND: "env :: args, env :: var, env :: vars",
            _MACHINE: "is_x86_feature_detected !, available_parallelism",
            ADDRESS: "as * const, as * mut, addr_of !, . as_ptr ( ) as usize",
        },
        "go": {
            _TIME: "time . Now, time . Since",
            _FILES: "os . Open, os . ReadFile, os . OpenFile",
            _AROUND: "os . Args, os . Getenv, os . Environ",
            _SIZE: "os . Stdin . Stat",
            _MACHINE: "runtime . NumCPU, runtime . MemStats",
        },
        "java": {
            _TIME: "System . nanoTime, System . currentTimeMillis, Instant . now",
            _CHANCE: "new Random ( ), Math . random, SecureRandom, ThreadLocalRandom",
            _FILES: "FileReader, Files . read, Paths . get, new File (",
            _AROUND: "System . getenv, System . getProperty, args [",
            _SIZE: "System . in . available",
            _MACHINE: "availableProcessors, identityHashCode",
        },
    },
)


def _look(checked: CheckedProgram) -> Iterator[str]:
    idiom = checked.family == "python" and _is_reading_whole_stdin(checked.text)
    for detail in _FORBIDDEN.find_uses(checked.source):
        if not (idiom and detail.startswith(("os.fstat", "os.path"))):
            yield detail


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    for node in find_nodes(parse_source(checked.source), ("function_definition",)):
        declarator = get_field(node, "declarator")
        if get_field_text(declarator, "declarator") == "main":
            names = collect_texts(declarator, "identifier") - {"main"}
            if names & collect_texts(get_field(node, "body"), "identifier"):
                yield "main uses its arguments"
    yield from find_c_addresses(checked.source)


def _look_at_python(checked: CheckedProgram) -> Iterator[str]:
    yield from _iter_opened_files(checked.text)
    yield from _find_unseeded(checked.text)
    yield from find_python_addresses(checked.text)


def _is_reading_whole_stdin(text: str) -> bool:
    """Return whether every `os.fstat` is in `os.read(0, os.fstat(0).st_size)`, a common idiom."""
    sizes = sum(name.startswith("os.fstat") for name in list_full_names(text))
    plain = "".join(text.split())
    return sizes > 0 and plain.count("fstat") == plain.count("read(0,os.fstat(0).st_size)")


def _iter_opened_files(text: str) -> Iterator[str]:
    # `open(0)` reads standard input; any other use of `open`, a call or not, can open a file.
    streams = set()
    for node in ast.walk(parse_python(text)):
        if isinstance(node, ast.Call) and any(_is_stream(first) for first in node.args[:1]):
            streams.add(id(node.func))
        if get_dotted_name(node) in ("open", "os.fdopen") and id(node) not in streams:
            yield "open: opens a file"
        if isinstance(node, ast.Call) and _is_stream_constructor(node.func):
            yield f"{ast.unparse(node.func)[:60]}: opens a file"
        # By the method's name alone: the stream may be in a variable of any name.
        if (move := getattr(node, "attr", "")) in _MOVES and not _has_memory_streams(text):
            yield f".{move}: {_SIZE}"


def _is_stream_constructor(called: ast.expr) -> bool:
    """Return whether the callee is the class of a standard stream: `type(sys.stdin)(...)`."""
    of_what = isinstance(called, ast.Call) and get_dotted_name(called.func) == "type"
    return of_what and "std" in ast.unparse(called)


def _has_memory_streams(text: str) -> bool:
    """Return whether a source has streams in memory, in which it may seek."""
    return any(name in ("io.BytesIO", "io.StringIO") for name in list_full_names(text))


def _is_stream(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (0, 1, 2)


def _find_unseeded(text: str) -> Iterator[str]:
    used = {name for name in list_full_names(text) if name.split(".")[0] == "random"}
    seeded = any(
        isinstance(node, ast.Call)
        and get_dotted_name(node.func).endswith(("seed", "Random"))
        and node.args
        and isinstance(node.args[0], ast.Constant)
        for node in ast.walk(parse_python(text))
    )
    if used and not seeded:
        yield f"random: {_CHANCE}"


CHECK = HackCheck(
    reason=RejectReason.READS_BEYOND_STDIN,
    catches="clocks, chance, files, environment, arguments, processor, addresses, the input's size",
    look=_look,
    looks={"c": _look_at_c, "python": _look_at_python},
    linked=split_words(
        "time clock gettimeofday times getrusage access getppid freopen "
        "_ZNSt6chrono3_V212steady_clock3nowEv _ZNSt6chrono3_V212system_clock3nowEv"
    ),
)
