import asyncio
import pickle
from pathlib import Path

import pytest

from pieforge.records import Verdict
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Sandbox, SandboxSettings

CPP = get_language("cpp17")


async def test_the_same_source_is_compiled_once(sandbox: Sandbox) -> None:
    source = "int main() { return 7; }"
    first = await sandbox.compile(CPP, source)
    second = await sandbox.compile(CPP, source)
    assert (first.cached, second.cached) == (False, True)
    assert first.executable == second.executable


async def test_compiling_at_once_compiles_once(sandbox: Sandbox) -> None:
    both = await asyncio.gather(*(sandbox.compile(CPP, "int main() { return 8; }") for _ in "ab"))
    assert sorted(result.cached for result in both) == [False, True]


async def test_a_compile_error_is_cached_with_its_messages(sandbox: Sandbox) -> None:
    for cached in (False, True):
        result = await sandbox.compile(CPP, "int main() { return x; }")
        assert (result.verdict, result.cached, result.executable) == (Verdict.CE, cached, None)
        assert "main.cpp:1:21: error: 'x' was not declared" in result.diagnostics.translate(
            {0x2018: "'", 0x2019: "'"}
        )


async def test_a_syntax_error_of_python_is_a_compile_error(sandbox: Sandbox) -> None:
    result = await sandbox.compile(get_language("python"), "def f(:\n    pass\n")
    assert result.verdict is Verdict.CE
    assert "SyntaxError" in result.diagnostics


async def test_the_artifact_does_not_depend_on_where_it_is_made(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    async with Sandbox.open(SandboxSettings(cache=tmp_path)) as other:
        for key in ("cpp17", "python"):
            language = get_language(key)
            here = await sandbox.compile(language, language.self_test.source)
            there = await other.compile(language, language.self_test.source)
            assert here.executable is not None
            assert there.executable is not None
            assert here.executable.sha == there.executable.sha
            assert here.executable.artifact.read_bytes() == there.executable.artifact.read_bytes()


async def test_an_executable_can_be_pickled(sandbox: Sandbox) -> None:
    compiled = await sandbox.compile(CPP, CPP.self_test.source)
    copy = pickle.loads(pickle.dumps(compiled.executable))
    [result] = await sandbox.run(copy, [CPP.self_test.stdin])
    assert result.stdout == CPP.self_test.stdout


async def test_a_damaged_cache_is_compiled_again(sandbox: Sandbox) -> None:
    source = "int main() { return 9; }"
    made = await sandbox.compile(CPP, source)
    assert made.executable is not None
    made.executable.artifact.write_bytes(b"half")
    again = await sandbox.compile(CPP, source)
    assert not again.cached
    assert again.executable == made.executable


@pytest.mark.parametrize(
    "source",
    [
        '#include "/etc/shadow"\nint main() {}',
        '#include "/dev/urandom"\nint main() {}',
        '#include "/proc/self/environ"\nint main() {}',
        '#include "main.cpp"\nint main() {}',
        'asm(".incbin \\"/etc/passwd\\"");\nint main() {}',
        "template <int n> struct T { static const int v = T<n + 1>::v; };\n"
        "int main() { return T<0>::v; }",
        'asm(".fill 1000000000000");\nint main() {}',
        "int main() { return \udcff; }",
        "",
    ],
)
async def test_hostile_sources_are_compile_errors(source: str, sandbox: Sandbox) -> None:
    result = await sandbox.compile(CPP, source)
    assert result.verdict is Verdict.CE
    assert result.diagnostics
    assert len(result.diagnostics) <= 64 << 10


async def test_a_compiler_that_takes_too_long_is_stopped_and_not_cached(tmp_path: Path) -> None:
    source = (
        "constexpr long f(int n) { return n < 2 ? n : f(n - 1) + f(n - 2); }\n"
        "template <int n> constexpr long g() { return f(25) + g<n - 1>(); }\n"
        "template <> constexpr long g<0>() { return 0; }\n"
        "constexpr long v = g<800>();\nint main() { return v; }"
    )
    settings = SandboxSettings(cache=tmp_path, compile_cpu_s=1)
    async with Sandbox.open(settings) as sandbox:
        result = await sandbox.compile(CPP, source)
        assert (result.verdict, result.cached) == (Verdict.CE, False)
        assert result.seconds < 10
