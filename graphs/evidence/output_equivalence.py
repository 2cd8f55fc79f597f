"""Whether two programs behave alike on a suite, as their problem wants outputs compared."""

from collections.abc import Sequence

from pieforge.equivalence.comparison import OutputComparison, compare_observations
from pieforge.equivalence.observation import Observation
from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.records import RejectReason, digest


async def compare_outputs(
    executor: CachedExecutor, output_rules: OutputRules, slow: str, fast: str, suite: Suite
) -> OutputComparison:
    """Run two programs on a suite and compare what they do.

    Outputs of other bytes are a difference, unless the package gives a tolerance or brings an
    output validator: then the slow program's output is the answer that the fast one's is judged by.

    Raises:
        PackageError: The output validator fails.
    """
    seen = [await executor.observe(name, suite) for name in (slow, fast)]
    finding = compare_observations(*seen)
    if finding.reason is not RejectReason.DIFFERENT_OUTPUT or not output_rules.lenient:
        return finding
    key = digest(suite.sha, output_rules.model_dump_json(), repr(executor.limits))
    return await executor.ledger.compute_once(
        OutputComparison,
        f"{slow}/{fast}",
        key,
        lambda: _apply_output_rules(executor, output_rules, (slow, fast), suite, seen),
    )


async def _apply_output_rules(
    executor: CachedExecutor,
    output_rules: OutputRules,
    names: tuple[str, str],
    suite: Suite,
    seen: Sequence[Observation],
) -> OutputComparison:
    """Judge every input on which the bytes differ, up to the first that is wrong."""
    both = list(zip(seen[0].outputs, seen[1].outputs, strict=True))
    equal_on = sum(x is not None and x == y for x, y in both)
    for at, (x, y) in enumerate(both):
        if x is None or y is None or x == y:
            continue
        data = executor.get_inputs(suite)[at]
        answer, output = [(await executor.run_once(name, data)).stdout for name in names]
        wrong = await executor.check_output(output_rules, data, answer, output)
        if wrong:
            return OutputComparison(
                reason=RejectReason.DIFFERENT_OUTPUT, at=at, equal_on=equal_on, detail=wrong[:200]
            )
        equal_on += 1
    return OutputComparison(reason=None, equal_on=equal_on)
