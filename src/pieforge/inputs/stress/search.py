"""Search for valid inputs on which a program does the most work.

The largest sizes come first, with columns in patterns that are the worst case of some algorithm;
then the best inputs so far are changed at many values at once. An input is kept if it takes more
steps than any other, or takes some edge more often than any other did (PerfFuzz, Lemieux et al.,
ISSTA 2018): what is not expensive yet may be a part of what is.

The budget is in steps of the program and of the search itself. Both are counted, so the same
arguments give the same inputs on every machine; a limit on time is only a safety net.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count, islice
from random import Random

from pieforge.inputs import InputPredicate, NamedInput
from pieforge.inputs.generation.building import build_input
from pieforge.inputs.generation.plain import rearrange_examples
from pieforge.inputs.generation.strata import GenerationContext
from pieforge.inputs.grammar.fields import clamp
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.inputs.mutation.mutate import Mutator
from pieforge.inputs.stress.patterns import ORDERS, SOURCES, Order, Source, StressFill
from pieforge.inputs.stress.rearranging import rearrange
from pieforge.inputs.stress.work import Work
from pieforge.records import digest

STEPS_PER_S = 500_000_000
"""Steps of a budget that take about one CPU second."""
RUN_STEPS = 3_000_000
"""Steps that a run of a program takes of the budget in addition to its own: its process."""
BYTE_STEPS = 300
"""Steps for each byte of an input, to make it and to write it to the program."""
_VALIDATION_STEPS = 20_000_000
"""Steps for a call of the validators."""
_GIVEN_SHARE = 0.3
"""Part of the budget after which no further given input is run."""
_RUN_SHARES = 1 / 64, 1 / 8
"""Least and largest part of the budget that one run may take: an input on which the program takes
more is not used. Between them it is `_MAX_WORK_FACTOR` times the most expensive input's so far."""
_MAX_GIVEN_SHARE = 1 / 4
"""The same for a given input, which is known to come to an end."""
_MAX_WORK_FACTOR, _MIN_WORK_FACTOR = 16, 2
"""The least factor counts where the most expensive input takes most of a run's part."""
_CPU_FACTOR, _MIN_CPU_S = 4.0, 10.0
"""CPU seconds that the runs may take for each second of the budget, and in any case: only a program
that works in code that is not counted takes so many."""
_BUILT_SHARE = 0.5
"""Part of the budget after which known inputs are changed instead of new ones built."""
_MIN_GAIN = 1.05
"""An edge's new maximum counts if it is so many times the old one."""
_BATCH = 6
_MIN_SHARE = 1 / 64
"""The least part of the largest size that is tried, where a run takes too many steps."""
_RAISING_FACTOR = 16
"""Larger sizes are tried again where a run takes so many times fewer steps than it may."""
_BEST_PARENT, _SMALL_CHANGE = 0.5, 0.25
"""How often the most expensive input is changed, and how often at a few values only."""
_MAX_IDLE = 40
"""Batches in a row without a new input after which the search goes on to the next kind."""
_MAX_FAILED = 200
"""Attempts in a row without a new input after which there are none."""

RunFunction = Callable[[Sequence[bytes], int], Awaitable[Sequence[Work]]]
"""Runs the program on inputs, each time for at most a number of steps."""

LOGGER = logging.getLogger(__name__)
"""Says how far a search is, each tenth of its budget."""


@dataclass(frozen=True)
class StressInput:
    """An input, and what the program does on it.

    Attributes:
        item: The input.
        steps: Steps counted.
    """

    item: NamedInput
    steps: int


@dataclass(frozen=True)
class FoundInputs:
    """What a search found.

    Attributes:
        inputs: Valid inputs that were not given, the most expensive first.
        given: The given inputs that it was run on, in their order; without those on which the
            program crashed or took too many steps.
        runs: Inputs that the program was run on.
        steps: Steps of the budget that were used.
        is_cut_off: Whether the limit on time ended it: another machine may find something else.
    """

    inputs: tuple[StressInput, ...]
    given: tuple[StressInput, ...]
    runs: int
    steps: int
    is_cut_off: bool = False


@dataclass(frozen=True)
class _Proposal:
    """An input to run.

    Attributes:
        why: How it was made, for its name.
        plan: Number of the plan that it was built by; None for a changed input.
        share: Part of the largest size.
    """

    data: bytes
    why: str
    plan: int | None = None
    share: float = 1.0


@dataclass(frozen=True, eq=False)
class _Entry:
    """A valid input that leads in something."""

    data: bytes
    why: str
    work: Work


