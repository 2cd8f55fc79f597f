"""What a row claims beyond outputs and times, tried again: sound in every build, and no hack.

The inputs are the row's own tests: of them those that were hidden when the pair was made are used
as the loop used them (see `graphs.scrutiny` and `graphs.suspicion`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pieforge.equivalence.output_validator import Judging
from pieforge.executors.cached import Workshop
from pieforge.executors.records import Suite
from pieforge.graphs.evidence.hack_detection import (
    against_answers,
    against_costs,
    against_input_like,
    against_slow,
    against_text,
)
from pieforge.graphs.evidence.sanitizer_runs import (
    detail_of,
    inputs_for_fast,
    inputs_for_slow,
    scrutiny,
)
from pieforge.graphs.results import Prepared
from pieforge.inputs import stratum
from pieforge.integrity.detection import Suspicion
from pieforge.integrity.sanitizers import Scrutiny, fault_finders
from pieforge.measurement.cost import Measured
from pieforge.problems import Problem
from pieforge.records import Pair

_SHOWN_TO_ALL = frozenset({"sample", "secret"})


@dataclass(frozen=True)
class Claimed:
    """A row that holds as to its outputs, with what it takes to try its other claims again.

    Attributes:
        workshop: Where programs are run.
        pair: The row.
        slow: Id of its slow program.
        fast: Id of its fast one.
        tests: All of its tests, on which both programs were observed.
        judging: How the problem wants outputs compared.
        prepared: What the run knew of the problem; None where that is gone.
    """

    workshop: Workshop
    pair: Pair
    slow: str
    fast: str
    tests: Suite
    judging: Judging
    prepared: Prepared | None

    async def texts(self, problem: Problem | None) -> list[str]:
        """Return what the hack checks now have against the texts and the answers in them.

        Args:
            problem: The package that the programs were written for; None where it is gone.
        """
        shown = self._part(lambda name: stratum(name) in _SHOWN_TO_ALL)
        fast = await against_text(self.workshop, problem, self.slow, self.fast)
        if fast is None:
            fast = await against_answers(self.workshop, shown, self.slow, self.fast)
        found = {"src": against_slow(self.workshop, self.slow), "tgt": fast}
        return [_said(side, seen) for side, seen in found.items() if seen is not None]

    async def costs(self, slow: Measured, fast: Measured) -> list[str]:
        """Return what the hack checks now have against the costs.

        Args:
            slow: The slow program, measured on the timed tests.
            fast: The fast one, measured on them.
        """
        seen = against_costs(slow, fast)
        if seen is None and fast.ticks:
            sizes = self.workshop.sizes(self.tests)
            seen = await against_input_like(
                self.workshop, fast, sizes, self._hidden(), self.slow, self.fast
            )
        return [_said("tgt", seen)] if seen is not None else []

    async def builds(self) -> list[str]:
        """Return what other builds and repeats now say, where the row says that they agree."""
        hidden = self._hidden()
        language = self.workshop.languages[self.pair.language]
        slow = await self._scrutinised(
            self.slow, hidden, inputs_for_slow(self.workshop, hidden), fault_finders(language)
        )
        every = tuple(build.name for build in language.builds)
        fast = await self._scrutinised(
            self.fast, hidden, inputs_for_fast(self.workshop, hidden), every
        )
        broken = [
            _said(side, Suspicion(found.reason, detail_of(found, self.tests)))
            for side, found in (("src", slow), ("tgt", fast))
            if found.reason is not None
        ]
        return broken if fast.reason is not None else [*broken, *self._fewer(fast)]

    def _fewer(self, found: Scrutiny) -> list[str]:
        pair = self.pair
        gone = [name for name in pair.builds_agree if name not in found.builds_agree]
        said = [f"builds_agree: {name} is in the row, and did not agree now" for name in gone]
        if found.repeats < pair.repeats:
            said.append(f"repeats: {pair.repeats} in the row, {found.repeats} now")
        return said

    async def _scrutinised(
        self, program: str, hidden: Suite, some: Sequence[int], builds: Sequence[str]
    ) -> Scrutiny:
        """Scrutinise a program on some hidden inputs; `at` counts in all tests."""
        places = {case.name: at for at, case in enumerate(self.tests.cases)}
        which = [places[hidden.cases[at].name] for at in some]
        return await scrutiny(self.workshop, program, self.tests, which, builds, self.judging)

    def _hidden(self) -> Suite:
        """Return those of the tests that were hidden; all of them where that is not known."""
        if self.prepared is None:
            return self.tests
        names = {case.name for case in self.prepared.hidden.cases}
        hidden = self._part(lambda name: name in names)
        return hidden if hidden.cases else self.tests

    def _part(self, wanted: Callable[[str], bool]) -> Suite:
        return self.workshop.suite(
            [item for item in self.workshop.named(self.tests) if wanted(item.name)]
        )


def _said(side: str, seen: Suspicion) -> str:
    return f"{side}: {seen.reason} {seen.detail}".strip()
