"""The checks of `pieforge doctor`: each property of sandbox and tools is tested on this machine."""

import shutil
from collections.abc import Awaitable, Collection, Iterator
from pathlib import Path

from pieforge.errors import InfrastructureError, MachineError, MissingToolError, SimulatorError
from pieforge.machine_check import MachineCheck
from pieforge.measurement.simulators import discover_simulators
from pieforge.measurement.simulators.cachegrind import (
    COPY_INSTRUCTIONS,
    Cachegrind,
    measure_copy_instructions,
)
from pieforge.plugins import describe_origin, iter_installed, load_installed
from pieforge.records import Verdict
from pieforge.sandbox.bubblewrap import BubblewrapSetup
from pieforge.sandbox.languages import (
    SEARCH_PATH,
    Language,
    discover_languages,
    get_language,
)
from pieforge.sandbox.limits import require_sufficient_limits
from pieforge.sandbox.native.build import build_probe, get_default_cache
from pieforge.sandbox.sandbox import Executable, Sandbox, SandboxSettings
from pieforge.sandbox.self_test import KERNEL_FIX, probe_containment, probe_limits

_CONTAINED = "untrusted code is contained"
_STATIC_LIBRARY = "libc.a"
_TOOLS = {
    "bwrap": "bubblewrap",
    "gcc": "gcc",
    "g++": "g++",
    _STATIC_LIBRARY: "libc6-dev",
    "valgrind": "valgrind",
    "clang": "clang",
    "ld.mold": "mold",
}
"""Debian's package of each program that a default run starts. clang and mold may be missing."""
_OPTIONAL = {"clang": "a second compiler whose outputs must match", "ld.mold": "links faster"}


async def check_machine(
    settings: SandboxSettings | None = None, *, needed: Collection[str] = ()
) -> list[MachineCheck]:
    """Return the results of all checks; a missing tool is a result and does not raise.

    Args:
        settings: Configuration of the sandbox.
        needed: Keys of the languages and simulators that are required; the others may be missing.
    """
    settings = settings or SandboxSettings()
    plugins = list(_check_plugins())
    checks = [*_check_packages(), *plugins]
    if not all(check.ok for check in plugins):  # the checks of tools would discover them
        return checks
    try:
        contained = await _check_containment(settings)
        checks += contained
        # The checks of tools run untrusted code, so containment comes first.
        if not all(check.ok for check in contained):
            return checks
        async with Sandbox.open(settings) as sandbox:
            return [*checks, *await _check_tools(sandbox, needed)]
    except (MachineError, InfrastructureError) as error:
        return [*checks, MachineCheck(_CONTAINED, ok=False, detail=error.what, fix=error.fix)]


def _check_packages() -> Iterator[MachineCheck]:
    for tool, package in _TOOLS.items():
        path = _find_static_library() if tool == _STATIC_LIBRARY else None
        path = path or shutil.which(tool, path=SEARCH_PATH)
        detail = path or f"{tool} is not installed: {_OPTIONAL.get(tool, 'needed by every run')}"
        fix = "" if path else f"apt install {package}"
        required = tool not in _OPTIONAL
        yield MachineCheck(f"package {package}", bool(path), detail, fix, required, package)


def _find_static_library() -> str | None:
    folders = ("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib")
    paths = (Path(folder, _STATIC_LIBRARY) for folder in folders)
    return next((str(path) for path in paths if path.exists()), None)


def _check_plugins() -> Iterator[MachineCheck]:
    for entry in iter_installed():
        name, ok, fix = f"plugin {entry.name} for {entry.group}", True, ""
        detail = describe_origin(entry)
        try:
            load_installed(entry)
        except MachineError as error:
            ok, detail, fix = False, error.what, error.fix
        yield MachineCheck(name, ok, detail, fix)


