"""Python by the system's interpreter: compiled to byte code once, then run many times."""

from pieforge.sandbox.languages import OUTPUT, STACK_SHIFT, SYSTEM_FOLDERS, Language, SelfTest

LANGUAGE = Language(
    title="Python",
    suffix=".py",
    fences=("python", "py", "python3"),
    tool="python3",
    package="python3",
    compile=(
        "{tool}",
        "-B",
        "-c",
        "import py_compile, sys\n"
        "mode = py_compile.PycInvalidationMode.UNCHECKED_HASH\n"
        "try:\n"
        "    py_compile.compile('main.py', '/tmp/out', doraise=True, invalidation_mode=mode)\n"
        "except py_compile.PyCompileError as error:\n"
        "    sys.exit(error.msg)\n",
    ),
    counting_command=("{tool}", "-B", "count_python.py", "{magic}", "main.py", OUTPUT),
    steps_per_count=64,
    # -S skips `site`: that saves a third of the start-up, and hides the host's packages.
    run=("{tool}", "-S", "-B", "/prog"),
    environment=(
        ("PYTHONHASHSEED", "0"),  # the order of sets, and so cachegrind's counts, repeat
        ("PYTHONNOUSERSITE", "1"),
        ("PYTHONSAFEPATH", "1"),
        ("PYTHONUTF8", "1"),
    ),
    folders=SYSTEM_FOLDERS,
    perturbations=((("PYTHONHASHSEED", "1"), ("PYTHONMALLOC", "malloc_debug"), STACK_SHIFT),),
    threads=8,  # programs raise the recursion limit in a thread with a large stack
    extra_bytes=64 << 20,
    forks=True,
    net_of_startup=True,
    simulators=frozenset({"cachegrind"}),
    refusals=(("gem5", "the interpreter's start-up alone is minutes of simulation"),),
    fallback_simulator="cachegrind",
    empty_program="",
    self_test=SelfTest("a, b = map(int, input().split())\nprint(a + b)\n"),
)
