"""Find gem5 and inspect its version, ISA and libraries before anything is simulated."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from hashlib import file_digest
from pathlib import Path

from pieforge.errors import MachineError, MissingToolError
from pieforge.sandbox import languages

SCRIPTS = tuple(Path(__file__).with_name(name) for name in ("inside.py", "machine.py"))
"""The Python files that gem5 runs; it starts the first. Their bytes are part of `Gem5.sha`."""
SCRATCH = languages.SCRATCH
"""Mirrored in inside.py."""
# Statistics go to a pipe: the simulated program could open and change a file. The empty options
# keep gem5 from writing its configuration, and the last one from opening sockets for debuggers.
OPTIONS = (
    "--quiet",
    f"--outdir={SCRATCH}/out",
    "--stats-file=cerr?desc=False",
    "--dump-config=",
    "--json-config=",
    "--dot-config=",
    "--listener-mode=off",
)
ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "TMPDIR": SCRATCH,
}
START_TIMEOUT_S = 120.0
"""Limit on gem5's start, wide enough for a busy machine."""

PROCESSORS = {"X86": "", "Riscv": "riscv64", "Arm": "aarch64"}
"""The name of an ISA's processor in `Language.cross_builds`; X86 is this machine's own."""
_VERSIONS = re.compile(r"(23\.1|24\.|25\.)")
_FIX = "build gem5 with the system's Python: PYTHON_CONFIG=/usr/bin/python3-config"


def find_binary(configured_path: Path | None) -> Path:
    """Return the path of gem5.

    Args:
        configured_path: The configured path; if None, that of the environment variable GEM5_BINARY.

    Raises:
        MissingToolError: No path is configured, or there is no program at the path.
    """
    where = configured_path or os.environ.get("GEM5_BINARY")
    if not where:
        raise MissingToolError(
            "no path of gem5 is configured: GEM5_BINARY is not set",
            fix="set simulator.gem5.binary or GEM5_BINARY to a gem5 for X86, v23.1 to v25",
        )
    path = Path(where).expanduser()
    if not os.access(path, os.X_OK) or not path.is_file():
        raise MissingToolError("there is no gem5 that can be run", where=str(path))
    return path.resolve()


def inspect_binary(binary: Path) -> Mapping[str, str]:
    """Return gem5's `version`, the `isa` that it simulates, and the hash of its `build`.

    Raises:
        MachineError: It cannot be used; the message says why.
    """
    # Starting and hashing gem5 takes seconds: the result is cached until the file changes.
    stat = binary.stat()
    return _inspect_cached(binary, stat.st_size, stat.st_mtime_ns)


@cache
def _inspect_cached(binary: Path, _size: int, _modified: int) -> Mapping[str, str]:
    _check_libraries(binary)
    with tempfile.TemporaryDirectory() as folder:
        options = (option.replace(SCRATCH, folder) for option in OPTIONS)
        # Outside the sandbox: no untrusted program takes part.
        try:
            done = subprocess.run(
                [str(binary), *options, str(SCRIPTS[0]), "probe"],
                capture_output=True,
                text=True,
                check=False,
                start_new_session=True,
                timeout=START_TIMEOUT_S,
                env=ENVIRONMENT | {"TMPDIR": folder},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise MachineError(f"gem5 does not start: {error}", where=str(binary)) from error
    version, isa = _validate_probe(done, binary)
    with binary.open("rb") as stream:
        build = file_digest(stream, "sha256").hexdigest()
    return {"version": version, "isa": isa, "build": build}


def _validate_probe(done: "subprocess.CompletedProcess[str]", binary: Path) -> tuple[str, str]:
    """Return the version and the ISA that inside.py reports.

    Raises:
        MachineError: This gem5 cannot be used.
    """
    try:
        # gem5 may print its own messages before the line of JSON.
        reported = json.loads((done.stdout.strip().splitlines() or [""])[-1])
    except ValueError as error:
        messages = (done.stderr or done.stdout).strip()[-500:] or "it prints nothing"
        raise MachineError(
            f"gem5's Python does not run {SCRIPTS[0].name} (exit status {done.returncode}): "
            f"{messages}",
            where=str(binary),
            fix=_FIX,
        ) from error
    version = str(reported["version"])
    if not _VERSIONS.match(version):
        what = f"pieforge does not support gem5 {version or 'of an unknown version'}"
    elif not reported["emulates"]:
        what = "this gem5 is built without system call emulation (SE mode)"
    elif reported["isa"] not in PROCESSORS:
        isas = ", ".join(reported["isas"]) or "no ISA that it names"
        what = f"this gem5 is built for {isas}, not for X86, RISC-V or Arm"
    else:
        return version, str(reported["isa"])
    raise MachineError(
        what, where=str(binary), fix="build v23.1 to v25: scons build/X86/gem5.opt, with SE mode"
    )


def _check_libraries(binary: Path) -> None:
    """Check that all libraries that gem5 is linked to are in folders that the sandbox contains.

    Raises:
        MachineError: A library is not.
    """
    done = subprocess.run(
        ["/usr/bin/ldd", str(binary)], capture_output=True, text=True, check=False
    )
    for name, path in re.findall(r"^\s*(\S+) => (not found|\S+)", done.stdout, re.MULTILINE):
        if path == "not found" or not path.startswith(
            tuple(f"{f}/" for f in languages.SYSTEM_FOLDERS)
        ):
            raise MachineError(
                f"gem5 is linked to {name}, which is {path}: simulations see only the system's "
                "folders",
                where=str(binary),
                fix=_FIX,
            )
