"""Detect undefined behavior and non-determinism: sanitizer builds and perturbed re-runs.

A program runs again in builds by other compilers and with sanitizers. The ordinary build runs again
with another address layout, another content of fresh memory and another environment. None of these
may change the output of a program whose behavior the language defines.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from pieforge.errors import MissingToolError
from pieforge.records import Record, RejectReason, Verdict
from pieforge.sandbox.languages import Language, LanguageBuild
from pieforge.sandbox.sandbox import Executable, Limits, RunResult, Sandbox

MEMORY_FACTOR = 3
"""Factor on the memory limit in a sanitizer build, for redzones, shadow memory and quarantine."""

_UNDEFINED = re.compile(r"^(?:/src/)?(\S+?):(\d+)(?::\d+)?: runtime error: (.+)$", re.MULTILINE)
_ADDRESS = re.compile(r"^==\d+==ERROR: AddressSanitizer: ([\w-]+)", re.MULTILINE)
_SUMMARY = re.compile(r"^SUMMARY: AddressSanitizer: \S+ (?:/src/)?(\S+:\d+)", re.MULTILINE)
_ASSERTION = re.compile(r"^/usr/include/\S*?(\w+\.?\w*):\d+: .*Assertion '(.+)' failed", re.M)
_SANITIZER_LIMITS = frozenset({"stack-overflow", "out-of-memory", "allocation-size-too-big"})
"""Reports that the sanitizer's own use of stack and memory can cause."""


class SanitizerReport(Record):
    """The result of `run_sanitizers`.

    Attributes:
        reason: None where no build and no re-run had a finding.
        at: Index of the input with the finding; -1 where no input has one.
        detail: The sanitizer's report, or which build or re-run differs.
        builds_agree: The builds that gave equal outputs. A build whose compiler is not installed,
            that cannot compile the program, or that reached its limits on every input is left out.
        repeats: Number of perturbed re-runs that gave equal outputs.
    """

    KIND: ClassVar[str] = "sanitizer_report"

    reason: RejectReason | None = None
    at: int = -1
    detail: str = ""
    builds_agree: tuple[str, ...] = ()
    repeats: int = 0


@dataclass(frozen=True)
class SanitizedProgram:
    """A program whose outputs in the ordinary build are known.

    Attributes:
        language: Its language.
        source: Its source text.
        executable: Its ordinary build.
        inputs: Standard inputs on which the ordinary build ended well.
        explain_difference: Takes the index of an input and a run on it; returns how the run's
            output differs from that of the ordinary build, or an empty string.
        keep_output: Whether `explain_difference` needs the whole outputs, not only their hashes.
    """

    language: Language
    source: str
    executable: Executable
    inputs: Sequence[bytes]
    explain_difference: Callable[[int, RunResult], Awaitable[str]]
    keep_output: bool = False

    async def has_different_output(self, results: Sequence[RunResult]) -> int:
        """Return the index of the first input whose run is known to differ; -1 if none is."""
        for at, result in enumerate(results):
            # The ordinary build ended well on every input, so a failure alone is a difference.
            if result.verdict is Verdict.RE:
                return at
            if result.verdict is Verdict.AC and await self.explain_difference(at, result):
                return at
        return -1


async def run_sanitizers(
    sandbox: Sandbox, subject: SanitizedProgram, limits: Limits, builds: Sequence[str]
) -> SanitizerReport:
    """Run a program in other builds and in perturbed re-runs.

    Of several findings the most specific one is returned: a sanitizer's report, then an output that
    does not repeat, then a build with another output. A run that reaches a limit is unknown and no
    finding.

    Args:
        sandbox: Where the program runs.
        subject: The program.
        limits: Limits of one ordinary run.
        builds: Names of the builds to run; the language's other builds are skipped.

    Raises:
        SandboxError: The sandbox failed.
    """
    found: dict[str, SanitizerReport] = {}
    for build in subject.language.builds:
        if build.name in builds:
            seen = await _run_build(sandbox, subject, build, limits)
            if seen is not None and seen.reason is RejectReason.UNDEFINED_BEHAVIOR:
                return seen
            if seen is not None:
                found[build.name] = seen
    repeated = await _run_perturbed(sandbox, subject, limits)
    if repeated.reason is not None:
        return repeated
    equal = tuple(name for name, seen in found.items() if seen.reason is None)
    finding = next((seen for seen in found.values() if seen.reason is not None), repeated)
    return finding.model_copy(update={"builds_agree": equal, "repeats": repeated.repeats})


