"""Whether two programs behave alike on a suite, as their problem wants outputs compared."""

from collections.abc import Sequence

from pieforge.equivalence.comparison import Finding, same_behaviour
from pieforge.equivalence.observation import Observation
from pieforge.equivalence.output_validator import Judging
from pieforge.executors.cached import Workshop
from pieforge.executors.records import Suite
from pieforge.records import Reason, digest


async def alike(
    workshop: Workshop, judging: Judging, slow: str, fast: str, suite: Suite
) -> Finding:
    """Run two programs on a suite and compare what they do.

    Outputs of other bytes are a difference, unless the package gives a tolerance or brings an
    output validator: then the slow program's output is the answer that the fast one's is judged by.

    Raises:
        PackageError: The output validator fails.
    """
    seen = [await workshop.observed(name, suite) for name in (slow, fast)]
    finding = same_behaviour(*seen)
    if finding.reason is not Reason.DIFFERENT_OUTPUT or not judging.lenient:
        return finding
    key = digest(suite.sha, judging.model_dump_json(), repr(workshop.limits))
    return await workshop.ledger.once(
        Finding,
        f"{slow}/{fast}",
        key,
        lambda: _judged(workshop, judging, (slow, fast), suite, seen),
    )


async def _judged(
    workshop: Workshop,
    judging: Judging,
    names: tuple[str, str],
    suite: Suite,
    seen: Sequence[Observation],
) -> Finding:
    """Judge every input on which the bytes differ, up to the first that is wrong."""
    both = list(zip(seen[0].outputs, seen[1].outputs, strict=True))
    equal_on = sum(x is not None and x == y for x, y in both)
    for at, (x, y) in enumerate(both):
        if x is None or y is None or x == y:
            continue
        data = workshop.inputs(suite)[at]
        answer, output = [(await workshop.run_once(name, data)).stdout for name in names]
        wrong = await workshop.wrong(judging, data, answer, output)
        if wrong:
            return Finding(
                reason=Reason.DIFFERENT_OUTPUT, at=at, equal_on=equal_on, detail=wrong[:200]
            )
        equal_on += 1
    return Finding(reason=None, equal_on=equal_on)