async def search_stress_inputs(
    run: RunFunction,
    is_valid: InputPredicate,
    grammar: InputGrammar,
    given: Sequence[NamedInput],
    *,
    steps: int,
    seed: str,
    steps_per_count: int = 1,
) -> FoundInputs:
    """Search for inputs on which a program does the most work.

    Args:
        run: Runs the program.
        is_valid: Which inputs are the problem's; asked about those that would be kept.
        grammar: Of the problem's inputs.
        given: Valid inputs to start from, the most promising first: the package's tests, and what
            was found before.
        steps: The budget.
        seed: Of all random choices.
        steps_per_count: Steps of the budget that one counted step takes.
    """
    search = _StressSearch(run, is_valid, grammar, seed, steps, steps_per_count)
    return await search.run_all(given)


class _StressSearch:
    """One search under way."""

    def __init__(
        self,
        run: RunFunction,
        is_valid: InputPredicate,
        grammar: InputGrammar,
        seed: str,
        budget: int,
        steps_per_count: int,
    ) -> None:
        self.run, self.is_valid, self.grammar = run, is_valid, grammar
        self.seed = seed
        self.rng = Random(seed)  # noqa: S311
        self.budget = budget
        self.steps_per_count = steps_per_count
        self.used = self.runs = self.most = self.tenth = 0
        self.cpu_s = 0.0
        self.share = 1.0
        """Part of the largest size that the next plan is tried at."""
        self.is_size_known = self.is_started = False
        self.seen: set[str] = set()
        self.entries: list[_Entry] = []
        self.leaders: dict[int, _Entry] = {}
        self.given: list[StressInput] = []

    @property
    def is_cut_off(self) -> bool:
        return self.cpu_s > _MIN_CPU_S + _CPU_FACTOR * self.budget / STEPS_PER_S

    @property
    def max_run_steps(self) -> int:
        shares = (*_RUN_SHARES, _MAX_GIVEN_SHARE)
        low, high, given = (int(self.budget * it / self.steps_per_count) for it in shares)
        if not self.is_started:
            return given
        return clamp(_MAX_WORK_FACTOR * self.most, low, max(high, _MIN_WORK_FACTOR * self.most))

    async def run_all(self, given: Sequence[NamedInput]) -> FoundInputs:
        """Run the given inputs, then new ones until the budget is used."""
        for start in range(0, len(given), _BATCH):
            if self.used > _GIVEN_SHARE * self.budget:
                break
            part = given[start : start + _BATCH]
            for item, work in zip(part, await self._count([it.data for it in part]), strict=True):
                self.seen.add(digest(item.data))
                if work.is_whole:
                    self.given.append(StressInput(item, work.steps))
                    self._keep(_Entry(item.data, "", work))
        self.is_started = True
        if not self.grammar.unstructured:
            await self._try_proposals(self._iter_built(), _BUILT_SHARE)
        await self._try_proposals(self._iter_changed(), 1.0)
        return FoundInputs(
            inputs=tuple(self._list_best()),
            given=tuple(self.given),
            runs=self.runs,
            steps=self.used,
            is_cut_off=self.is_cut_off,
        )

    def _list_best(self) -> Iterator[StressInput]:
        found = [entry for entry in self.entries if entry.why]
        for entry in sorted(found, key=lambda one: (-one.work.steps, len(one.data), one.data)):
            name = f"stress/{entry.why}-{digest(entry.data)[:8]}"
            yield StressInput(NamedInput(name, entry.data), entry.work.steps)

    async def _count(self, inputs: Sequence[bytes]) -> Sequence[Work]:
        found = await self.run(inputs, self.max_run_steps)
        self.runs += len(inputs)
        for data, work in zip(inputs, found, strict=True):
            self.used += RUN_STEPS + BYTE_STEPS * len(data) + work.steps * self.steps_per_count
            self.cpu_s += work.cpu_s
        return found

    async def _try_proposals(self, proposals: Iterator[_Proposal], share: float) -> None:
        """Run proposals until a part of the budget is used, or many in a row bring nothing."""
        smaller: list[_Proposal] = []
        idle = 0
        while self.used < share * self.budget and idle < _MAX_IDLE and not self.is_cut_off:
            # One at a time until a size is known at which a run takes no more steps than it may.
            size = _BATCH if self.is_size_known else 1
            batch = smaller[:size]
            del smaller[:size]
            batch += islice(proposals, size - len(batch))
            if not batch:
                break
            works = await self._count([one.data for one in batch])
            found = list(zip(batch, works, strict=True))
            self.is_size_known = self.is_size_known or any(work.is_whole for work in works)
            for one, work in found:
                if one.plan is not None and work.is_cut_off:
                    smaller += self._build(one.plan, one.share / 2)
                    self.share = min(self.share, one.share / 2)
                elif work.is_whole and _RAISING_FACTOR * work.steps < self.max_run_steps:
                    self.share = min(1.0, 2 * self.share)
            kept = await self._keep_valid([it for it in found if self._is_interesting(it[1])])
            idle = 0 if kept else idle + 1
            self._report_progress()

    def _report_progress(self) -> None:
        tenth = min(10, 10 * self.used // self.budget)
        if tenth > self.tenth:
            self.tenth = tenth
            text = "stress: %d %% of the budget, %d runs, at most %d steps"
            LOGGER.info(text, 10 * tenth, self.runs, self.most)

    def _is_interesting(self, work: Work) -> bool:
        return work.is_whole and (
            work.steps > self.most
            or any(
                edge not in self.leaders or hits > _MIN_GAIN * self.leaders[edge].work.edges[edge]
                for edge, hits in work.edges.items()
            )
        )

    async def _keep_valid(self, found: Sequence[tuple[_Proposal, Work]]) -> bool:
        """Keep those that are valid; return whether there is one."""
        if not found:
            return False
        inputs = [one.data for one, _ in found]
        self.used += _VALIDATION_STEPS + BYTE_STEPS * sum(map(len, inputs))
        valid = await self.is_valid(inputs)
        for one, work in compress(found, valid):
            self._keep(_Entry(one.data, one.why, work))
        return any(valid)

    def _keep(self, entry: _Entry) -> None:
        """Add an entry; forget those that lead in nothing any more."""
        for edge, hits in entry.work.edges.items():
            leader = self.leaders.get(edge)
            if leader is None or hits > leader.work.edges[edge]:
                self.leaders[edge] = entry
        self.most = max(self.most, entry.work.steps)
        leading = set(self.leaders.values())
        self.entries = [
            one for one in (*self.entries, entry) if one in leading or one.work.steps == self.most
        ]

    def _iter_built(self) -> Iterator[_Proposal]:
        """Yield inputs of the largest size with columns in patterns, each kind of values first."""
        failed = 0
        for number in count():
            proposals = self._build(number, self.share)
            yield from proposals
            failed = 0 if proposals else failed + 1
            if failed == _MAX_FAILED:
                return

    def _build(self, number: int, share: float) -> list[_Proposal]:
        """Return the input of a plan, at a part of the largest size or less; none if known."""
        plan: list[tuple[Source, Order]] = []
        why = "patterns"
        kinds, orders = list(SOURCES), list(ORDERS)
        at, order = number % len(kinds), number // len(kinds)
        if order < len(orders):
            # Each kind of values in one order, then in the next; a second column has the next kind.
            names = kinds[at], kinds[(at + 1) % len(kinds)]
            plan = [(SOURCES[name], ORDERS[orders[order]]) for name in names]
            why = f"{names[0]}-{orders[order]}"
        while share >= _MIN_SHARE:
            rng = Random(f"{self.seed}/{number}")  # noqa: S311
            data = build_input(self.grammar, StressFill(rng, share, plan))
            if data is not None:
                return [_Proposal(data, why, number, share)] if self._mark(data) else []
            share /= 2
        return []

    def _mark(self, data: bytes) -> bool:
        """Return whether an input is new, and take note of it."""
        name = digest(data)
        is_new = name not in self.seen
        self.seen.add(name)
        return is_new

    def _iter_changed(self) -> Iterator[_Proposal]:
        """Yield changed inputs: of the most expensive one, or of one that leads on some edge."""
        failed = 0
        while self.entries and failed < _MAX_FAILED:
            best = max(self.entries, key=lambda one: one.work.steps)
            parent = best if self.rng.random() < _BEST_PARENT else self.rng.choice(self.entries)
            changed = self._change(parent.data)
            if changed is not None and self._mark(changed):
                failed = 0
                yield _Proposal(changed, "changed")
            else:
                failed += 1

    def _change(self, data: bytes) -> bytes | None:
        if self.grammar.unstructured:
            context = GenerationContext(self.grammar, (data,), (), (), self.rng)
            return next(rearrange_examples(context, 1), None)
        if self.rng.random() < _SMALL_CHANGE:
            return Mutator(self.grammar, self.rng).mutate(data, self.rng.choice((1, 2, 4)))
        return rearrange(self.grammar, data, self.rng)
