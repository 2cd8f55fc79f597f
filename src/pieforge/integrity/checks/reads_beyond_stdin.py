"""Reading beyond standard input: then an answer, or a time, depends on more than the input.

Time can tell a simulator from a processor, and a size or an address one test from another.
"""

import ast
from collections.abc import Iterator

from pieforge.integrity.analysis.addresses import ADDRESS, c_addresses, python_addresses
from pieforge.integrity.analysis.forbidden_names import Forbidden, each, phrases
from pieforge.integrity.analysis.lexing import vocabulary
from pieforge.integrity.analysis.names import said, tree, walk
from pieforge.integrity.analysis.python_names import dotted, full_names, parsed
from pieforge.integrity.check import Check, Suspect
from pieforge.records import Reason

_TIME = "reads a clock"
_CHANCE = "random numbers that nobody can repeat"
_FILES = "opens a file"
_AROUND = "reads its environment"
_SIZE = "asks for the input's size without reading it"
_MACHINE = "asks which processor or simulator runs it"
_BUILD = "depends on when or where it was compiled"

_C = (
    each(_TIME, "time clock gettimeofday clock_gettime timespec_get times getrusage localtime")
    | each(_TIME, "gmtime chrono steady_clock system_clock high_resolution_clock __rdtsc __rdtscp")
    | each(_TIME, "_rdtsc __builtin_ia32_rdtsc __builtin_ia32_rdtscp __builtin_readcyclecounter")
    | each(_CHANCE, "random_device getrandom getentropy arc4random _rdrand32_step _rdrand64_step")
    | each(
        _FILES, "fopen fopen64 freopen fdopen open open64 openat creat ifstream fstream ofstream"
    )
    | each(_FILES, "filebuf basic_filebuf tmpfile filesystem opendir readlink access wifstream")
    | each(_FILES, "basic_ifstream basic_fstream basic_ofstream wofstream wfstream wfilebuf")
    | each(_AROUND, "isatty ttyname getuid geteuid getgid getpagesize get_phys_pages sysinfo")
    | each(_AROUND, "get_avphys_pages getloadavg confstr pathconf fpathconf fcntl umask")
    | each(_AROUND, "pthread_getattr_np getcontext __libc_stack_end")
    | each(_AROUND, "getenv secure_getenv environ __environ _environ getauxval uname sysconf")
    | each(_AROUND, "gethostname getpid getppid gettid getcwd get_nprocs program_invocation_name")
    | each(_SIZE, "fstat fstat64 stat lstat statx lseek lseek64 fseek fseeko ftell ftello ioctl")
    | each(_SIZE, "FIONREAD fgetpos")
    | each(_MACHINE, "RUNNING_ON_VALGRIND VALGRIND_DO_CLIENT_REQUEST __get_cpuid __cpuid")
    | each(_MACHINE, "__get_cpuid_count __cpuid_count __builtin_cpu_supports __builtin_cpu_is")
    | each(_MACHINE, "__builtin_cpu_init sched_getcpu __builtin_return_address")
    | each(_MACHINE, "__builtin_frame_address")
    | each(_BUILD, "__DATE__ __TIME__ __TIMESTAMP__ __FILE__ __COUNTER__")
)
_MEMBERS = each(_SIZE, "tellg seekg in_avail pubseekoff") | each(_MACHINE, "hardware_concurrency")

_PYTHON = (
    each(_TIME, "time datetime timeit calendar")
    | each(_CHANCE, "secrets uuid os.urandom os.getrandom random.SystemRandom")
    | each(_FILES, "pathlib tempfile glob fileinput.input shutil os.open os.listdir os.scandir")
    | each(_FILES, "sqlite3 dbm linecache codecs.open io.open io.FileIO")
    | each(_AROUND, "os.environ os.getenv os.getpid os.uname sys.argv sys.platform sys.version")
    | each(_AROUND, "platform socket getpass sys.flags sys.path sys.executable __file__")
    | each(_SIZE, "os.fstat os.stat os.lseek os.path sys.stdin.seek sys.stdin.tell")
    | each(_SIZE, "sys.stdin.buffer.seek sys.stdin.buffer.tell fcntl")
    | each(_MACHINE, "os.cpu_count sys.getrefcount tracemalloc sys.getallocatedblocks")
    | each(_MACHINE, "sys.hash_info sys.implementation sys.getswitchinterval sys.gettrace")
    | each(
        _MACHINE, "sys.getprofile sys.monitoring sys._debugmallocstats sys.orig_argv gc.get_stats"
    )
    | each(_AROUND, "os.sysconf os.getloadavg os.getppid os.getlogin os.getcwd os.isatty")
    | each(_AROUND, "sys.stdin.isatty sys.stdin.buffer.isatty sys.xoptions sys._xoptions")
    | each(_TIME, "os.times asyncio sched logging cProfile profile")
    | each(_FILES, "os.walk os.readlink io.open_code zipfile tarfile")
    | each(_SIZE, "os.pread os.preadv os.copy_file_range os.sendfile")
)
_MOVES = frozenset({"seek", "tell", "peek", "seekable"})
_FORBIDDEN = Forbidden(
    c=_C,
    members=_MEMBERS,
    headers=each(_MACHINE, "valgrind/valgrind.h valgrind/cachegrind.h cpuid.h"),
    python=_PYTHON,
    phrases={
        "rust": phrases(_TIME, "Instant :: now", "SystemTime", "time :: Instant")
        | phrases(_FILES, "fs :: File", "File :: open", "fs :: read", "fs :: read_to_string")
        | phrases(_AROUND, "env :: args", "env :: var", "env :: vars")
        | phrases(_MACHINE, "is_x86_feature_detected !", "available_parallelism")
        | phrases(ADDRESS, "as * const", "as * mut", "addr_of !", ". as_ptr ( ) as usize"),
        "go": phrases(_TIME, "time . Now", "time . Since")
        | phrases(_FILES, "os . Open", "os . ReadFile", "os . OpenFile")
        | phrases(_AROUND, "os . Args", "os . Getenv", "os . Environ")
        | phrases(_SIZE, "os . Stdin . Stat")
        | phrases(_MACHINE, "runtime . NumCPU", "runtime . MemStats"),
        "java": phrases(_TIME, "System . nanoTime", "System . currentTimeMillis", "Instant . now")
        | phrases(_CHANCE, "new Random ( )", "Math . random", "SecureRandom", "ThreadLocalRandom")
        | phrases(_FILES, "FileReader", "Files . read", "Paths . get", "new File (")
        | phrases(_AROUND, "System . getenv", "System . getProperty", "args [")
        | phrases(_SIZE, "System . in . available")
        | phrases(_MACHINE, "availableProcessors", "identityHashCode"),
    },
)


