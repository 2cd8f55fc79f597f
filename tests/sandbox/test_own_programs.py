"""pieforge's own programs: what starts is what was compiled, whatever the cache holds."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pieforge.errors import PackageError
from pieforge.sandbox.bubblewrap import SandboxContents
from pieforge.sandbox.native.build import build_launcher, build_probe, build_supervisor
from pieforge.sandbox.sandbox import Sandbox, SandboxSettings

BUILDS = (build_supervisor, build_launcher, build_probe)


def replace_programs(cache: Path, content: bytes) -> list[Path]:
    """Replace every program of the cache, and return the files."""
    files = (path for path in (cache / "own").iterdir() if path.suffix != ".sha256")
    found = [path for path in files if path.stat().st_size]
    for path in found:
        path.write_bytes(content)
        path.chmod(0o755)
    return found


async def test_programs_planted_in_the_cache_are_compiled_again_and_not_started(
    tmp_path: Path,
) -> None:
    names = [build(tmp_path).read_bytes() for build in BUILDS]
    ran = tmp_path / "ran"
    planted = f"#!/bin/sh\ntouch {ran}\n".encode()
    replaced = replace_programs(tmp_path, planted)
    assert len(replaced) == len(BUILDS)
    # Another path to the same cache: this process has the programs of the first already.
    again = tmp_path / "." / ".." / tmp_path.name
    assert [build(again).read_bytes() for build in BUILDS] == names
    assert all(path.read_bytes() != planted for path in replaced)
    replace_programs(tmp_path, planted)
    async with Sandbox.open(SandboxSettings(cache=again)):
        pass
    assert not ran.exists()


@pytest.mark.parametrize("build", BUILDS)
def test_a_program_cannot_be_changed_between_its_check_and_its_start(
    build: Callable[[Path], Path], tmp_path: Path
) -> None:
    program = build(tmp_path)
    with pytest.raises(PermissionError):
        os.truncate(program, 0)
    with program.open("r+b") as stream, pytest.raises(PermissionError):
        os.pwrite(stream.fileno(), b"changed", 0)


@pytest.mark.parametrize(
    "path",
    [
        "/package/../supervisor",
        "/supervisor",
        "/package//etc/passwd",
        "/package/./a",
        "/package/",
        "//supervisor",
        "/package/a\0b",
        "/package/a\nb",
        "/package/" + 300 * "a",
        "",
        "..",
    ],
)
@pytest.mark.parametrize("where", ["files", "mounts", "links", "scratch"])
def test_a_path_in_the_sandbox_stays_in_its_folder(where: str, path: str) -> None:
    with pytest.raises(PackageError):
        SandboxContents(**{where: {path: b""}})  # type: ignore[arg-type]
