"""Scrutiny in the loop: of a slow program before anything is asked for it, of fast ones last."""

from collections.abc import Sequence

from pieforge.equivalence.output_validator import Judging
from pieforge.executors.cached import SCRIPT_LIMITS, Workshop
from pieforge.executors.records import Suite
from pieforge.graphs.results import Candidate, Scrutinised, Vetted
from pieforge.inputs import stratum
from pieforge.integrity.sanitizers import Scrutiny, Subject, fault_finders
from pieforge.integrity.sanitizers import scrutinise as under_scrutiny
from pieforge.records import Reason, Verdict, digest
from pieforge.sandbox.sandbox import RunResult

SMALLEST = 4
"""A slow program is vetted on so many of the smallest hidden inputs, and on the middle and the
largest one of those that are like the package's own: it is slow, and a sanitizer makes it ten times
slower."""


_ORDINARY = frozenset({"hidden", "secret"})


LARGEST = 4
"""A fast program is scrutinised on so many of the largest hidden inputs, and on `SMALLEST`."""


async def vetted(workshop: Workshop, program: str, hidden: Suite, judging: Judging) -> Vetted:
    """Return what speaks against a program that others will be derived from, if anything."""
    seen = await workshop.observed(program, hidden)
    if seen.verdict is not Verdict.AC:
        where = hidden.cases[seen.at].name if seen.at >= 0 else ""
        return Vetted(reason=Reason.SLOW_FAILS, detail=f"{where} {seen.verdict}".strip())
    builds = fault_finders(workshop.languages[workshop.source(program).language])
    few = inputs_for_slow(workshop, hidden)
    found = await scrutiny(workshop, program, hidden, few, builds, judging)
    return Vetted(reason=found.reason, detail=detail_of(found, hidden))


def inputs_for_slow(workshop: Workshop, hidden: Suite) -> list[int]:
    """Return the indices of the hidden inputs on which a slow program is tried."""
    order = _by_size(workshop, hidden)
    made = [at for at in order if stratum(hidden.cases[at].name) in _ORDINARY] or order
    return list(dict.fromkeys((made[-1], made[len(made) // 2], *order[:SMALLEST])))


def inputs_for_fast(workshop: Workshop, hidden: Suite) -> list[int]:
    """Return the indices of the hidden inputs on which a fast program is tried."""
    order = _by_size(workshop, hidden)
    return list(dict.fromkeys((*order[: -LARGEST - 1 : -1], *order[:SMALLEST])))


async def first_sound(
    workshop: Workshop, hidden: Suite, judging: Judging, names: Sequence[str]
) -> Scrutinised:
    """Judge candidates in order, up to the first against which nothing speaks."""
    judged: list[Candidate] = []
    for name in names:
        found = await _judge(workshop, hidden, judging, name)
        detail = detail_of(found, hidden)
        judged.append(Candidate(program_id=name, reason=found.reason, detail=detail))
        if found.reason is None:
            return Scrutinised(candidates=tuple(judged), passed=name, scrutiny=found)
    return Scrutinised(candidates=tuple(judged))


async def _judge(workshop: Workshop, hidden: Suite, judging: Judging, name: str) -> Scrutiny:
    builds = tuple(b.name for b in workshop.languages[workshop.source(name).language].builds)
    some = inputs_for_fast(workshop, hidden)
    return await scrutiny(workshop, name, hidden, some, builds, judging)


def _by_size(workshop: Workshop, suite: Suite) -> list[int]:
    """Return the indices of a suite's inputs, the smallest input first."""
    inputs = workshop.inputs(suite)
    return sorted(range(len(inputs)), key=lambda at: (len(inputs[at]), inputs[at]))


def detail_of(found: Scrutiny, suite: Suite) -> str:
    """Return what scrutiny found, with the name of the input that shows it."""
    where = suite.cases[found.at].name if found.at >= 0 else ""
    return " on ".join(part for part in (found.detail, where) if part)


async def scrutiny(
    workshop: Workshop,
    program: str,
    suite: Suite,
    which: Sequence[int],
    builds: Sequence[str],
    judging: Judging,
) -> Scrutiny:
    """Return what scrutiny of a program shows on some inputs of a suite; `at` counts in the suite.

    Args:
        workshop: Where programs are run.
        program: One that compiles.
        suite: Inputs on which its ordinary build was observed; where that is unknown, it says
            nothing.
        which: Indices of the inputs to use.
        builds: Names of the builds to try.
        judging: How the problem wants outputs compared.
    """
    seen = await workshop.observed(program, suite)
    known = [at for at in which if seen.outputs[at] is not None]
    key = digest(suite.sha, repr(known), repr(workshop.limits), judging.model_dump_json(), *builds)
    found = await workshop.ledger.once(
        Scrutiny,
        program,
        key,
        lambda: _scrutiny(workshop, program, suite, known, builds, judging),
    )
    return found if found.at < 0 else found.model_copy(update={"at": known[found.at]})


async def _scrutiny(
    workshop: Workshop,
    program: str,
    suite: Suite,
    which: Sequence[int],
    builds: Sequence[str],
    judging: Judging,
) -> Scrutiny:
    seen = await workshop.observed(program, suite)
    inputs = workshop.inputs(suite)

    async def accepts(at: int, result: RunResult) -> bool:
        data = inputs[which[at]]
        [ordinary] = await workshop.sandbox.run(executable, [data], workshop.limits, whole=True)
        return not await judging.wrong(
            workshop.sandbox, data, ordinary.stdout, result.stdout, SCRIPT_LIMITS
        )

    async with workshop.gate:
        executable = await workshop.executable(program)
        subject = Subject(
            language=workshop.languages[workshop.source(program).language],
            source=workshop.code(program),
            executable=executable,
            inputs=[inputs[at] for at in which],
            outputs=[seen.outputs[at] or "" for at in which],
            accepts=accepts if judging.lenient else None,
        )
        return await under_scrutiny(workshop.sandbox, subject, workshop.limits, builds)
