"""What the next round builds on: programs to vary, and pairs to show as examples."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from pieforge.errors import PackageError
from pieforge.graphs.context import Context
from pieforge.graphs.results import (
    AuthorCall,
    CollectResult,
    FeedbackResult,
    KeptPair,
    PlanRoundResult,
)
from pieforge.graphs.slower_versions import plan_slower_versions
from pieforge.records import ProgramText, compute_pair_id, digest
from pieforge.similarity import find_nearest


@dataclass(frozen=True)
class KnownPair:
    """A slow program and its fast version: a problem's own, or a pair of an earlier round."""

    slow: ProgramText
    fast: ProgramText

    @property
    def record_id(self) -> str:
        """The pair's id; a problem's own pair has one too."""
        return compute_pair_id(self.slow.program_id, self.fast.program_id)


def plan_calls(context: Context, round_number: int) -> PlanRoundResult:
    """Plan a round's author calls: which programs to show, with which seed, in which batch.

    Raises:
        PackageError: There is no program to vary.
    """
    config = context.config
    calls = [
        call
        for place, problem_id in enumerate(sorted(context.prepared))
        for call in _plan_problem_calls(context, round_number, problem_id, place)
    ]
    calls += plan_slower_versions(context, get_kept_pairs(context, round_number), round_number)
    if not calls:
        raise PackageError(
            "no call of the author can be planned: no problem has a sound slow submission in "
            f"{' or '.join(config.run.languages)}"
            + "".join(f"; {name}: {defect}" for name, defect in _iter_defects(context)),
            where=str(config.run.problem_folder or "the bundled problems"),
            fix="add or correct slow submissions, or change run.languages or run.problems",
        )
    # A call is never divided between batches.
    size = max(1, config.run.batch // config.author.n)
    return PlanRoundResult(
        batches=tuple(tuple(calls[i : i + size]) for i in range(0, len(calls), size))
    )


def _iter_defects(context: Context) -> Iterator[tuple[str, str]]:
    for problem_id, prepared in sorted(context.prepared.items()):
        for defect in prepared.unsound.values():
            yield problem_id, defect


def _plan_problem_calls(
    context: Context, round_number: int, problem_id: str, problem_index: int
) -> Iterator[AuthorCall]:
    """Yield a problem's calls of one round; they take its languages in turn.

    `problem_index` is the problem's place among all: it shifts the turn, so that the first calls of
    a round are not all in the same language.
    """
    config = context.config
    slow = context.prepared[problem_id].slow
    languages = [language for language in config.run.languages if language in slow]
    # A generator of its own for each problem and round: leaving a problem out changes no other one.
    draw = random.Random(f"{config.run.seed}/{round_number}/{problem_id}")  # noqa: S311
    seconds = {}
    for language in languages:
        seconds[language] = _choose_departures(context, round_number, problem_id, language)
        draw.shuffle(seconds[language])
    for index in range(math.ceil(config.run.attempts / config.author.n) if languages else 0):
        turn = problem_index + round_number + index
        language = languages[turn % len(languages)]
        name = f"{round_number}/{problem_id}/{index}"
        yield AuthorCall(
            call_id=name,
            problem_id=problem_id,
            language=language,
            first=draw.choice(_find_other_programs(context, problem_id, language)),
            second=seconds[language][index % len(seconds[language])],
            n=min(config.author.n, config.run.attempts - index * config.author.n),
            seed=int(digest(str(config.run.seed), name)[:8], 16) % (1 << 31),
        )


def _choose_departures(
    context: Context, round_number: int, problem_id: str, language: str
) -> list[str]:
    """Return the programs to vary: kept slow ones where there are any, else the package's."""
    kept = [
        pair.slow.program_id
        for pair in get_kept_pairs(context, round_number)
        if pair.slow.problem_id == problem_id and pair.slow.language == language
    ]
    return kept or [context.prepared[problem_id].slow[language]]


def _find_other_programs(context: Context, problem_id: str, language: str) -> list[str]:
    """Return slow programs of other problems, or of this one where it is alone."""
    others = [
        prepared.slow[language]
        for name, prepared in sorted(context.prepared.items())
        if name != problem_id and language in prepared.slow
    ]
    return others or [context.prepared[problem_id].slow[language]]


def get_kept_pairs(context: Context, round_number: int) -> list[KeptPair]:
    """Return the kept pairs that a round may build on, in the order in which they were kept."""
    memory = context.ledger.get(FeedbackResult, f"{round_number - 1:03}")
    if memory is None or not context.config.retrieval.kept_pairs:
        return []
    known = {
        pair.record_id: pair
        for _, end in context.ledger.iter_results(CollectResult)
        for pair in end.pairs
    }
    return [known[record] for record in memory.pairs]


def find_examples(context: Context, round_number: int, program: ProgramText) -> list[KnownPair]:
    """Return the known pairs whose slow programs are nearest to a program, nearest first."""
    pairs = _iter_known_pairs(context, round_number, program.language)
    known = {pair.slow.program_id: pair for pair in pairs}
    found = find_nearest(
        program.code,
        program.language,
        {name: pair.slow.code for name, pair in known.items()},
        context.config.retrieval.examples,
    )
    return [known[name] for name, _ in found]


def _iter_known_pairs(context: Context, round_number: int, language: str) -> Iterator[KnownPair]:
    for prepared in context.prepared.values():
        if language in prepared.slow and language in prepared.fast:
            yield KnownPair(prepared.get_slow(language), prepared.get_fast(language))
    for pair in get_kept_pairs(context, round_number):
        if pair.slow.language == language:
            yield KnownPair(pair.slow, pair.fast)


def get_planned_calls(context: Context, round_number: int, batch: int) -> tuple[AuthorCall, ...]:
    """Return the author calls of a batch, as the round's plan has them."""
    plan = context.ledger.get(PlanRoundResult, f"{round_number:03}")
    return plan.batches[batch] if plan is not None else ()
