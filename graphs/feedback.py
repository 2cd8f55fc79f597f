"""What the next round builds on: programs to vary, and pairs to show as examples."""

import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence

from pieforge.agents.strategies import ExampleChoice
from pieforge.errors import PackageError
from pieforge.graphs.context import Context
from pieforge.graphs.results import (
    AuthorCall,
    CollectResult,
    FeedbackResult,
    KeptPair,
    KnownPair,
    PlanRoundResult,
)
from pieforge.graphs.slower_versions import plan_slower_versions
from pieforge.graphs.state import format_round_key
from pieforge.measurement.cost import compute_decile
from pieforge.records import ProgramText, digest
from pieforge.similarity import find_nearest


def plan_calls(context: Context, round_number: int) -> PlanRoundResult:
    """Plan a round's author calls: which programs to show, with which seed, in which batch.

    Each problem gets `run.attempts` programs, in its languages in turn. Where all edit clusters of
    a problem in a language have `lessons.per_cluster` pairs, another pair would be surplus: such a
    call goes to the problem and language whose clusters have the most room.

    Raises:
        PackageError: There is no program to vary.
    """
    config = context.config
    kept = get_kept_pairs(context, round_number)
    problems = {
        problem_id: _ProblemPlan(context, kept, round_number, problem_id, place)
        for place, problem_id in enumerate(sorted(context.prepared))
    }
    # A call beyond all room stays where it is.
    room = {
        (problem_id, language): count
        for problem_id, problem in problems.items()
        for language, count in problem.room.items()
    }
    full = {group for group, count in room.items() if count <= 0}
    calls = []
    for problem_id, problem in problems.items():
        for language, n in problem.iter_turns():
            group = problem_id, language
            if group in full:
                # In sorted order, so that the first of several is always the same.
                most = max(sorted(room), key=room.__getitem__)
                group = most if room[most] > 0 else group
            room[group] -= n
            calls.append(problems[group[0]].plan_call(group[1], n))
    calls += plan_slower_versions(context, kept, round_number)
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


class _ProblemPlan:
    """A problem's calls of one round.

    Args:
        kept: The pairs that the round builds on.
        place: The problem's place among all: it shifts the languages' turns, so that the first
            calls of a round are not all in the same language.

    Attributes:
        room: Pairs that its edit clusters can still take, by language.
    """

    def __init__(
        self,
        context: Context,
        kept: Sequence[KeptPair],
        round_number: int,
        problem_id: str,
        place: int,
    ) -> None:
        self._context = context
        self._problem_id = problem_id
        self._round = round_number
        self._first_turn = place + round_number
        self._calls = 0
        slow = context.prepared[problem_id].slow
        self._languages = [each for each in context.config.run.languages if each in slow]
        # A generator of its own for each problem and round: leaving a problem out changes no other.
        seed = f"{context.config.run.author_seed}/{round_number}/{problem_id}"
        self._draw = random.Random(seed)  # noqa: S311
        self.room: dict[str, int] = {}
        self._departures: dict[str, list[str]] = {}
        for language in self._languages:
            self._choose_departures(kept, language, slow[language])

    def _choose_departures(self, kept: Sequence[KeptPair], language: str, submission: str) -> None:
        """Choose the programs to vary: kept slow ones where there are any, else the package's.

        Those whose edit is in the fewest pairs come first; those of a full cluster only where all
        are full.
        """
        sizes = Counter(pair.edit_cluster for pair in kept if pair.edit_cluster)
        most = self._context.config.lessons.per_cluster
        clusters = {
            pair.slow.program_id: pair.edit_cluster
            for pair in kept
            if pair.slow.problem_id == self._problem_id and pair.slow.language == language
        }
        left = {cluster: most - sizes[cluster] for cluster in clusters.values()}
        self.room[language] = sum(max(0, count) for count in left.values()) if left else most
        names = list(clusters) or [submission]
        self._draw.shuffle(names)
        names.sort(key=lambda name: sizes[clusters.get(name, "")])
        is_open = [name for name in names if sizes[clusters.get(name, "")] < most]
        self._departures[language] = is_open or names

    def iter_turns(self) -> Iterator[tuple[str, int]]:
        """Yield the language of each of its calls, and the number of programs to ask for."""
        attempts, n = self._context.config.run.attempts, self._context.config.author.n
        for index in range(math.ceil(attempts / n) if self._languages else 0):
            turn = self._first_turn + index
            yield self._languages[turn % len(self._languages)], min(n, attempts - index * n)

    def plan_call(self, language: str, n: int) -> AuthorCall:
        """Plan the next call for `n` programs."""
        index, self._calls = self._calls, self._calls + 1
        departures = self._departures[language]
        name = f"{self._round}/{self._problem_id}/{index}"
        others = _find_other_programs(self._context, self._problem_id, language)
        return AuthorCall(
            call_id=name,
            problem_id=self._problem_id,
            language=language,
            first=self._draw.choice(others),
            second=departures[index % len(departures)],
            n=n,
            seed=int(digest(self._context.config.run.author_seed, name)[:8], 16) % (1 << 31),
        )


