"""Sanitizer builds and perturbed re-runs in the loop: slow programs first, fast ones last."""

from collections.abc import Sequence

from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.jobs import SanitizeJob
from pieforge.executors.records import Suite
from pieforge.graphs.results import VetResult
from pieforge.inputs import get_stratum
from pieforge.integrity.sanitizers import SanitizerReport, list_sanitizer_builds
from pieforge.records import ProgramText, RejectReason, Verdict

SMALLEST_INPUTS = 4
"""A slow program is vetted on this many of the smallest hidden inputs, and on the middle and the
largest one of those from the package: it is slow, and a sanitizer makes it ten times slower."""


_ORDINARY_STRATA = frozenset({"hidden", "secret"})


LARGEST_INPUTS = 4
"""A fast program is tried on this many of the largest hidden inputs, and on `SMALLEST_INPUTS`."""


async def vet_program(
    executor: CachedExecutor, program: ProgramText, hidden: Suite, output_rules: OutputRules
) -> VetResult:
    """Return the defects of a program that others will be derived from."""
    seen = await executor.observe(program, hidden)
    if seen.verdict is not Verdict.AC:
        where = hidden.cases[seen.at].name if seen.at >= 0 else ""
        return VetResult(reason=RejectReason.SLOW_FAILS, detail=f"{where} {seen.verdict}".strip())
    builds = list_sanitizer_builds(executor.languages[program.language])
    few = choose_slow_inputs(executor, hidden)
    found = await run_sanitizers(executor, program, hidden, few, builds, output_rules)
    return VetResult(reason=found.reason, detail=format_detail(found, hidden))


async def sanitize_program(
    executor: CachedExecutor, program: ProgramText, hidden: Suite, output_rules: OutputRules
) -> SanitizerReport:
    """Run a fast program in every build of its language, and perturbed."""
    builds = tuple(build.name for build in executor.languages[program.language].builds)
    some = choose_fast_inputs(executor, hidden)
    return await run_sanitizers(executor, program, hidden, some, builds, output_rules)


def choose_slow_inputs(executor: CachedExecutor, hidden: Suite) -> list[int]:
    """Return the indices of the hidden inputs on which a slow program is tried."""
    order = _sort_by_size(executor, hidden)
    made = [at for at in order if get_stratum(hidden.cases[at].name) in _ORDINARY_STRATA] or order
    return list(dict.fromkeys((made[-1], made[len(made) // 2], *order[:SMALLEST_INPUTS])))


def choose_fast_inputs(executor: CachedExecutor, hidden: Suite) -> list[int]:
    """Return the indices of the hidden inputs on which a fast program is tried."""
    order = _sort_by_size(executor, hidden)
    # Largest first: they reach the limits of arrays, and a finding ends the search.
    return list(dict.fromkeys((*order[: -LARGEST_INPUTS - 1 : -1], *order[:SMALLEST_INPUTS])))


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
    program: ProgramText,
    suite: Suite,
    which: Sequence[int],
    builds: Sequence[str],
    output_rules: OutputRules,
) -> SanitizerReport:
    """Run a program in other builds and perturbed on some inputs; `at` counts in the suite.

    Args:
        executor: Where programs are run.
        program: One that compiles.
        suite: Inputs on which its ordinary build was observed; unknown outputs are left out.
        which: Indices of the inputs to use.
        builds: Names of the builds to try.
        output_rules: How the problem wants outputs compared.
    """
    seen = await executor.observe(program, suite)
    # Without an ordinary output there is nothing to compare with.
    known = [at for at in which if seen.outputs[at] is not None]
    inputs = executor.get_inputs(suite)
    found = await executor.execute_once(
        SanitizeJob(
            program,
            inputs=tuple(inputs[at] for at in known),
            outputs=tuple(seen.outputs[at] or "" for at in known),
            builds=tuple(builds),
            output_rules=output_rules,
            limits=executor.get_limits(program.problem_id),
        )
    )
    return found if found.at < 0 else found.model_copy(update={"at": known[found.at]})
