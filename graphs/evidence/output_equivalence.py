"""Whether two programs have equal outputs on a suite, under their problem's rules."""

from collections.abc import Sequence

from pieforge.equivalence.comparison import (
    ComparableOutput,
    OutputComparison,
    explain_difference,
    find_failure,
)
from pieforge.equivalence.observation import Observation
from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.graphs.results import ComparedCandidate, require
from pieforge.inputs import NamedInput
from pieforge.records import ProgramText, RejectReason, digest


async def compare_outputs(
    executor: CachedExecutor,
    output_rules: OutputRules,
    slow: ProgramText,
    fast: ProgramText,
    suite: Suite,
) -> OutputComparison:
    """Run two programs on a suite and compare what they do; the slow one's output is the answer.

    Raises:
        PackageError: The output validator fails.
    """
    both = slow, fast
    seen = [await executor.observe(program, suite) for program in both]
    if (failure := find_failure(*seen)) is not None:
        return failure
    if not output_rules.lenient:  # no judge is asked: this costs less than finding it again
        return await _compare_each(executor, output_rules, both, suite, seen)
    return await executor.ledger.compute_once(
        OutputComparison,
        f"{slow.program_id}/{fast.program_id}",
        digest(
            suite.sha, output_rules.model_dump_json(), repr(executor.get_limits(slow.problem_id))
        ),
        lambda: _compare_each(executor, output_rules, both, suite, seen),
    )


async def compare_further(
    executor: CachedExecutor,
    output_rules: OutputRules,
    slow: ProgramText,
    before: ComparedCandidate,
    inputs: Sequence[NamedInput],
) -> ComparedCandidate:
    """Compare a candidate with its slow program on further inputs, and add them to its tests.

    Returns:
        The candidate with a reason where it is not equal; inputs that it was compared on before
        are left out.
    """
    known = executor.get_named_inputs(require(executor.ledger.get(Suite, before.tests_sha)))
    seen = {item.data for item in known}
    if not (fresh := [item for item in inputs if item.data not in seen]):
        return before
    suite = executor.store_suite(fresh)
    finding = await compare_outputs(executor, output_rules, slow, before.program, suite)
    where = suite.cases[finding.at].name if finding.at >= 0 else ""
    failed = finding.reason is not None
    return before.model_copy(
        update={
            "reason": finding.reason,
            "detail": f"{where} {finding.detail}".strip() if failed else "",
            "equal_on": before.equal_on + finding.equal_on,
            "tests_sha": executor.store_suite([*known, *fresh]).sha,
        }
    )


async def _compare_each(
    executor: CachedExecutor,
    output_rules: OutputRules,
    programs: tuple[ProgramText, ProgramText],
    suite: Suite,
    seen: Sequence[Observation],
) -> OutputComparison:
    """Compare the outputs in order; the first difference counts.

    Where outputs are known to differ, `equal_on` counts all inputs with equal bytes, and those
    with others that a judge accepted before.
    """
    outputs = list(zip(seen[0].outputs, seen[1].outputs, strict=True))
    equal_on = sum(x is not None and x == y for x, y in outputs)
    for at, (x, y) in enumerate(outputs):
        if x is None or y is None or x == y:
            continue
        data = executor.ledger.get_blob(suite.cases[at].blob)
        answer, output = (
            _create_output(executor, program, data, digest)
            for program, digest in zip(programs, (x, y), strict=True)
        )
        wrong = await explain_difference(output_rules, executor.judge, data, answer, output)
        if wrong:
            return OutputComparison(
                reason=RejectReason.DIFFERENT_OUTPUT,
                at=at,
                equal_on=equal_on,
                detail=wrong[:200] if output_rules.lenient else "",
            )
        equal_on += 1
    return OutputComparison(reason=None, equal_on=equal_on)


def _create_output(
    executor: CachedExecutor, program: ProgramText, data: bytes, digest: str
) -> ComparableOutput:
    """Return a program's output on an input, which is made again only for a judge."""

    async def read() -> bytes:
        return (await executor.run_once(program, data)).stdout

    return ComparableOutput(digest, read)
