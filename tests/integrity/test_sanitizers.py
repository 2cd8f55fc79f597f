"""Programs with correct output in spite of undefined behavior, and the builds that reveal it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from pieforge.integrity.sanitizers import (
    SanitizedProgram,
    SanitizerReport,
    parse_fault,
    run_sanitizers,
)
from pieforge.records import RejectReason, Verdict
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Limits, RunResult, Sandbox

pytestmark = pytest.mark.slow

Sanitize = Callable[..., Awaitable[SanitizerReport]]
ATTACKS = Path(__file__).parent.parent / "abuse" / "run"
LIMITS = Limits(cpu_s=1.0)
READ = "#include <cstdio>\n#include <cstdlib>\nint n;\n"


def differs(runs: Sequence[RunResult]) -> Callable[[int, RunResult], Awaitable[str]]:
    """Return a function that compares a run with the ordinary ones, byte by byte."""

    async def explain(at: int, result: RunResult) -> str:
        return "" if result.output.digest == runs[at].output.digest else "other bytes"

    return explain


@pytest.fixture
def look(sandbox: Sandbox) -> Sanitize:
    """Sanitize a program that ends well on all inputs in its ordinary build."""

    async def sanitize_it(
        source: str,
        *inputs: bytes,
        key: str = "cpp17",
        builds: tuple[str, ...] = ("sanitized", "clang"),
    ) -> SanitizerReport:
        language = get_language(key)
        compiled = await sandbox.compile(language, source)
        assert compiled.executable is not None, compiled.diagnostics
        runs = await sandbox.run(compiled.executable, inputs, LIMITS)
        assert {run.verdict for run in runs} == {Verdict.AC}
        subject = SanitizedProgram(language, source, compiled.executable, inputs, differs(runs))
        return await run_sanitizers(sandbox, subject, LIMITS, builds)

    return sanitize_it


async def test_a_clean_program_has_equal_outputs_in_every_build_and_re_run(look: Sanitize) -> None:
    source = READ + 'int main() { scanf("%d", &n); printf("%d\\n", n + 1); }\n'
    found = await look(source, b"1", b"2", b"3")
    assert found.reason is None, found.detail
    assert found.builds_agree[0] == "sanitized"
    assert found.repeats == 3


async def test_c_and_python_programs_are_sanitized_too(look: Sanitize) -> None:
    c = '#include <stdio.h>\nint main(void) { int n; scanf("%d", &n); printf("%d\\n", n + 1); }\n'
    found = await look(c, b"1", key="c17")
    assert (found.reason, found.builds_agree[0], found.repeats) == (None, "sanitized", 1)
    found = await look("print(int(input()) + 1)\n", b"1", key="python")
    assert (found.reason, found.builds_agree, found.repeats) == (None, (), 1)


@pytest.mark.parametrize(
    ("body", "report"),
    [
        pytest.param(
            'int a[100]; int main() { scanf("%d", &n); for (int i = 0; i < n; i++) a[i] = i;\n'
            'printf("%d\\n", a[n - 1]); }\n',
            "index 100 out of bounds for type 'int [100]' (main.cpp:4)",
            id="an array shrunk below what the constraints allow",
        ),
        pytest.param(
            'int main() { scanf("%d", &n); int *a = (int *)malloc(400); int *end = a + n;\n'
            'for (int *p = a; p != end; p++) *p = n; printf("%d\\n", end[-1]); }\n',
            "heap-buffer-overflow (main.cpp:5)",
            id="an allocation too small",
        ),
        pytest.param(
            'int main() { scanf("%d", &n); printf("%u\\n", (unsigned)(n * 100000000)); }\n',
            "signed integer overflow",
            id="signed overflow",
        ),
        pytest.param(
            'int main() { scanf("%d", &n); int *a = new int[999]; a[500] = n;\n'
            'if (n > 9) delete[] a; volatile int *old = a; printf("%d\\n", old[500]); }\n',
            "heap-use-after-free (main.cpp:5)",
            id="use after free",
        ),
        pytest.param(
            '#include <vector>\nint main() { scanf("%d", &n); std::vector<int> v; v.reserve(n);\n'
            'v.push_back(7); int *p = &v[0]; p[0] = 7; printf("%d\\n", v[n - 1] * 0); }\n',
            "__n < this->size() does not hold (stl_vector.h)",
            id="an element that a container does not have",
        ),
    ],
)
async def test_undefined_behavior_is_found_and_named(
    look: Sanitize, body: str, report: str
) -> None:
    found = await look(READ + body, b"1", b"101")
    assert found.reason is RejectReason.UNDEFINED_BEHAVIOR, found
    assert report in found.detail
    assert found.at == 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            'int main() { scanf("%d", &n); volatile unsigned s[9999]; unsigned t = 0;\n'
            'for (int i = 0; i < 99; i++) t |= s[i]; printf("%d\\n", n + (t >> 31)); }\n',
            id="a local variable that is never set",
        ),
        pytest.param(
            "__attribute__((noinline)) int f(int *i, float *x) { *i = 1; *x = 0; return *i; }\n"
            'int main() { scanf("%d", &n); int i; printf("%d\\n", f(&i, (float *)&i)); }\n',
            id="two types in one place, which -O3 takes for two places",
        ),
    ],
)
async def test_builds_disagree_where_undefined_behavior_escapes_the_sanitizers(
    look: Sanitize, body: str
) -> None:
    found = await look(READ + body, b"1")
    assert found.reason is RejectReason.BUILDS_DISAGREE, found
    assert found.detail == "sanitized: other output"


@pytest.mark.parametrize(
    ("source", "key"),
    [
        pytest.param(
            '#include <cstdio>\n#include <cstdint>\nint main() { int n; scanf("%d", &n);\n'
            'int *p = new int[n]; printf("%d\\n", (int)((uintptr_t)p >> 12 & 4095)); }\n',
            "cpp17",
            id="an address",
        ),
        pytest.param(
            '#include <cstdio>\n#include <cstdlib>\nint main() { int n; scanf("%d", &n);\n'
            'volatile int *a = (int *)malloc(1 << 16); printf("%d\\n", n + (a[99] != 0)); }\n',
            "cpp17",
            id="memory that is never set",
        ),
        pytest.param(
            "for word in set(input().split()):\n    print(word)\n",
            "python",
            id="an order of hashes",
        ),
        pytest.param(
            "n = int(input())\nprint(n if id(n) % 8192 < 4096 else id(n))\n", "python", id="an id"
        ),
    ],
)
async def test_output_that_depends_on_the_environment_is_not_repeatable(
    look: Sanitize, source: str, key: str
) -> None:
    words = b"900 " + b" ".join(b"w%d" % i for i in range(50)) if "split" in source else b"900"
    found = await look(source, words, key=key)
    assert found.reason is RejectReason.NOT_REPEATABLE, found
    assert found.detail.endswith("other output")


@pytest.mark.skipif(
    "avx2" not in Path("/proc/cpuinfo").read_text().split(), reason="the processor has no AVX2"
)
async def test_a_program_that_uses_the_value_of_memcmp_depends_on_the_processor(
    look: Sanitize,
) -> None:
    source = (
        "#include <iostream>\n#include <string>\nint main() { std::string a, b; int far = 0;\n"
        "while (std::cin >> a >> b) far += a.compare(b); std::cout << far << '\\n'; }\n"
    )
    found = await look(source, b"abc acz hb ha xyzzz axyzz hbcde hagea\n", builds=())
    assert found.reason is RejectReason.NOT_REPEATABLE


async def test_a_program_that_exhausts_only_the_sanitizer_is_not_at_fault(look: Sanitize) -> None:
    deep = (
        "int down(int k) { volatile char room[64]; room[k % 64] = k;\n"
        "return k ? down(k - 1) + room[k % 64] * 0 : 0; }\n"
        'int main() { scanf("%d", &n); printf("%d\\n", down(n)); }\n'
    )
    found = await look(READ + deep, b"1000000", b"1")
    assert found.reason is None, found.detail
    assert "sanitized" in found.builds_agree


async def test_a_program_that_refuses_a_sanitizer_build_is_refused(look: Sanitize) -> None:
    source = "#ifdef __SANITIZE_ADDRESS__\n#error no\n#endif\nint main() {}\n"
    found = await look(source, b"")
    assert (found.reason, found.detail) == (
        RejectReason.BUILDS_DISAGREE,
        "sanitized: does not compile",
    )


async def test_a_compiler_that_is_not_installed_is_left_out_and_the_result_says_so(
    sandbox: Sandbox,
) -> None:
    plain = get_language("cpp17")
    sanitized, clang = plain.builds
    language = replace(plain, builds=(sanitized, replace(clang, tools=("no-such-compiler",))))
    compiled = await sandbox.compile(plain, "int main() {}\n")
    assert compiled.executable is not None
    runs = await sandbox.run(compiled.executable, [b""])
    subject = SanitizedProgram(
        language, "int main() {}\n", compiled.executable, [b""], differs(runs)
    )
    found = await run_sanitizers(sandbox, subject, LIMITS, ("sanitized", "clang"))
    assert (found.reason, found.builds_agree) == (None, ("sanitized",))


async def test_an_output_of_other_bytes_passes_where_the_problem_accepts_it(
    sandbox: Sandbox,
) -> None:
    source = "print(hash('x') % 1000 / 1e9 + 1)\n"
    language = get_language("python")
    compiled = await sandbox.compile(language, source)
    assert compiled.executable is not None
    [run] = await sandbox.run(compiled.executable, [b""])

    async def is_far(at: int, result: RunResult) -> str:
        return "" if at == 0 and abs(float(result.stdout) - 1) < 1e-5 else "far"

    subject = SanitizedProgram(language, source, compiled.executable, [b""], differs([run]))
    assert (
        await run_sanitizers(sandbox, subject, LIMITS, ())
    ).reason is RejectReason.NOT_REPEATABLE
    subject = replace(subject, explain_difference=is_far, keep_output=True)
    assert (await run_sanitizers(sandbox, subject, LIMITS, ())).reason is None


async def test_shadow_memory_of_a_sanitizer_does_not_raise_the_memory_limit(
    sandbox: Sandbox,
) -> None:
    source = (
        "#include <cstdio>\n#include <sys/mman.h>\nint main() {\n"
        "size_t size = 3ul << 30; char *p = (char *)mmap(0, size, PROT_READ | PROT_WRITE,\n"
        "MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);\n"
        'for (size_t i = 0; i < size; i += 4096) p[i] = 1;\nputs("all of it"); }\n'
    )
    compiled = await sandbox.compile(get_language("cpp17+sanitized"), source)
    assert compiled.executable is not None, compiled.diagnostics
    first, second = await sandbox.run(
        compiled.executable, [b"", b""], Limits(cpu_s=10.0, memory_bytes=64 << 20)
    )
    assert (first.verdict, first.stdout) == (Verdict.MLE, b"")
    assert second.verdict is Verdict.MLE


@pytest.mark.parametrize(
    "name", ["fork_bomb", "kill_everyone", "look_into_others", "proc_files", "raise_limits"]
)
async def test_the_sandbox_contains_a_sanitized_program(sandbox: Sandbox, name: str) -> None:
    source = (ATTACKS / f"{name}.c").read_text()
    compiled = await sandbox.compile(get_language("c17+sanitized"), source)
    assert compiled.executable is not None, compiled.diagnostics
    [result] = await sandbox.run(compiled.executable, [b""])
    assert result.verdict is Verdict.AC  # everything that it tried was refused


@pytest.mark.parametrize(
    ("stderr", "report"),
    [
        ("", ""),
        ("terminate called after throwing an instance of 'std::bad_alloc'\n", ""),
        (
            "noise\n==2==ERROR: AddressSanitizer: SEGV on unknown address 0x000000000000\n",
            "SEGV",
        ),
        ("/src/main.cpp:3:9: runtime error: shift exponent 40 is too large\n", "shift exponent 40"),
    ],
)
def test_a_report_is_distinguished_from_other_messages(stderr: str, report: str) -> None:
    found = parse_fault(stderr.encode())
    assert found.startswith(report)
    assert bool(found) is bool(report)
