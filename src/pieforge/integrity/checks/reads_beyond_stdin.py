"""Reading beyond standard input: then an answer, or a time, depends on more than the input.

Time can tell a simulator from a processor, and a size or an address one test from another.
"""

import ast
from collections.abc import Iterator

from pieforge.integrity.analysis.addresses import ADDRESS, find_c_addresses, find_python_addresses
from pieforge.integrity.analysis.forbidden_names import (
    ForbiddenNames,
    describe_names,
    describe_phrases,
)
from pieforge.integrity.analysis.lexing import split_names
from pieforge.integrity.analysis.names import get_text, parse_source, walk
from pieforge.integrity.analysis.python_names import get_dotted_name, list_full_names, parse_python
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason

_TIME = "reads a clock"
_CHANCE = "random numbers that nobody can repeat"
_FILES = "opens a file"
_AROUND = "reads its environment"
_SIZE = "asks for the input's size without reading it"
_MACHINE = "asks which processor or simulator runs it"
_BUILD = "depends on when or where it was compiled"

_C = (
    describe_names(
        _TIME, "time clock gettimeofday clock_gettime timespec_get times getrusage localtime"
    )
    | describe_names(
        _TIME, "gmtime chrono steady_clock system_clock high_resolution_clock __rdtsc __rdtscp"
    )
    | describe_names(
        _TIME, "_rdtsc __builtin_ia32_rdtsc __builtin_ia32_rdtscp __builtin_readcyclecounter"
    )
    | describe_names(
        _CHANCE, "random_device getrandom getentropy arc4random _rdrand32_step _rdrand64_step"
    )
    | describe_names(
        _FILES, "fopen fopen64 freopen fdopen open open64 openat creat ifstream fstream ofstream"
    )
    | describe_names(
        _FILES, "filebuf basic_filebuf tmpfile filesystem opendir readlink access wifstream"
    )
    | describe_names(
        _FILES, "basic_ifstream basic_fstream basic_ofstream wofstream wfstream wfilebuf"
    )
    | describe_names(
        _AROUND, "isatty ttyname getuid geteuid getgid getpagesize get_phys_pages sysinfo"
    )
    | describe_names(_AROUND, "get_avphys_pages getloadavg confstr pathconf fpathconf fcntl umask")
    | describe_names(_AROUND, "pthread_getattr_np getcontext __libc_stack_end")
    | describe_names(
        _AROUND, "getenv secure_getenv environ __environ _environ getauxval uname sysconf"
    )
    | describe_names(
        _AROUND, "gethostname getpid getppid gettid getcwd get_nprocs program_invocation_name"
    )
    | describe_names(
        _SIZE, "fstat fstat64 stat lstat statx lseek lseek64 fseek fseeko ftell ftello ioctl"
    )
    | describe_names(_SIZE, "FIONREAD fgetpos")
    | describe_names(_MACHINE, "RUNNING_ON_VALGRIND VALGRIND_DO_CLIENT_REQUEST __get_cpuid __cpuid")
    | describe_names(
        _MACHINE, "__get_cpuid_count __cpuid_count __builtin_cpu_supports __builtin_cpu_is"
    )
    | describe_names(_MACHINE, "__builtin_cpu_init sched_getcpu __builtin_return_address")
    | describe_names(_MACHINE, "__builtin_frame_address")
    | describe_names(_BUILD, "__DATE__ __TIME__ __TIMESTAMP__ __FILE__ __COUNTER__")
)
_MEMBERS = describe_names(_SIZE, "tellg seekg in_avail pubseekoff") | describe_names(
    _MACHINE, "hardware_concurrency"
)