def _look(suspect: Suspect) -> Iterator[str]:
    if suspect.family == "python":
        idiom = _reads_all_of_stdin(suspect.text)
        for detail in _FORBIDDEN.seen(suspect):
            if not (idiom and detail.startswith(("os.fstat", "os.path"))):
                yield detail
        yield from _files_opened(suspect.text)
        yield from _unseeded(suspect.text)
        yield from python_addresses(suspect.text)
        return
    yield from _FORBIDDEN.seen(suspect)
    if suspect.family == "c":
        yield from _arguments_used(suspect)
        yield from c_addresses(suspect)


def _arguments_used(suspect: Suspect) -> Iterator[str]:
    for node in walk(tree(suspect.text, trigraphs=suspect.trigraphs)):
        if node.type != "function_definition":
            continue
        declarator, body = (node.child_by_field_name(name) for name in ("declarator", "body"))
        if declarator is None or said(declarator.child_by_field_name("declarator")) != "main":
            continue
        parameters = walk(declarator)
        names = {said(n) for n in parameters if n.type == "identifier"} - {"main"}
        if body is not None and any(said(n) in names for n in walk(body) if n.type == "identifier"):
            yield "main uses its arguments"


def _reads_all_of_stdin(text: str) -> bool:
    """Say whether `os.fstat` is there only in `os.read(0, os.fstat(0).st_size)`, a known idiom."""
    sizes = sum(name.startswith("os.fstat") for name in full_names(text))
    plain = "".join(text.split())
    return sizes > 0 and plain.count("fstat") == plain.count("read(0,os.fstat(0).st_size)")


def _files_opened(text: str) -> Iterator[str]:
    streams = set()
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Call) and any(_is_stream(first) for first in node.args[:1]):
            streams.add(id(node.func))
        if dotted(node) in ("open", "os.fdopen") and id(node) not in streams:
            yield "open: opens a file"
        if isinstance(node, ast.Call) and _makes_a_stream(node.func):
            yield f"{ast.unparse(node.func)[:60]}: opens a file"
        if isinstance(node, ast.Attribute) and node.attr in _MOVES and not _kept_in_memory(text):
            yield f".{node.attr}: {_SIZE}"


def _makes_a_stream(called: ast.expr) -> bool:
    """Say whether what is called is the class of one of the standard streams."""
    of_what = isinstance(called, ast.Call) and dotted(called.func) == "type"
    return of_what and "std" in ast.unparse(called)


def _kept_in_memory(text: str) -> bool:
    """Say whether a source has streams of its own making, which may be moved about."""
    return any(name in ("io.BytesIO", "io.StringIO") for name in full_names(text))


def _is_stream(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in (0, 1, 2)


def _unseeded(text: str) -> Iterator[str]:
    used = {name for name in full_names(text) if name.split(".")[0] == "random"}
    seeded = any(
        isinstance(node, ast.Call)
        and dotted(node.func).endswith(("seed", "Random"))
        and node.args
        and isinstance(node.args[0], ast.Constant)
        for node in ast.walk(parsed(text))
    )
    if used and not seeded:
        yield f"random: {_CHANCE}"


CHECK = Check(
    reason=Reason.READS_BEYOND_STDIN,
    catches="clocks, chance, files, environment, arguments, processor, addresses, the input's size",
    look=_look,
    linked=vocabulary(
        "time clock gettimeofday times getrusage access getppid freopen "
        "_ZNSt6chrono3_V212steady_clock3nowEv _ZNSt6chrono3_V212system_clock3nowEv"
    ),
)
