"""Detect undefined behavior and non-determinism: sanitizer builds and perturbed re-runs.

The program runs again as other compilers make it, with sanitizers in it, and as it is under
another address layout, another content of fresh memory and another environment. What it then
does must not change, for the language says what a program does and none of these things.
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
"""A sanitized program may take so many times the ordinary memory: redzones, shadow, quarantine."""

_UNDEFINED = re.compile(r"^(?:/src/)?(\S+?):(\d+)(?::\d+)?: runtime error: (.+)$", re.MULTILINE)
_ADDRESS = re.compile(r"^==\d+==ERROR: AddressSanitizer: ([\w-]+)", re.MULTILINE)
_SUMMARY = re.compile(r"^SUMMARY: AddressSanitizer: \S+ (?:/src/)?(\S+:\d+)", re.MULTILINE)
_ASSERTION = re.compile(r"^/usr/include/\S*?(\w+\.?\w*):\d+: .*Assertion '(.+)' failed", re.M)
_NOT_ITS_FAULT = frozenset({"stack-overflow", "out-of-memory", "allocation-size-too-big"})
"""Reports of what the sanitizer itself uses up."""


class SanitizerReport(Record):
    """What came of it.

    Attributes:
        reason: None where nothing speaks against the program.
        at: Index of the input that shows it; -1 where none does.
        detail: The sanitizer's finding, or which build or repeat differs.
        builds_agree: The builds that gave equal outputs; one that is missing here, cannot
            compile the program or reached its limits on every input is not among them.
        repeats: Number of repeated runs that gave equal outputs.
    """

    KIND: ClassVar[str] = "sanitizer_report"

    reason: RejectReason | None = None
    at: int = -1
    detail: str = ""
    builds_agree: tuple[str, ...] = ()
    repeats: int = 0


@dataclass(frozen=True)
class SanitizedProgram:
    """A program whose outputs are known.

    Attributes:
        language: The program's.
        source: Its text.
        executable: The ordinary build.
        inputs: Standard inputs.
        explain_difference: Takes an input's index and a run on it; returns how its output differs
            from the ordinary build's, or an empty string.
        keep_output: Whether it has to see outputs whole.
    """

    language: Language
    source: str
    executable: Executable
    inputs: Sequence[bytes]
    explain_difference: Callable[[int, RunResult], Awaitable[str]]
    keep_output: bool = False

    async def has_different_output(self, results: Sequence[RunResult]) -> int:
        """Return the first input whose run is known to differ; -1 if there is none."""
        for at, result in enumerate(results):
            if result.verdict is Verdict.RE:
                return at
            if result.verdict is Verdict.AC and await self.explain_difference(at, result):
                return at
        return -1


async def run_sanitizers(
    sandbox: Sandbox, subject: SanitizedProgram, limits: Limits, builds: Sequence[str]
) -> SanitizerReport:
    """Run a program in other builds and under other circumstances.

    Of several objections the one that says most is returned: a sanitizer's, then a run that does
    not repeat, then a build that disagrees. A run that reaches a limit is unknown: it says nothing.

    Args:
        sandbox: Where to run.
        subject: The program.
        limits: Of one ordinary run.
        builds: Names of the language's builds to try, others are passed over.

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
    agree = tuple(name for name, seen in found.items() if seen.reason is None)
    objection = next((seen for seen in found.values() if seen.reason is not None), repeated)
    return objection.model_copy(update={"builds_agree": agree, "repeats": repeated.repeats})


async def _run_build(
    sandbox: Sandbox, subject: SanitizedProgram, build: LanguageBuild, limits: Limits
) -> SanitizerReport | None:
    """Return what another build did; None where that remains unknown."""
    language = subject.language.apply_build(build)
    try:
        compiled = await sandbox.compile(language, subject.source)
        if compiled.executable is None:
            trial = await sandbox.compile(language, language.self_test.source)
            if trial.executable is None or not build.is_sanitizer:
                return None
            detail = f"{build.name}: does not compile"  # with the same compiler
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
            if result.verdict is Verdict.RE and (said := parse_fault(result.stderr)):
                return SanitizerReport(reason=RejectReason.UNDEFINED_BEHAVIOR, at=at, detail=said)
    at = await subject.has_different_output(results)
    if at >= 0:
        detail = f"{build.name}: {_describe_end(results[at])}"
        return SanitizerReport(reason=RejectReason.BUILDS_DISAGREE, at=at, detail=detail)
    return SanitizerReport() if any(result.verdict is Verdict.AC for result in results) else None


async def _run_perturbed(
    sandbox: Sandbox, subject: SanitizedProgram, limits: Limits
) -> SanitizerReport:
    agreed = 0
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
            said, reason = _describe_end(results[at]), RejectReason.NOT_REPEATABLE
            detail = f"another {names}: {said}"
            return SanitizerReport(reason=reason, at=at, detail=detail, repeats=agreed)
        agreed += sum(result.verdict is Verdict.AC for result in results)
    return SanitizerReport(repeats=agreed)


def list_sanitizer_builds(language: Language) -> tuple[str, ...]:
    """Return the names of a language's builds that stop a program at what is undefined."""
    return tuple(build.name for build in language.builds if build.is_sanitizer)


def parse_fault(stderr: bytes) -> str:
    """Return what a sanitizer, or libstdc++'s assertions, reported: the kind and the place.

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
    """Return the run, as unknown where the sanitizer gave up and not the program."""
    found = _ADDRESS.search(result.stderr.decode(errors="replace"))
    if found is None or found[1] not in _NOT_ITS_FAULT:
        return result
    return replace(result, verdict=Verdict.MLE)


def _describe_end(result: RunResult) -> str:
    if result.verdict is Verdict.AC:
        return "other output"
    return f"signal {result.signal}" if result.signal else f"exit status {result.exit_code}"