_PYTHON = (
    describe_names(_TIME, "time datetime timeit calendar")
    | describe_names(_CHANCE, "secrets uuid os.urandom os.getrandom random.SystemRandom")
    | describe_names(
        _FILES, "pathlib tempfile glob fileinput.input shutil os.open os.listdir os.scandir"
    )
    | describe_names(_FILES, "sqlite3 dbm linecache codecs.open io.open io.FileIO")
    | describe_names(
        _AROUND, "os.environ os.getenv os.getpid os.uname sys.argv sys.platform sys.version"
    )
    | describe_names(_AROUND, "platform socket getpass sys.flags sys.path sys.executable __file__")
    | describe_names(_SIZE, "os.fstat os.stat os.lseek os.path sys.stdin.seek sys.stdin.tell")
    | describe_names(_SIZE, "sys.stdin.buffer.seek sys.stdin.buffer.tell fcntl")
    | describe_names(_MACHINE, "os.cpu_count sys.getrefcount tracemalloc sys.getallocatedblocks")
    | describe_names(
        _MACHINE, "sys.hash_info sys.implementation sys.getswitchinterval sys.gettrace"
    )
    | describe_names(
        _MACHINE, "sys.getprofile sys.monitoring sys._debugmallocstats sys.orig_argv gc.get_stats"
    )
    | describe_names(_AROUND, "os.sysconf os.getloadavg os.getppid os.getlogin os.getcwd os.isatty")
    | describe_names(_AROUND, "sys.stdin.isatty sys.stdin.buffer.isatty sys.xoptions sys._xoptions")
    | describe_names(_TIME, "os.times asyncio sched logging cProfile profile")
    | describe_names(_FILES, "os.walk os.readlink io.open_code zipfile tarfile")
    | describe_names(_SIZE, "os.pread os.preadv os.copy_file_range os.sendfile")
)
_MOVES = frozenset({"seek", "tell", "peek", "seekable"})
_FORBIDDEN = ForbiddenNames(
    c=_C,
    members=_MEMBERS,
    headers=describe_names(_MACHINE, "valgrind/valgrind.h valgrind/cachegrind.h cpuid.h"),
    python=_PYTHON,
    phrases={
        "rust": describe_phrases(_TIME, "Instant :: now", "SystemTime", "time :: Instant")
        | describe_phrases(
            _FILES, "fs :: File", "File :: open", "fs :: read", "fs :: read_to_string"
        )
        | describe_phrases(_AROUND, "env :: args", "env :: var", "env :: vars")
        | describe_phrases(_MACHINE, "is_x86_feature_detected !", "available_parallelism")
        | describe_phrases(ADDRESS, "as * const", "as * mut", "addr_of !", ". as_ptr ( ) as usize"),
        "go": describe_phrases(_TIME, "time . Now", "time . Since")
        | describe_phrases(_FILES, "os . Open", "os . ReadFile", "os . OpenFile")
        | describe_phrases(_AROUND, "os . Args", "os . Getenv", "os . Environ")
        | describe_phrases(_SIZE, "os . Stdin . Stat")
        | describe_phrases(_MACHINE, "runtime . NumCPU", "runtime . MemStats"),
        "java": describe_phrases(
            _TIME, "System . nanoTime", "System . currentTimeMillis", "Instant . now"
        )
        | describe_phrases(
            _CHANCE, "new Random ( )", "Math . random", "SecureRandom", "ThreadLocalRandom"
        )
        | describe_phrases(_FILES, "FileReader", "Files . read", "Paths . get", "new File (")
        | describe_phrases(_AROUND, "System . getenv", "System . getProperty", "args [")
        | describe_phrases(_SIZE, "System . in . available")
        | describe_phrases(_MACHINE, "availableProcessors", "identityHashCode"),
    },
)


def _look(checked: CheckedProgram) -> Iterator[str]:
    if checked.family == "python":
        idiom = _is_reading_whole_stdin(checked.text)
        for detail in _FORBIDDEN.find_uses(checked):
            if not (idiom and detail.startswith(("os.fstat", "os.path"))):
                yield detail
        yield from _iter_opened_files(checked.text)
        yield from _find_unseeded(checked.text)
        yield from find_python_addresses(checked.text)
        return
    yield from _FORBIDDEN.find_uses(checked)
    if checked.family == "c":
        yield from _find_argument_uses(checked)
        yield from find_c_addresses(checked)


def _find_argument_uses(checked: CheckedProgram) -> Iterator[str]:
    for node in walk(parse_source(checked.text, trigraphs=checked.trigraphs)):
        if node.type != "function_definition":
            continue
        declarator, body = (node.child_by_field_name(name) for name in ("declarator", "body"))
        if declarator is None or get_text(declarator.child_by_field_name("declarator")) != "main":
            continue
        parameters = walk(declarator)
        names = {get_text(n) for n in parameters if n.type == "identifier"} - {"main"}
        if body is not None and any(
            get_text(n) in names for n in walk(body) if n.type == "identifier"
        ):
            yield "main uses its arguments"


def _is_reading_whole_stdin(text: str) -> bool:
    """Say whether `os.fstat` is there only in `os.read(0, os.fstat(0).st_size)`, a known idiom."""
    sizes = sum(name.startswith("os.fstat") for name in list_full_names(text))
    plain = "".join(text.split())
    return sizes > 0 and plain.count("fstat") == plain.count("read(0,os.fstat(0).st_size)")


def _iter_opened_files(text: str) -> Iterator[str]:
    streams = set()
    for node in ast.walk(parse_python(text)):
        if isinstance(node, ast.Call) and any(_is_stream(first) for first in node.args[:1]):
            streams.add(id(node.func))
        if get_dotted_name(node) in ("open", "os.fdopen") and id(node) not in streams:
            yield "open: opens a file"
        if isinstance(node, ast.Call) and _is_stream_constructor(node.func):
            yield f"{ast.unparse(node.func)[:60]}: opens a file"
        if (
            isinstance(node, ast.Attribute)
            and node.attr in _MOVES
            and not _has_memory_streams(text)
        ):
            yield f".{node.attr}: {_SIZE}"


def _is_stream_constructor(called: ast.expr) -> bool:
    """Say whether what is called is the class of one of the standard streams."""
    of_what = isinstance(called, ast.Call) and get_dotted_name(called.func) == "type"
    return of_what and "std" in ast.unparse(called)


def _has_memory_streams(text: str) -> bool:
    """Say whether a source has streams of its own making, which may be moved about."""
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
    linked=split_names(
        "time clock gettimeofday times getrusage access getppid freopen "
        "_ZNSt6chrono3_V212steady_clock3nowEv _ZNSt6chrono3_V212system_clock3nowEv"
    ),
)