async def _check_containment(settings: SandboxSettings) -> list[MachineCheck]:
    require_sufficient_limits()
    cache = settings.cache or get_default_cache()
    bubblewrap = BubblewrapSetup.find(cache, uid=settings.uid)
    probe = build_probe(cache)
    contained = await probe_containment(bubblewrap, probe)
    results = {name: (holds, "tested from inside") for name, holds in contained.items()}
    results |= await probe_limits(bubblewrap, probe)
    return [
        MachineCheck(_CONTAINED, ok=True, detail=bubblewrap.get_version()),
        *(_create_check(name, holds, detail) for name, (holds, detail) in results.items()),
    ]


def _create_check(name: str, ok: bool, detail: str, *, required: bool = True) -> MachineCheck:  # noqa: FBT001
    return MachineCheck(name, ok, detail, "" if ok else KERNEL_FIX, required)


async def _check_tools(sandbox: Sandbox, needed: Collection[str]) -> list[MachineCheck]:
    checks = []
    for key, language in discover_languages().items():
        trial = _run_self_test(sandbox, language)
        checks.append(await _run_check(f"language {key}", trial, required=key in needed))
        for build in language.builds:
            name = f"language {key}, build {build.name}"
            trial = _run_self_test(sandbox, language.apply_build(build))
            checks.append(await _run_check(name, trial, required=False))
    for key in discover_simulators():
        trial = _check_repeatability(sandbox, key)
        name = f"simulator {key} gives equal counts twice"
        checks.append(await _run_check(name, trial, required=key in needed))
    name = "simulator cachegrind counts as on any other processor"
    checks.append(await _run_check(name, _check_baseline(sandbox), required="cachegrind" in needed))
    return checks


async def _run_check(
    name: str, trial: Awaitable[tuple[bool, str]], *, required: bool = True
) -> MachineCheck:
    try:
        return _create_check(name, *await trial, required=required)
    except (MachineError, InfrastructureError) as error:
        return MachineCheck(name, ok=False, detail=error.what, fix=error.fix, required=required)


async def _run_self_test(sandbox: Sandbox, language: Language) -> tuple[bool, str]:
    executable = await _build(sandbox, language, language.self_test.source)
    [result] = await sandbox.run(executable, [language.self_test.stdin])
    ok = result.verdict is Verdict.AC and result.stdout == language.self_test.stdout
    return ok, f"{language.title}, {language.find_tool()}: {result.verdict}"


async def _check_repeatability(sandbox: Sandbox, key: str) -> tuple[bool, str]:
    """Simulate a small program twice: times and counts must be equal, and the output right."""
    simulator = discover_simulators()[key]()
    cpp = get_language("cpp17")
    executable = await _build(
        sandbox, cpp.apply_cross_build(simulator.processor), cpp.self_test.source
    )
    first, second = await simulator.measure(sandbox, executable, [cpp.self_test.stdin] * 2)
    same = first.ticks == second.ticks and first.counts == second.counts
    right = {first.stdout, second.stdout} == {cpp.self_test.stdout}
    mips = first.counts.get("instructions", 0) / max(first.cpu_s, 1e-3) / 1e6
    about = ", ".join(f"{name} {value[:24]}" for name, value in simulator.tools.items())
    detail = f"{first.ticks} and {second.ticks} ticks, {mips:.2f} million instructions/s; {about}"
    return same and right, detail if right else f"the output is wrong: {first.stdout!r}; {detail}"


async def _check_baseline(sandbox: Sandbox) -> tuple[bool, str]:
    """Check that glibc copies with SSE2 in cachegrind, whatever this processor has."""
    instructions = await measure_copy_instructions(Cachegrind(), sandbox)
    low, high = COPY_INSTRUCTIONS
    detail = f"{instructions:.3f} instructions for each copied byte, {low} to {high} expected"
    if not low <= instructions <= high:
        raise SimulatorError(detail, fix="the glibc of Debian 12 (2.36), whose tunables are known")
    return True, detail


async def _build(sandbox: Sandbox, language: Language, source: str) -> Executable:
    compiled = await sandbox.compile(language, source)
    if compiled.executable is None:
        raise MissingToolError(
            f"{language.title} does not compile here: {compiled.diagnostics.strip()[:300]}",
            where=language.find_tool(),
            fix=f"apt install {language.package}",
        )
    return compiled.executable
