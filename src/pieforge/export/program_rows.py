"""The rows of programs.jsonl and rejects.jsonl: all programs that a run saw, and its refusals."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Literal

from pieforge.executors.records import Suite
from pieforge.export.rows import count_seconds, iter_candidates
from pieforge.graphs.classes.snapshot import UNCLASSED, ClassMembership
from pieforge.graphs.context import Context
from pieforge.graphs.results import (
    CandidateResult,
    CollectResult,
    DeduplicateResult,
    ParseRepliesResult,
)
from pieforge.problems import SubmissionRole
from pieforge.records import Origin, Program, Verdict
from pieforge.rows import ProgramRow, Reject


def build_program_rows(
    context: Context, standing: Mapping[str, ClassMembership]
) -> Iterator[ProgramRow]:
    """Yield a row of every program: submissions, the author's, and all of the optimizer's.

    Args:
        context: The run's dependencies.
        standing: The place of the author's programs in the classes.
    """
    counted = {
        name: seconds
        for group in count_seconds(context).values()
        for name, seconds in group.items()
    }
    places = {**_place_candidates(context, standing), **standing}
    for program in _collect_programs(context).values():
        name = program.program_id
        place = places.get(name, UNCLASSED)
        yield ProgramRow(
            **program.model_dump(exclude={"model"}),
            verdict=_find_verdict(context, program),
            class_id=place.class_id,
            class_rank=place.class_rank,
            equal_on=place.equal_on,
            split_by=place.split_by,
            split_stratum=place.split_stratum,
            counted_seconds=counted.get(name, 0.0),
        )


def iter_rejects(context: Context) -> Iterator[Reject]:
    """Yield every refusal of a run."""
    for _, parsed in context.ledger.iter_results(ParseRepliesResult):
        yield from parsed.rejects
    for _, classified in context.ledger.iter_results(DeduplicateResult):
        yield from classified.rejects
    for _, collected in context.ledger.iter_results(CollectResult):
        yield from collected.rejects


def _collect_programs(context: Context) -> dict[str, Program]:
    """Return every program by id; the first to make one is named."""
    found: dict[str, Program] = {}
    for prepared in context.prepared.values():
        for program in prepared.submissions:
            found.setdefault(program.program_id, program)
    for _, parsed in context.ledger.iter_results(ParseRepliesResult):
        for program in parsed.programs:
            found.setdefault(program.program_id, program)
    for _, candidate in sorted(iter_candidates(context), key=_get_batch):
        for program in candidate.offered:
            found.setdefault(program.program_id, program)
    view = context.view
    for pair in view.pairs if view is not None else ():
        for program in (pair.slow, pair.fast):
            found.setdefault(program.program_id, program)
    return found


def _get_batch(item: tuple[str, CandidateResult]) -> tuple[str, str]:
    return item[1].batch, item[0]


def _place_candidates(
    context: Context, standing: Mapping[str, ClassMembership]
) -> dict[str, ClassMembership]:
    """Return the class of the optimizer's programs whose outputs equal their slow program's."""
    return {
        program.program_id: replace(UNCLASSED, class_id=standing[name].class_id)
        for name, candidate in iter_candidates(context)
        if candidate.check_outputs is not None and name in standing
        for program in candidate.check_outputs.accepted
    }


def _find_verdict(context: Context, program: Program) -> Verdict | Literal[""]:
    """Return the verdict on the package's own tests, as far as it is known."""
    if program.origin is Origin.SUBMISSION:
        submissions = context.problems[program.problem_id].submissions
        wrong = {it.code for it in submissions if it.role is SubmissionRole.WRONG}
        return Verdict.WA if program.code in wrong else Verdict.AC
    executor = context.executor
    selection: Suite = context.prepared[program.problem_id].selection
    observed = executor.get_observation(program, selection)
    if observed is not None:
        return observed.verdict
    outcomes = executor.get_known_outcomes(program, executor.get_named_inputs(selection))
    return outcomes[-1].verdict if outcomes else ""
