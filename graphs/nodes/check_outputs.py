"""The node `check_outputs`: which candidates have the slow program's outputs."""

from collections.abc import Sequence
from functools import partial

from langgraph.runtime import Runtime

from pieforge.agents.tester import Tester
from pieforge.equivalence.program_pair import ProgramPair
from pieforge.executors.records import Suite, TestCase
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.adversarial_inputs import find_adversarial_inputs
from pieforge.graphs.evidence.counterexample import show_difference
from pieforge.graphs.evidence.fuzzing import fuzz_pair, load_inputs
from pieforge.graphs.evidence.hack_detection import check_embedded_answers, check_fast_text
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.problems.suites import create_input_check
from pieforge.graphs.results import (
    CandidateResult,
    CheckOutputsResult,
    ComparedCandidate,
    FailedInput,
    require,
)
from pieforge.inputs import NamedInput
from pieforge.ledger import LedgerReader
from pieforge.records import ProgramText

_SHRINKING_RUNS = 60
"""Inputs that may be run to make the input of a reject smaller."""


async def check_outputs(
    candidate: CandidateResult, runtime: Runtime[Context]
) -> CheckOutputsResult:
    """Compare the candidates with the slow program: on known inputs first, then on hidden ones."""
    result = CheckOutputsResult(
        candidates=tuple(
            [
                await _OutputCheck(runtime.context, candidate.slow, fast).run()
                for fast in require(candidate.optimize).candidates
            ]
        )
    )
    runtime.stream_writer({"stage": "check_outputs", "right": len(result.accepted)})
    return result


class _OutputCheck:
    """One candidate next to its slow program."""

    def __init__(self, context: Context, slow: ProgramText, fast: ProgramText) -> None:
        self.context = context
        self.executor = context.executor
        self.slow = slow
        self.fast = fast
        self.prepared = context.prepared[slow.problem_id]
        self.problem = context.problems[slow.problem_id]
        self.found = ComparedCandidate(program=fast, tests_sha=self.prepared.all_inputs.sha)

    async def run(self) -> ComparedCandidate:
        """Read its text for hacks before it runs, and for its own answers after."""
        # A hack is refused for its own reason, before a run could fail for another one.
        seen = await check_fast_text(self.executor, self.problem, self.slow, self.fast)
        if seen is not None:
            return ComparedCandidate(program=self.fast, reason=seen.reason, detail=seen.detail)
        await self._compare()
        if self.found.reason is None and (
            seen := await check_embedded_answers(
                self.executor, self.prepared.selection, self.slow, self.fast
            )
        ):
            return self.found.model_copy(update={"reason": seen.reason, "detail": seen.detail})
        return self.found

    async def _compare(self) -> None:
        for suite in (self.prepared.selection, self.prepared.hidden):
            if self.found.reason is None:
                await self._compare_on(suite)
        if self.found.reason is None and self.context.recorded is not None:
            await self._compare_on_new(self._load_recorded(self.context.recorded))
        # These come last: what is inexpensive has already refused most of what is wrong.
        if self.found.reason is None and self.context.config.verification.search:
            await self._compare_on_new(await self._fuzz())
        if self.found.reason is None and self.context.tester is not None:
            await self._compare_on_new(await self._ask(self.context.tester))

    async def _compare_on(self, suite: Suite) -> None:
        """Compare both programs on one more suite."""
        rules = self.prepared.output_rules
        finding = await compare_outputs(self.executor, rules, self.slow, self.fast, suite)
        where = suite.cases[finding.at].name if finding.at >= 0 else ""
        detail = " ".join(part for part in (where, finding.detail) if part)
        failure = None
        if finding.reason is not None and finding.at >= 0:
            failure = await self._show_failure(suite.cases[finding.at])
        self.found = self.found.model_copy(
            update={
                "reason": finding.reason,
                "detail": detail if finding.reason is not None else "",
                "failure": failure,
                "equal_on": self.found.equal_on + finding.equal_on,
            }
        )

    async def _show_failure(self, case: TestCase) -> FailedInput:
        """Return a smaller input on which the programs differ, and what both write on it."""
        executor, prepared = self.executor, self.prepared
        check = create_input_check(executor, self.problem, prepared.output_rules, prepared.accepted)
        found = await show_difference(
            executor,
            ProgramPair(executor, self.slow, self.fast, prepared.output_rules),
            NamedInput(case.name, self.context.ledger.get_blob(case.blob)),
            prepared.grammar,
            partial(executor.check_inputs, check),
            budget=_SHRINKING_RUNS,
        )
        outputs = (found.output_a, found.output_b)
        return FailedInput.create(case.name, found.input.encode(), *outputs)

    async def _compare_on_new(self, inputs: Sequence[NamedInput]) -> None:
        """Compare on inputs that were found for this very pair, and add them to its tests."""
        before = self.context.ledger.get(Suite, self.found.tests_sha)
        assert before is not None  # noqa: S101  suites are kept under their names
        known = self.executor.get_named_inputs(before)
        data = {item.data for item in known}
        if not (fresh := [item for item in inputs if item.data not in data]):
            return
        await self._compare_on(self.executor.store_suite(fresh))
        tests = self.executor.store_suite([*known, *fresh])
        self.found = self.found.model_copy(update={"tests_sha": tests.sha})

    def _load_recorded(self, recorded: LedgerReader) -> list[NamedInput]:
        """Return the inputs on which the run that is judged again compared this pair."""
        before = recorded.get(CandidateResult, self.slow.program_id)
        compared = before.check_outputs.candidates if before and before.check_outputs else ()
        name = self.fast.program_id
        shas = [one.tests_sha for one in compared if one.program.program_id == name]
        suites = [recorded.get(Suite, sha) for sha in shas]
        cases = [case for suite in suites if suite is not None for case in suite.cases]
        return [NamedInput(case.name, recorded.get_blob(case.blob)) for case in cases]

    async def _fuzz(self) -> list[NamedInput]:
        """Return the inputs on which a search guided by coverage took new edges in this pair."""
        prepared, executor = self.prepared, self.executor
        found = await fuzz_pair(
            executor,
            (self.slow, self.fast),
            executor.get_inputs(prepared.all_inputs),
            prepared.grammar,
            create_input_check(executor, self.problem, prepared.output_rules, prepared.accepted),
            runs=self.context.config.verification.search,
        )
        return load_inputs(executor, found)

    async def _ask(self, tester: Tester) -> list[NamedInput]:
        """Return the inputs that a model made for this very pair."""
        return await find_adversarial_inputs(
            self.executor,
            tester,
            lambda request: self.context.ask(tester, request),
            self.problem,
            ProgramPair(self.executor, self.slow, self.fast, self.prepared.output_rules),
        )
