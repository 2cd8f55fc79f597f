import signal
from dataclasses import replace

import pytest
from sandbox_shortcuts import Build, Run

from pieforge.equivalence.observation import hash_output
from pieforge.records import Verdict
from pieforge.sandbox.sandbox import Limits, Sandbox

pytestmark = pytest.mark.slow

MIB = 1 << 20
TIGHT = Limits(cpu_s=0.3, memory_bytes=64 * MIB, output_bytes=MIB)

ENDINGS = {
    "ends well": ("int main() {}", Verdict.AC),
    "exit status": ("int main() { return 42; }", Verdict.RE),
    "abort": ("#include <cstdlib>\nint main() { abort(); }", Verdict.RE),
    "null": ("int main() { *(volatile int *)0 = 1; }", Verdict.RE),
    "division": ("int main(int n, char **) { volatile int z = n - 1; return n / z; }", Verdict.RE),
    "kills itself": ("#include <csignal>\nint main() { raise(SIGKILL); }", Verdict.RE),
    "spins": ("int main() { for (volatile int i = 0;; i = i + 1) {} }", Verdict.TLE),
    "sleeps": ("#include <unistd.h>\nint main() { pause(); }", Verdict.TLE),
    "stops itself": ("#include <csignal>\nint main() { raise(SIGSTOP); }", Verdict.TLE),
    "ignores all signals": (
        "#include <csignal>\nint main() { for (int s = 1; s < 65; s++) signal(s, SIG_IGN);"
        " for (volatile int i = 0;; i = i + 1) {} }",
        Verdict.TLE,
    ),
    "closes everything and sleeps": (
        "#include <unistd.h>\nint main() { for (int f = 0; f < 99; f++) close(f); pause(); }",
        Verdict.TLE,
    ),
    "hoards with new": (
        "#include <cstring>\nint main() { for (;;) memset(new char[1 << 20], 1, 1 << 20); }",
        Verdict.MLE,
    ),
    "asks for too much at once": (
        "char *volatile p;\nint main() { p = new char[1l << 36]; return *p; }",
        Verdict.MLE,
    ),
    "hoards shared memory": (
        "#include <sys/mman.h>\n#include <cstring>\nint main() { for (;;) { void *p = mmap(0,"
        " 1 << 20, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0); if (p == MAP_FAILED) return 1;"
        " memset(p, 1, 1 << 20); } }",
        Verdict.MLE,
    ),
    "floods its output": ('#include <cstdio>\nint main() { for (;;) puts("x"); }', Verdict.OLE),
    "floods its errors": (
        '#include <cstdio>\nint main() { for (;;) fprintf(stderr, "%4096d", 1); }',
        Verdict.OLE,
    ),
    "floods and ignores the signal": (
        "#include <csignal>\n#include <unistd.h>\nchar block[4096];\nint main() {"
        " signal(SIGXFSZ, SIG_IGN); while (write(1, block, sizeof block) > 0) {} }",
        Verdict.OLE,
    ),
    "recurses for ever": (
        "int f(volatile int *p) { volatile int a[99]; a[0] = *p; return f(a) + a[0]; }\n"
        "int main() { volatile int z = 0; return f(&z); }",
        Verdict.RE,
    ),
}


@pytest.mark.parametrize("name", ENDINGS)
async def test_a_run_gets_its_verdict(name: str, run: Run) -> None:
    source, verdict = ENDINGS[name]
    limits = TIGHT if verdict is Verdict.TLE else replace(TIGHT, cpu_s=10.0)
    result = await run(source, limits=limits)
    assert result.verdict in ({Verdict.RE, Verdict.MLE} if name.startswith("rec") else {verdict})


async def test_a_run_reports_how_it_ended(run: Run) -> None:
    result = await run("int main() { return 42; }")
    assert (result.exit_code, result.signal) == (42, None)
    result = await run("#include <cstdlib>\nint main() { abort(); }")
    assert (result.exit_code, result.signal) == (None, signal.SIGABRT)


async def test_cpu_time_is_cut_where_the_limit_says(run: Run) -> None:
    result = await run(ENDINGS["spins"][0], limits=Limits(cpu_s=0.25, wall_s=20))
    assert 0.25 <= result.cpu_s < 0.4


