"""Sanitizer builds and re-runs in the loop: of slow programs first, of fast ones last."""

from collections.abc import Sequence

from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.cached import SCRIPT_LIMITS, CachedExecutor
from pieforge.executors.records import Suite
from pieforge.graphs.results import JudgedCandidate, SanitizeResult, VetResult
from pieforge.inputs import get_stratum
from pieforge.integrity.sanitizers import SanitizedProgram, SanitizerReport, list_sanitizer_builds
from pieforge.integrity.sanitizers import run_sanitizers as run_all_builds
from pieforge.records import RejectReason, Verdict, digest
from pieforge.sandbox.sandbox import RunResult

SMALLEST_INPUTS = 4
"""A slow program is vetted on so many of the smallest hidden inputs, and on the middle and the
largest one of those that are like the package's own: it is slow, and a sanitizer makes it ten times
slower."""


_ORDINARY_STRATA = frozenset({"hidden", "secret"})


LARGEST_INPUTS = 4
"""A fast program is tried on so many of the largest hidden inputs, and on `SMALLEST_INPUTS`."""


async def vet_program(
    executor: CachedExecutor, program: str, hidden: Suite, output_rules: OutputRules
) -> VetResult:
    """Return what speaks against a program that others will be derived from, if anything."""
    seen = await executor.observe(program, hidden)
    if seen.verdict is not Verdict.AC:
        where = hidden.cases[seen.at].name if seen.at >= 0 else ""
        return VetResult(reason=RejectReason.SLOW_FAILS, detail=f"{where} {seen.verdict}".strip())
    builds = list_sanitizer_builds(executor.languages[executor.get_source(program).language])
    few = choose_slow_inputs(executor, hidden)
    found = await run_sanitizers(executor, program, hidden, few, builds, output_rules)
    return VetResult(reason=found.reason, detail=format_detail(found, hidden))


def choose_slow_inputs(executor: CachedExecutor, hidden: Suite) -> list[int]:
    """Return the indices of the hidden inputs on which a slow program is tried."""
    order = _sort_by_size(executor, hidden)
    made = [at for at in order if get_stratum(hidden.cases[at].name) in _ORDINARY_STRATA] or order
    return list(dict.fromkeys((made[-1], made[len(made) // 2], *order[:SMALLEST_INPUTS])))


def choose_fast_inputs(executor: CachedExecutor, hidden: Suite) -> list[int]:
    """Return the indices of the hidden inputs on which a fast program is tried."""
    order = _sort_by_size(executor, hidden)
    return list(dict.fromkeys((*order[: -LARGEST_INPUTS - 1 : -1], *order[:SMALLEST_INPUTS])))


async def find_first_sound(
    executor: CachedExecutor, hidden: Suite, output_rules: OutputRules, names: Sequence[str]
) -> SanitizeResult:
    """Judge candidates in order, up to the first against which nothing speaks."""
    judged: list[JudgedCandidate] = []
    for name in names:
        found = await _sanitize_program(executor, hidden, output_rules, name)
        detail = format_detail(found, hidden)
        judged.append(JudgedCandidate(program_id=name, reason=found.reason, detail=detail))
        if found.reason is None:
            return SanitizeResult(candidates=tuple(judged), passed=name, report=found)
    return SanitizeResult(candidates=tuple(judged))


async def _sanitize_program(
    executor: CachedExecutor, hidden: Suite, output_rules: OutputRules, name: str
) -> SanitizerReport:
    builds = tuple(b.name for b in executor.languages[executor.get_source(name).language].builds)
    some = choose_fast_inputs(executor, hidden)
    return await run_sanitizers(executor, name, hidden, some, builds, output_rules)


def _sort_by_size(executor: CachedExecutor, suite: Suite) -> list[int]:
    """Return the indices of a suite's inputs, the smallest input first."""
    inputs = executor.get_inputs(suite)
    return sorted(range(len(inputs)), key=lambda at: (len(inputs[at]), inputs[at]))


def format_detail(found: SanitizerReport, suite: Suite) -> str:
    """Return what was found, with the name of the input that shows it."""
    where = suite.cases[found.at].name if found.at >= 0 else ""
    return " on ".join(part for part in (found.detail, where) if part)


async def run_sanitizers(
    executor: CachedExecutor,
    program: str,
    suite: Suite,
    which: Sequence[int],
    builds: Sequence[str],
    output_rules: OutputRules,
) -> SanitizerReport:
    """Run a program in other builds and perturbed on some inputs; `at` counts in the suite.

    Args:
        executor: Where programs are run.
        program: One that compiles.
        suite: Inputs on which its ordinary build was observed; where that is unknown, it says
            nothing.
        which: Indices of the inputs to use.
        builds: Names of the builds to try.
        output_rules: How the problem wants outputs compared.
    """
    seen = await executor.observe(program, suite)
    known = [at for at in which if seen.outputs[at] is not None]
    key = digest(
        suite.sha, repr(known), repr(executor.limits), output_rules.model_dump_json(), *builds
    )
    found = await executor.ledger.compute_once(
        SanitizerReport,
        program,
        key,
        lambda: _run_sanitizers(executor, program, suite, known, builds, output_rules),
    )
    return found if found.at < 0 else found.model_copy(update={"at": known[found.at]})


async def _run_sanitizers(
    executor: CachedExecutor,
    program: str,
    suite: Suite,
    which: Sequence[int],
    builds: Sequence[str],
    output_rules: OutputRules,
) -> SanitizerReport:
    seen = await executor.observe(program, suite)
    inputs = executor.get_inputs(suite)

    async def accepts(at: int, result: RunResult) -> bool:
        data = inputs[which[at]]
        [ordinary] = await executor.sandbox.run(
            executable, [data], executor.limits, keep_output=True
        )
        return not await output_rules.check_output(
            executor.sandbox, data, ordinary.stdout, result.stdout, SCRIPT_LIMITS
        )

    async with executor.gate:
        executable = await executor.get_executable(program)
        subject = SanitizedProgram(
            language=executor.languages[executor.get_source(program).language],
            source=executor.get_code(program),
            executable=executable,
            inputs=[inputs[at] for at in which],
            outputs=[seen.outputs[at] or "" for at in which],
            accepts=accepts if output_rules.lenient else None,
        )
        return await run_all_builds(executor.sandbox, subject, executor.limits, builds)