def _find_other_programs(context: Context, problem_id: str, language: str) -> list[str]:
    """Return slow programs of other problems, or of this one where it is alone."""
    others = [
        prepared.slow[language]
        for name, prepared in sorted(context.prepared.items())
        if name != problem_id and language in prepared.slow
    ]
    return others or [context.prepared[problem_id].slow[language]]


def get_kept_pairs(context: Context, round_number: int) -> list[KeptPair]:
    """Return the kept pairs that a round may build on, in the order in which they were kept.

    Those of earlier runs in the corpus come first.
    """
    if not context.config.retrieval.kept_pairs:
        return []
    view = context.view
    earlier = view.pairs if view is not None else ()
    memory = context.ledger.get(FeedbackResult, format_round_key(round_number - 1))
    if memory is None:
        return list(earlier)
    known = {
        pair.record_id: pair
        for _, end in context.ledger.iter_results(CollectResult)
        for pair in end.pairs
    }
    return [*earlier, *(known[record] for record in memory.pairs)]


def find_examples(
    context: Context, round_number: int, program: ProgramText, choice: ExampleChoice
) -> list[KnownPair]:
    """Return the known pairs that a strategy shows with a program, the most important first."""
    pairs = _iter_known_pairs(context, round_number, program.language)
    known = {pair.slow.program_id: pair for pair in pairs}
    most = 0 if choice is ExampleChoice.NONE else context.config.retrieval.examples
    if choice is not ExampleChoice.NEAREST:
        return list(known.values())[:most]
    texts = {name: pair.slow.code for name, pair in known.items()}
    found = find_nearest(program.code, program.language, texts, most)
    return [known[name] for name, _ in found]


def _iter_known_pairs(context: Context, round_number: int, language: str) -> Iterator[KnownPair]:
    if context.examples is not None:
        yield from (pair for pair in context.examples if pair.slow.language == language)
        return
    for prepared in context.prepared.values():
        slow, fast = prepared.slow.get(language), prepared.fast.get(language)
        if slow and fast and slow != fast:
            yield KnownPair(prepared.get_slow(language), prepared.get_fast(language))
    kept = [it for it in get_kept_pairs(context, round_number) if it.slow.language == language]
    speedups: dict[str, list[float]] = {}
    for pair in kept:
        speedups.setdefault(pair.slow.problem_id, []).append(pair.speedup)
    for pair in kept:
        others = speedups[pair.slow.problem_id]
        decile = compute_decile(-pair.speedup, [-it for it in others])
        yield KnownPair(pair.slow, pair.fast, decile)


def get_planned_calls(context: Context, round_number: int, batch: int) -> tuple[AuthorCall, ...]:
    """Return the author calls of a batch, as the round's plan has them; none behind the last."""
    plan = context.ledger.get(PlanRoundResult, format_round_key(round_number))
    return plan.batches[batch] if plan is not None and batch < len(plan.batches) else ()
