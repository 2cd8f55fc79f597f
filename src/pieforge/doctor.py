"""What `pieforge doctor` proves of the sandbox, each property by trying it on this machine."""

from collections.abc import Awaitable, Collection
from dataclasses import dataclass

from pieforge.errors import MachineError, MissingToolError, PassingError
from pieforge.measurement.simulators import simulators
from pieforge.records import Verdict
from pieforge.sandbox.bubblewrap import Walls
from pieforge.sandbox.languages import Language, language, languages
from pieforge.sandbox.native.build import (
    default_cache,
    launcher_binary,
    probe_binary,
    supervisor_binary,
)
from pieforge.sandbox.sandbox import Executable, Sandbox, SandboxSettings
from pieforge.sandbox.self_test import KERNEL_FIX, doors, limits_hold

_CONTAINED = "untrusted code is contained"


@dataclass(frozen=True)
class Check:
    """One property of this machine.

    Attributes:
        name: What should hold.
        ok: Whether it does.
        detail: What was seen.
        fix: What to do where it does not hold.
        required: Whether untrusted code is refused without it; else something optional, a
            language or a simulator, is missing.
    """

    name: str
    ok: bool
    detail: str
    fix: str = ""
    required: bool = True


async def checks(
    settings: SandboxSettings | None = None, *, needed: Collection[str] = ()
) -> list[Check]:
    """Return what holds on this machine and what does not; nothing missing is an error here.

    Args:
        settings: Of the sandbox.
        needed: Keys of the languages and simulators that are required; the others may lack.
    """
    settings = settings or SandboxSettings()
    try:
        found = await _walls(settings)
        if not all(check.ok for check in found):
            return found
        async with Sandbox.open(settings) as sandbox:
            return [*found, *await _tools(sandbox, needed)]
    except (MachineError, PassingError) as error:
        return [Check(_CONTAINED, ok=False, detail=error.what, fix=error.fix)]


async def _walls(settings: SandboxSettings) -> list[Check]:
    cache = settings.cache or default_cache()
    walls = Walls.find(
        supervisor_binary(cache), launcher_binary(cache), uid=settings.uid, cache=cache
    )
    probe = probe_binary(cache)
    found = [Check(_CONTAINED, ok=True, detail=walls.version())]
    for door, holds in (await doors(walls, probe)).items():
        found.append(Check(door, holds, "tried from inside", "" if holds else KERNEL_FIX))
    for name, (holds, seen) in (await limits_hold(walls, probe)).items():
        found.append(Check(name, holds, seen, "" if holds else KERNEL_FIX))
    return found


async def _tools(sandbox: Sandbox, needed: Collection[str]) -> list[Check]:
    found = []
    for key, spoken in languages().items():
        trial = _self_test(sandbox, spoken)
        found.append(await _attempt(f"language {key}", trial, required=key in needed))
        for build in spoken.builds:
            name = f"language {key}, build {build.name}"
            trial = _self_test(sandbox, spoken.built(build))
            found.append(await _attempt(name, trial, required=False))
    for key in simulators():
        name = f"simulator {key} counts the same twice"
        found.append(await _attempt(name, _repeats(sandbox, key), required=key in needed))
    return found


async def _attempt(
    name: str, trial: Awaitable[tuple[bool, str]], *, required: bool = True
) -> Check:
    try:
        ok, detail = await trial
    except (MachineError, PassingError) as error:
        return Check(name, ok=False, detail=error.what, fix=error.fix, required=required)
    return Check(name, ok, detail, "" if ok else KERNEL_FIX, required)


async def _self_test(sandbox: Sandbox, spoken: Language) -> tuple[bool, str]:
    executable = await _build(sandbox, spoken, spoken.self_test.source)
    [result] = await sandbox.run(executable, [spoken.self_test.stdin])
    ok = result.verdict is Verdict.AC and result.stdout == spoken.self_test.stdout
    return ok, f"{spoken.title}, {spoken.tool_path()}: {result.verdict}"


async def _repeats(sandbox: Sandbox, key: str) -> tuple[bool, str]:
    """Simulate a small program twice: the same time, and the right output."""
    simulator = simulators()[key]()
    cpp = language("cpp17")
    executable = await _build(sandbox, cpp.crossed(simulator.processor), cpp.self_test.source)
    first, second = await simulator.measure(sandbox, executable, [cpp.self_test.stdin] * 2)
    same = first.ticks == second.ticks and first.counts == second.counts
    right = {first.stdout, second.stdout} == {cpp.self_test.stdout}
    mips = first.counts.get("instructions", 0) / max(first.cpu_s, 1e-3) / 1e6
    about = ", ".join(f"{name} {value[:24]}" for name, value in simulator.tools.items())
    seen = f"{first.ticks} and {second.ticks} ticks, {mips:.2f} million instructions/s; {about}"
    return same and right, seen if right else f"the output is wrong: {first.stdout!r}; {seen}"


async def _build(sandbox: Sandbox, spoken: Language, source: str) -> Executable:
    compiled = await sandbox.compile(spoken, source)
    if compiled.executable is None:
        raise MissingToolError(
            f"{spoken.title} does not compile here: {compiled.diagnostics.strip()[:300]}",
            where=spoken.tool_path(),
            fix=f"apt install {spoken.package}",
        )
    return compiled.executable
