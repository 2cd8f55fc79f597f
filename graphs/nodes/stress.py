"""The node `stress`: candidates that the package's tests do not show as fast, on other inputs."""

from collections.abc import Sequence

from langgraph.runtime import Runtime

from pieforge.executors.cached import CachedExecutor
from pieforge.executors.jobs import CountJob
from pieforge.executors.records import TestCase
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.stress_inputs import (
    StressSearchResult,
    find_stress_inputs,
    generate_largest_inputs,
)
from pieforge.graphs.evidence.stress_ratio import judge_by_stress, measure_on_stress, needs_stress
from pieforge.graphs.problems.suites import create_input_check
from pieforge.graphs.results import CandidateResult, StressMeasurement, StressResult, require
from pieforge.inputs import NamedInput
from pieforge.measurement.cost import MeasuredCost
from pieforge.records import ProgramText, Verdict

MAX_INPUTS = 2
"""Stress inputs of the slow program that a pair is measured on, in addition to the fast one's."""
MAX_KEPT = 6
"""Inputs of earlier programs of a problem that a search starts from."""
MIN_GAIN = 1.2
"""A stress input takes at least so many times the steps of the most expensive timed test. Others of
the package may take more: which tests are timed was chosen by the bundled slow submission."""


async def stress(candidate: CandidateResult, runtime: Runtime[Context]) -> StressResult:
    """Search for inputs on which the slow program is slow, and measure the candidates on them."""
    context = runtime.context
    wanted = [
        fast
        for fast in require(candidate.measure).accepted
        if needs_stress(context, candidate, fast)
    ]
    measured: dict[str, StressMeasurement] = {}
    inputs: list[NamedInput] = []
    if wanted:
        search = _CandidateSearch(context, candidate)
        inputs = await search.find_for_slow()
        for fast in wanted if inputs else ():
            both = [*inputs, *await search.find_for_fast(fast)]
            measured[fast.program_id] = await measure_on_stress(context, candidate, fast, both)
    cases = (TestCase(name=it.name, blob=context.ledger.put_blob(it.data)) for it in inputs)
    result = judge_by_stress(context, candidate, measured).model_copy(
        update={"inputs": tuple(cases)}
    )
    runtime.stream_writer({"stage": "stress", "fast": len(result.accepted)})
    return result


def choose_inputs(
    found: StressSearchResult, cost: MeasuredCost, budget: int
) -> tuple[list[TestCase], int]:
    """Return the inputs that a slow program is measured on, and the steps that can be simulated.

    Args:
        found: What the search found.
        cost: The slow program's cost on the timed tests.
        budget: Cycles that the simulator may take.
    """
    tests = {it.case.name: it.steps for it in found.given}
    timed = [tests.get(name, 0) for name in cost.tests]
    # As many steps as the simulator can count, by what it took for the steps on the tests.
    left = max_steps = sum(timed) * budget // max(1, cost.net)
    chosen: list[TestCase] = []
    for it in found.best:
        if MIN_GAIN * max(timed, default=0) <= it.steps <= left and len(chosen) < MAX_INPUTS:
            left -= it.steps
            chosen.append(it.case)
    return chosen, max_steps


class _CandidateSearch:
    """The searches for a slow program and its candidates."""

    def __init__(self, context: Context, candidate: CandidateResult) -> None:
        self.context, self.candidate = context, candidate
        self.executor: CachedExecutor = context.executor
        self.slow = candidate.slow
        self.prepared = context.prepared[self.slow.problem_id]
        self.problem = context.problems[self.slow.problem_id]
        self.check = create_input_check(
            self.executor, self.problem, self.prepared.output_rules, self.prepared.accepted
        )
        self.max_steps = 0

    async def find_for_slow(self) -> list[NamedInput]:
        """Return inputs that cost the slow program more than the tests, within the budget."""
        found = await self._search(self.slow, [*self._list_useful(), *await self._list_given()])
        budget = self.context.config.simulator.budget_mcycles * 1_000_000
        cost = require(self.candidate.measure).slow
        chosen, self.max_steps = choose_inputs(found, cost, budget)
        get = self.context.ledger.get_blob
        return await self._keep_ended([NamedInput(it.name, get(it.blob)) for it in chosen])

    async def find_for_fast(self, fast: ProgramText) -> list[NamedInput]:
        """Return the input that costs a fast program most, if the slow one can be counted on it."""
        found = await self._search(fast, await self._list_given())
        best = [self.context.ledger.get_blob(it.case.blob) for it in found.best[:1]]
        works = await self.executor.execute(CountJob(self.slow, tuple(best), self.max_steps))
        if not best or not all(work.is_whole for work in works):
            return []
        return await self._keep_ended([NamedInput(found.best[0].case.name, best[0])])

    async def _search(
        self, program: ProgramText, given: Sequence[NamedInput]
    ) -> StressSearchResult:
        return await find_stress_inputs(
            self.executor,
            program,
            list({item.data: item for item in given}.values()),
            self.prepared.grammar,
            self.check,
            cpu_s=self.context.config.stress.cpu_s,
        )

    async def _keep_ended(self, inputs: Sequence[NamedInput]) -> list[NamedInput]:
        """Return the inputs on which the slow program comes to its end, without known ones."""
        known = set(self.executor.get_inputs(self.prepared.all_inputs))
        kept = []
        for item in inputs:
            if item.data in known:
                continue
            [outcome] = await self.executor.run_inputs(self.slow, [item])
            if outcome.verdict is Verdict.AC:
                kept.append(item)
        return kept

    async def _list_given(self) -> list[NamedInput]:
        """Return the timed tests, the other tests from the largest down, and generated inputs."""
        tests = self.executor.get_named_inputs(self.prepared.selection)
        timed = self.prepared.timed[self.slow.language]
        tests.sort(key=lambda item: (item.name not in timed, -len(item.data), item.name))
        seed = self.context.config.run.seed
        made = await generate_largest_inputs(self.executor, self.problem, self.check, seed=seed)
        return [*tests, *made]

    def _list_useful(self) -> list[NamedInput]:
        """Return the latest inputs found for this problem's programs in earlier batches."""
        ledger = self.context.ledger
        earlier = sorted(
            (found.batch, name, found.stress.inputs)
            for name, found in ledger.iter_results(CandidateResult)
            if found.stress is not None
            and found.batch < self.candidate.batch
            and found.slow.problem_id == self.slow.problem_id
        )
        cases = [case for *_, inputs in reversed(earlier) for case in inputs]
        return [NamedInput(case.name, ledger.get_blob(case.blob)) for case in cases[:MAX_KEPT]]