async def _run_build(
    sandbox: Sandbox, subject: SanitizedProgram, build: LanguageBuild, limits: Limits
) -> SanitizerReport | None:
    """Return the result of another build; None where it is unknown."""
    language = subject.language.apply_build(build)
    try:
        compiled = await sandbox.compile(language, subject.source)
        if compiled.executable is None:
            trial = await sandbox.compile(language, language.self_test.source)
            if trial.executable is None or not build.is_sanitizer:
                return None
            # A sanitizer build uses the compiler of the ordinary build, so a program that fails to
            # compile only here refuses the sanitizer. Another compiler may reject it honestly.
            detail = f"{build.name}: does not compile"
            return SanitizerReport(reason=RejectReason.BUILDS_DISAGREE, detail=detail)
    except MissingToolError:
        return None
    wider = replace(
        limits,
        cpu_s=limits.cpu_s * build.slowdown,
        memory_bytes=limits.memory_bytes * (MEMORY_FACTOR if build.is_sanitizer else 1),
    )
    results = await sandbox.run(
        compiled.executable, subject.inputs, wider, keep_output=subject.keep_output
    )
    if build.is_sanitizer:
        results = [_discount_sanitizer_failure(result) for result in results]
        for at, result in enumerate(results):
            if result.verdict is Verdict.RE and (fault := parse_fault(result.stderr)):
                return SanitizerReport(reason=RejectReason.UNDEFINED_BEHAVIOR, at=at, detail=fault)
    at = await subject.has_different_output(results)
    if at >= 0:
        detail = f"{build.name}: {_describe_end(results[at])}"
        return SanitizerReport(reason=RejectReason.BUILDS_DISAGREE, at=at, detail=detail)
    return SanitizerReport() if any(result.verdict is Verdict.AC for result in results) else None


async def _run_perturbed(
    sandbox: Sandbox, subject: SanitizedProgram, limits: Limits
) -> SanitizerReport:
    equal = 0
    moved = replace(limits, randomize_layout=True)
    for variables in subject.language.perturbations:
        results = await sandbox.run(
            subject.executable,
            subject.inputs,
            moved,
            keep_output=subject.keep_output,
            environment=dict(variables),
        )
        at = await subject.has_different_output(results)
        if at >= 0:
            names = ", ".join(("address layout", *(name for name, _ in variables)))
            detail = f"another {names}: {_describe_end(results[at])}"
            reason = RejectReason.NOT_REPEATABLE
            return SanitizerReport(reason=reason, at=at, detail=detail, repeats=equal)
        equal += sum(result.verdict is Verdict.AC for result in results)
    return SanitizerReport(repeats=equal)


def list_sanitizer_builds(language: Language) -> tuple[str, ...]:
    """Return the names of a language's sanitizer builds."""
    return tuple(build.name for build in language.builds if build.is_sanitizer)


def parse_fault(stderr: bytes) -> str:
    """Return the report of a sanitizer or of libstdc++'s assertions: the kind and the place.

    Empty where there is no report.
    """
    text = stderr.decode(errors="replace")
    if found := _UNDEFINED.search(text):
        return f"{found[3][:150]} ({found[1]}:{found[2]})"
    if found := _ADDRESS.search(text):
        place = _SUMMARY.search(text)
        return f"{found[1]} ({place[1]})" if place else found[1]
    if found := _ASSERTION.search(text):
        return f"{found[2]} does not hold ({found[1]})"
    return ""


def _discount_sanitizer_failure(result: RunResult) -> RunResult:
    """Return the run, with verdict MLE (unknown) if the sanitizer's own memory use ended it."""
    found = _ADDRESS.search(result.stderr.decode(errors="replace"))
    if found is None or found[1] not in _SANITIZER_LIMITS:
        return result
    return replace(result, verdict=Verdict.MLE)


def _describe_end(result: RunResult) -> str:
    if result.verdict is Verdict.AC:
        return "other output"
    return f"signal {result.signal}" if result.signal else f"exit status {result.exit_code}"
