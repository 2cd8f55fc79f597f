"""Go without cgo, which makes it static; one thread runs Go code, so that CPU time repeats.

No -trimpath: paths inside the sandbox are the same everywhere, and with it Go 1.19 would compile
its standard library again each time. The runtime starts threads of its own and reserves far more
address space than it uses. The collector keeps its default target: a program is judged as its
author would run it. No simulator takes it: when the runtime's threads step in depends on time,
and cachegrind's counts of an empty program differ by 1 % from one run to the next.
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
        ("cachegrind", "when its runtime's threads step in depends on time, so counts differ"),
        ("gem5", "its runtime starts threads, and ends with an error where it gets none"),
    ),
    empty_program="package main\n\nfunc main() {}\n",
    self_test=SelfTest(
        'package main\n\nimport "fmt"\n\n'
        "func main() {\n\tvar a, b int\n\tfmt.Scan(&a, &b)\n\tfmt.Println(a + b)\n}\n"
    ),
)
