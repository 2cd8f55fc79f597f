"""Check again what a row claims beyond outputs and times: sound in every build, and no hack.

The inputs are the row's own tests: of them those that were hidden when the pair was made are used
as the loop used them (see `graphs.evidence.sanitizer_runs` and `graphs.evidence.hack_detection`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.graphs.evidence.hack_detection import (
    check_costs,
    check_embedded_answers,
    check_fast_text,
    check_similar_input,
    check_slow_text,
)
from pieforge.graphs.evidence.sanitizer_runs import (
    choose_fast_inputs,
    choose_slow_inputs,
    format_detail,
    run_sanitizers,
)
from pieforge.graphs.results import PreparedProblem
from pieforge.inputs import get_stratum
from pieforge.integrity.detection import HackFinding
from pieforge.integrity.sanitizers import SanitizerReport, list_sanitizer_builds
from pieforge.measurement.cost import MeasuredCost
from pieforge.problems import Problem
from pieforge.records import ProgramText
from pieforge.rows import Pair

_PUBLIC_STRATA = frozenset({"sample", "secret"})


@dataclass(frozen=True)
class ClaimVerifier:
    """A row that holds as to its outputs, with what it takes to try its other claims again.

    Attributes:
        executor: Where programs are run.
        pair: The row.
        slow: Its slow program.
        fast: Its fast one.
        tests: All of its tests, on which both programs were observed.
        output_rules: How the problem wants outputs compared.
        prepared: What the run knew of the problem; None where that is gone.
    """

    executor: CachedExecutor
    pair: Pair
    slow: ProgramText
    fast: ProgramText
    tests: Suite
    output_rules: OutputRules
    prepared: PreparedProblem | None

    async def check_texts(self, problem: Problem | None) -> list[str]:
        """Return what the hack checks now have against the texts and the answers in them.

        Args:
            problem: The package that the programs were written for; None where it is gone.
        """
        shown = self._select_tests(lambda name: get_stratum(name) in _PUBLIC_STRATA)
        fast = await check_fast_text(self.executor, problem, self.slow, self.fast)
        if fast is None:
            fast = await check_embedded_answers(self.executor, shown, self.slow, self.fast)
        found = {"src": check_slow_text(self.slow), "tgt": fast}
        return [_format_finding(side, seen) for side, seen in found.items() if seen is not None]

    async def check_costs(self, slow: MeasuredCost, fast: MeasuredCost) -> list[str]:
        """Return what the hack checks now have against the costs.

        Args:
            slow: The slow program, measured on the timed tests.
            fast: The fast one, measured on them.
        """
        seen = check_costs(slow, fast)
        if seen is None and fast.ticks:
            sizes = self.executor.get_sizes(self.tests)
            seen = await check_similar_input(
                self.executor, fast, sizes, self._select_hidden(), self.slow, self.fast
            )
        return [_format_finding("tgt", seen)] if seen is not None else []

    async def check_builds(self) -> list[str]:
        """Return what other builds and perturbed re-runs no longer confirm."""
        hidden = self._select_hidden()
        language = self.executor.languages[self.pair.language]
        slow = await self._run_sanitizers(
            self.slow,
            hidden,
            choose_slow_inputs(self.executor, hidden),
            list_sanitizer_builds(language),
        )
        every = tuple(build.name for build in language.builds)
        fast = await self._run_sanitizers(
            self.fast, hidden, choose_fast_inputs(self.executor, hidden), every
        )
        broken = [
            _format_finding(side, HackFinding(found.reason, format_detail(found, self.tests)))
            for side, found in (("src", slow), ("tgt", fast))
            if found.reason is not None
        ]
        return broken if fast.reason is not None else [*broken, *self._find_missing_builds(fast)]

    def _find_missing_builds(self, found: SanitizerReport) -> list[str]:
        pair = self.pair
        gone = [name for name in pair.builds_agree[1:] if name not in found.builds_agree]
        broken = [
            f"builds_agree: {name} is in the row, but its outputs differ now" for name in gone
        ]
        if found.repeats < pair.repeats:
            broken.append(f"repeats: {pair.repeats} in the row, {found.repeats} now")
        return broken

    async def _run_sanitizers(
        self, program: ProgramText, hidden: Suite, some: Sequence[int], builds: Sequence[str]
    ) -> SanitizerReport:
        """Run a program in other builds and perturbed; `at` counts in all tests."""
        places = {case.name: at for at, case in enumerate(self.tests.cases)}
        which = [places[hidden.cases[at].name] for at in some]
        return await run_sanitizers(
            self.executor, program, self.tests, which, builds, self.output_rules
        )

    def _select_hidden(self) -> Suite:
        """Return those of the tests that were hidden; all of them where that is not known."""
        if self.prepared is None:
            return self.tests
        names = {case.name for case in self.prepared.hidden.cases}
        hidden = self._select_tests(lambda name: name in names)
        return hidden if hidden.cases else self.tests

    def _select_tests(self, wanted: Callable[[str], bool]) -> Suite:
        return self.executor.store_suite(
            [item for item in self.executor.get_named_inputs(self.tests) if wanted(item.name)]
        )


def _format_finding(side: str, seen: HackFinding) -> str:
    return f"{side}: {seen.reason} {seen.detail}".strip()
