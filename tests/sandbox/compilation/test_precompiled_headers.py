"""The first includes of a source, and that precompiling them does not change the program."""

import shutil
from pathlib import Path

import pytest

from pieforge.records import Verdict
from pieforge.sandbox.compilation.precompiled_headers import (
    MIN_PRIOR_MISSES,
    HeaderCache,
    find_leading_includes,
)
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Sandbox, SandboxSettings

pytestmark = pytest.mark.slow

CPP = get_language("cpp17")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        (b"#include <vector>\n#include <map>\nint main() {}\n", ("vector", "map")),
        (
            b"// a ? b\n\n/* x\n * y */ # include <vector> // why\r\n#include<map>",
            ("vector", "map"),
        ),
        (b"#include <vector>\n#define X\n#include <map>\n", ("vector",)),
        (b'#include "vector"\n#include <map>\n', ()),
        (b"#include <ext/rope>\n#include <map>\n", ()),
        (b"#define _GLIBCXX_DEBUG\n#include <vector>\n", ()),
        (b"#pragma GCC optimize(3)\n#include <vector>\n", ()),
        (b"#if 0\n#include <vector>\n#endif\n", ()),
        (b"// spliced \\\n#include <vector>\n", ()),
        (b"// spliced ?\\?/\n#include <vector>\n", ()),
        (b"/* closed early *\\\n/ int x; /*\n*/\n#include <vector>\n", ()),
        (b"// one line \r#include <vector>\n", ()),
        (b"/* never closed\n#include <vector>\n", ()),
        (b"#include <vector> int x;\n", ()),
        (b"\xef\xbb\xbf#include <vector>\n", ()),
        (b"", ()),
    ],
)
def test_only_includes_before_all_other_code_are_found(
    source: bytes, names: tuple[str, ...]
) -> None:
    assert find_leading_includes(source) == names


def test_headers_are_requested_after_enough_uses(tmp_path: Path) -> None:
    cache = HeaderCache(tmp_path)
    asked = [cache.record_miss(("map", "set"), "g++") for _ in range(MIN_PRIOR_MISSES + 1)]
    assert asked == [False] * MIN_PRIOR_MISSES + [True]
    cache.store(("map", "set"), b"made", "g++")
    assert not cache.record_miss(("map", "set"), "g++")
    assert not cache.record_miss((), "g++")


def test_the_longest_prefix_with_a_header_is_used(tmp_path: Path) -> None:
    cache = HeaderCache(tmp_path)
    cache.store(("map",), b"one", "g++")
    cache.store(("map", "set"), b"two", "g++")
    cache.store(("map", "set", "list"), b"", "g++")  # refused
    found = cache.find_longest(("map", "set", "list"), "g++")
    assert found is not None
    assert (found.text, found.artifact.read_bytes()) == (
        b"#include <map>\n#include <set>\n",
        b"two",
    )
    assert cache.find_longest(("set", "map"), "g++") is None
    assert cache.find_longest(("map",), "clang++") is None


@pytest.fixture
async def warm(tmp_path: Path) -> SandboxSettings:
    """Settings of a sandbox that has a precompiled header for <iostream> and <cassert>."""
    settings = SandboxSettings(cache=tmp_path)
    async with Sandbox.open(settings) as sandbox:
        for number in range(MIN_PRIOR_MISSES + 1):
            source = f"#include <iostream>\n#include <cassert>\nint main() {{ return {number}; }}\n"
            await sandbox.compile(CPP, source)
    assert len(list((tmp_path / "headers").glob("*.gch.[0-9a-f]*"))) == 1
    return settings


SAME = {
    "as included": "#include <iostream>\n#include <cassert>\n"
    "int main() { int n; std::cin >> n; assert(n); std::cout << n; }\n",
    "asserts off after": "#include <iostream>\n#include <cassert>\n#define NDEBUG\n"
    "#include <cassert>\nint main() { assert(false); }\n",
    "more after": "#include <iostream>\n#include <cassert>\n#include <map>\n"
    "std::map<int, int> m; int main() { return m[1]; }\n",
}


@pytest.mark.parametrize("name", SAME)
async def test_the_program_has_the_same_bytes_with_and_without(
    name: str, warm: SandboxSettings, sandbox: Sandbox
) -> None:
    async with Sandbox.open(warm) as warmed:
        late = await warmed.compile(CPP, SAME[name])
    plain = await sandbox.compile(CPP, SAME[name])
    assert late.executable is not None
    assert plain.executable is not None
    assert late.executable.artifact.read_bytes() == plain.executable.artifact.read_bytes()
    assert late.executable.sha == plain.executable.sha


async def test_headers_of_c_are_precompiled_too(sandbox: Sandbox, tmp_path: Path) -> None:
    source = '#include <stdio.h>\n#include <math.h>\nint main(void) { return puts("x") < 0; }'
    async with Sandbox.open(SandboxSettings(cache=tmp_path)) as warmed:
        for number in range(MIN_PRIOR_MISSES + 1):
            late = await warmed.compile(get_language("c17"), f"{source} // {number}\n")
    [header] = (tmp_path / "headers").glob("*.gch.[0-9a-f]*")
    assert header.stat().st_size > 1 << 16
    plain = await sandbox.compile(get_language("c17"), f"{source} // {MIN_PRIOR_MISSES}\n")
    assert late.executable is not None
    assert plain.executable is not None
    assert late.executable.artifact.read_bytes() == plain.executable.artifact.read_bytes()


async def test_compile_errors_are_the_same_with_and_without(
    warm: SandboxSettings, sandbox: Sandbox
) -> None:
    source = (
        "#include <iostream>\n#include <cassert>\n"
        "struct S {};\nint main() { std::cout << S(); std::sort(1, 2); }\n"
    )
    async with Sandbox.open(warm) as warmed:
        late = await warmed.compile(CPP, source)
    plain = await sandbox.compile(CPP, source)
    assert late.verdict is plain.verdict is Verdict.CE
    assert late.diagnostics == plain.diagnostics


async def test_a_header_that_is_not_included_is_not_there(warm: SandboxSettings) -> None:
    async with Sandbox.open(warm) as sandbox:
        for body in ("int main() { std::cout << 1; }", "int main() { assert(1); }"):
            assert (await sandbox.compile(CPP, body)).verdict is Verdict.CE


async def test_any_damaged_file_of_the_cache_is_made_again(
    warm: SandboxSettings, sandbox: Sandbox, tmp_path: Path
) -> None:
    assert warm.cache is not None
    shutil.copytree(warm.cache, tmp_path / "cache")
    refused = "int main() { return missing; }"
    async with Sandbox.open(SandboxSettings(cache=tmp_path / "cache")) as before:
        assert (await before.compile(CPP, refused)).executable is None
    for path in (tmp_path / "cache").rglob("*.*"):
        if path.is_file() and path.suffix != ".met":
            data = bytearray(path.read_bytes())
            data[len(data) // 2 : len(data) // 2 + 1] = b"\xff"
            path.write_bytes(data)
    async with Sandbox.open(SandboxSettings(cache=tmp_path / "cache")) as damaged:
        assert not (await damaged.compile(CPP, refused)).cached
        source = "#include <iostream>\n#include <cassert>\nint main() { return 7; }\n"
        made, right = await damaged.compile(CPP, source), await sandbox.compile(CPP, source)
        assert made.executable is not None
        assert right.executable is not None
        assert made.executable.sha == right.executable.sha
        assert made.executable.artifact.read_bytes() == right.executable.artifact.read_bytes()
