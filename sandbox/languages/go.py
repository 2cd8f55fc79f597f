"""Go without cgo, so that programs are static; one thread runs Go code, so that CPU time repeats.

There is no -trimpath: paths inside the sandbox are the same on every machine, and with it Go 1.19
would compile its standard library again each time. The run-time system starts threads of its own
and reserves far more address space than it uses. The garbage collector keeps its default target
(GOGC=100), so that a program behaves as its author expects. No simulator supports Go: the
activity of the run-time system's threads depends on time, and cachegrind's counts of an empty
program differ by 1 % from one run to the next.
"""

from pieforge.sandbox.languages import OUTPUT, Language, SelfTest, split_command

LANGUAGE = Language(
    title="Go",
    suffix=".go",
    fences=("go", "golang"),
    tool="go",
    package="golang-go",
    compile=split_command(f"{{tool}} build '-ldflags=-s -w -buildid=' -o {OUTPUT} main.go"),
    build_environment=(
        ("CGO_ENABLED", "0"),
        ("GOCACHE", "/tmp/cache"),  # noqa: S108 - inside the sandbox
        ("GOFLAGS", "-p=2"),
        ("GOMAXPROCS", "2"),
        ("GO111MODULE", "off"),
        ("GOPATH", "/tmp/path"),  # noqa: S108
        ("GOTELEMETRY", "off"),
        ("GOTOOLCHAIN", "local"),
    ),
    version=("version",),
    environment=(("GOMAXPROCS", "1"), ("GOGC", "100")),
    threads=16,
    extra_bytes=32 << 20,
    space_bytes=2 << 30,
    simulators=frozenset(),
    refusals=(
        ("cachegrind", "counts differ, because its runtime's threads depend on time"),
        ("gem5", "its runtime starts threads, and ends with an error if it gets none"),
    ),
    empty_program="package main\n\nfunc main() {}\n",
    self_test=SelfTest(
        'package main\n\nimport "fmt"\n\n'
        "func main() {\n\tvar a, b int\n\tfmt.Scan(&a, &b)\n\tfmt.Println(a + b)\n}\n"
    ),
)