async def test_cpu_time_of_threads_is_summed(run: Run) -> None:
    source = (
        "import threading\n"
        "def spin():\n"
        "    while True: pass\n"
        "for _ in range(3): threading.Thread(target=spin).start()\n"
    )
    result = await run(source, limits=Limits(cpu_s=0.4, wall_s=20), key="python")
    assert result.verdict is Verdict.TLE
    assert 0.4 <= result.cpu_s < 0.8


async def test_peak_memory_is_the_programs_own_for_a_large_parent_process(run: Run) -> None:
    ballast = bytearray(300 * MIB)
    ballast[::4096] = b"x" * (len(ballast) // 4096)
    source = (
        "#include <sys/mman.h>\n#include <cstring>\nint main() { memset(mmap(0, 10 << 20, 3,"
        " MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 1, 10 << 20); }"
    )
    assert 10 * MIB <= (await run(source)).memory_bytes < 10.8 * MIB
    assert (await run("int main() {}")).memory_bytes < 3 * MIB


async def test_output_is_given_whole_small_or_large(sandbox: Sandbox, build: Build) -> None:
    source = (
        '#include <cstdio>\nint main() { int n; scanf("%d", &n);'
        " for (int i = 0; i < n; i++) putchar('a' + i % 26); fprintf(stderr, \"%9999d\", n); }"
    )
    program = await build(source)
    for size in (0, 1, 32 << 10, (32 << 10) + 1, 5 * MIB):
        expected = (b"abcdefghijklmnopqrstuvwxyz" * (size // 26 + 1))[:size]
        [part], [result] = [
            await sandbox.run(program, [b"%d" % size], keep_output=whole) for whole in (False, True)
        ]
        assert result.verdict is part.verdict is Verdict.AC
        assert result.stdout == expected
        assert (part.stdout, part.output.size) == (expected[: 32 << 10], size)
        assert part.output.digest == result.output.digest == hash_output(expected)
        assert len(result.stderr) == 4096


async def test_output_of_exactly_the_limit_is_within_it(run: Run) -> None:
    source = "#include <cstdio>\nint main() { for (int i = 0; i < 4096; i++) putchar('x'); }"
    assert (await run(source, limits=Limits(output_bytes=4096))).verdict is Verdict.AC
    cut = await run(source, limits=Limits(output_bytes=4095))
    assert (cut.verdict, len(cut.stdout)) == (Verdict.OLE, 4095)


async def test_many_inputs_are_answered_in_order(sandbox: Sandbox, build: Build) -> None:
    program = await build(
        "#include <iostream>\nint main() { std::cout << std::cin.rdbuf(); return 0; }"
    )
    inputs = [b"%d\n" % i * (i * 37 % 5000 + 1) for i in range(200)]
    results = await sandbox.run(program, inputs)
    assert [result.stdout for result in results] == inputs


async def test_stop_ends_the_batch_early(sandbox: Sandbox, build: Build) -> None:
    program = await build("int main() {}")
    results = await sandbox.run(program, [b""] * 50, stop=lambda index, _: index == 3)
    assert len(results) == 4


async def test_without_an_input_there_is_no_run(sandbox: Sandbox, build: Build) -> None:
    assert await sandbox.run(await build("int main() {}"), []) == []


@pytest.mark.parametrize(
    "source",
    [
        "static volatile char a[300 << 20];\n"
        "int main() { for (int i = 0; i < 300 << 20; i += 4096) a[i] = 1; }",
        "#include <cstdlib>\nint main() { auto a = (volatile char*)malloc(300 << 20);\n"
        "  for (int i = 0; i < 300 << 20; i += 4096) a[i] = 1; }",
    ],
    ids=["static data", "an allocation that is not checked"],
)
async def test_a_crash_for_want_of_memory_is_one_of_memory(run: Run, source: str) -> None:
    assert (await run(source)).verdict is Verdict.MLE
    assert (await run(source, limits=Limits(memory_bytes=400 << 20))).verdict is Verdict.AC


async def test_a_crash_with_enough_memory_is_none_of_memory(run: Run) -> None:
    source = "#include <cstdlib>\nint main() { *(volatile char*)malloc(0) = 0; abort(); }"
    assert (await run(source)).verdict is Verdict.RE
    assert (await run("int main() { *(volatile int*)8 = 1; }")).verdict is Verdict.RE
