"""Trimmed archives give the same programs; the whole archives provide what they do not have."""

import os
import stat
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from pieforge.sandbox.compilation.trimmed_archives import (
    MIN_PRIOR_MISSES,
    find_archives,
    trim_archives,
)
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.native.build import build_launcher
from pieforge.sandbox.sandbox import Sandbox, SandboxSettings

pytestmark = pytest.mark.slow

CPP = get_language("cpp17")
C = get_language("c17")

needs_mold = pytest.mark.skipif(not Path("/usr/bin/ld.mold").exists(), reason="mold is missing")


@pytest.fixture
async def warm(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A sandbox that has trimmed archives for C and C++."""
    async with Sandbox.open(SandboxSettings(cache=tmp_path)) as sandbox:
        for number in range(MIN_PRIOR_MISSES + 1):
            await sandbox.compile(C, f"int main(void) {{ return {number}; }}")
            await sandbox.compile(CPP, f"int main() {{ return {number}; }}")
        assert len(list((tmp_path / "libraries").glob("*/names.[0-9a-f]*"))) == 2
        assert len(list((tmp_path / "libraries").glob("*/libstdc++.a.[0-9a-f]*"))) == 1
        yield sandbox


async def bytes_of(sandbox: Sandbox, key: str, source: str) -> bytes:
    made = await sandbox.compile(get_language(key), source)
    assert made.executable is not None, made.diagnostics
    return made.executable.artifact.read_bytes()


SAME = {
    "usual C": (
        "c17",
        "#include <stdio.h>\n#include <math.h>\nint main(void) { double x;"
        ' scanf("%lf", &x); printf("%f", pow(x, 0.5)); }',
    ),
    "usual C++": (
        "cpp17",
        "#include <iostream>\nint main() { int n; while (std::cin >> n) std::cout << n; }",
    ),
    "seldom used": (
        "c17",
        '#include <fnmatch.h>\nint main(int n, char **v) { return fnmatch("a*", v[n - 1], 0); }',
    ),
    "a function of its own instead of the library's": (
        "c17",
        "void qsort(void *p) { *(char *)p = 1; }\nint main(void) { char c; qsort(&c); return c; }",
    ),
}


@needs_mold
async def test_programs_have_the_same_bytes_as_with_the_whole_archives(
    warm: Sandbox, tmp_path: Path
) -> None:
    alone = Sandbox(SandboxSettings(cache=tmp_path / "alone"), warm.bubblewrap, tmp_path / "alone")
    for name, (key, source) in SAME.items():
        assert await bytes_of(warm, key, source) == await bytes_of(alone, key, source), name
    for folder in (tmp_path / "libraries").iterdir():
        folder.chmod(stat.S_IRWXU)  # now root must provide copies
    late = Sandbox(SandboxSettings(cache=tmp_path), warm.bubblewrap, tmp_path)
    source = '#include <stdio.h>\nint main(void) { return puts("late") < 0; }'
    assert await bytes_of(late, "c17", source) == await bytes_of(alone, "c17", source)
    undefined = "int f(void);\nint main(void) { return f(); }"
    messages = [(await each.compile(C, undefined)).diagnostics for each in (warm, alone)]
    assert messages[0] == messages[1]
    assert "f" in messages[0]


def member(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.o"
    subprocess.run(["gcc", "-x", "c", "-c", "-o", path, "-"], input=text.encode(), check=True)
    return path


def test_the_first_definitions_of_a_members_symbols_are_kept_with_it(tmp_path: Path) -> None:
    """The first member that defines a symbol must be the same in whole and trimmed archives."""
    first = member(tmp_path, "first_in_its_archive", "int f;")
    taken = member(tmp_path, "the_one_that_was_taken", "int f, g;")
    other = member(tmp_path, "other", "int h;")
    for name, members in {"libc.a": [first, taken, other], "libm.a": [other, taken]}.items():
        subprocess.run(["ar", "qcs", tmp_path / name, *members], check=True)
    found = find_archives([tmp_path])
    assert list(found) == ["libm.a", "libc.a"]
    made = trim_archives(found, b"0 1 /x/libc.a(the_one_that_was_taken.o):(.data)\n")
    names = {}
    for name, content in made.items():
        (tmp_path / "made.a").write_bytes(content)
        done = subprocess.run(["ar", "t", tmp_path / "made.a"], capture_output=True, check=True)
        names[name] = done.stdout.decode().split()
    assert names == {
        "libc.a": ["first_in_its_archive.o", "the_one_that_was_taken.o"],
        "libm.a": ["the_one_that_was_taken.o"],
    }


def test_archives_of_another_format_are_not_changed(tmp_path: Path) -> None:
    (tmp_path / "libc.a").write_bytes(b"!<thin>\n")
    assert trim_archives(find_archives([tmp_path]), b"libc.a(printf.o)") == {}


@pytest.mark.skipif(os.geteuid() != 0, reason="is not root")
def test_only_the_folder_shown_to_the_launcher_is_mounted(
    settings: SandboxSettings, tmp_path: Path
) -> None:
    assert settings.cache is not None
    launcher = build_launcher(settings.cache)
    secret = tmp_path / "private" / "secret"
    (secret.parent / "shown").mkdir(parents=True)
    (secret.parent / "shown" / "file").write_text("seen")
    secret.write_text("unseen")
    secret.parent.chmod(stat.S_IRWXU)
    command = [launcher, "60600", "--show", secret.parent / "shown", "/bin/cat", "/mnt/file"]
    done = subprocess.run([*command, "/mnt/../secret", secret], capture_output=True, check=False)
    assert done.stdout == b"seen"
    assert done.returncode != 0
    assert not Path("/mnt/file").exists()
