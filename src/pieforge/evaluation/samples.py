"""The answers of one evaluation, judged: what every metric is computed from."""

from enum import StrEnum

from pieforge.records import FrozenModel, RejectReason, TokenUsage

MIN_SPEEDUP = 1.1
"""The speedup from which a program counts as optimized (PIE, section 4)."""
SAME_SPEED = 0.01
"""Relative difference of times below which two programs count as equally fast."""

_REASONS = list(RejectReason)
HACKS = frozenset(_REASONS[_REASONS.index(RejectReason.FOREIGN_CODE) :])
"""What hack checks refuse."""
UNSOUND = frozenset(
    {
        RejectReason.UNDEFINED_BEHAVIOR,
        RejectReason.BUILDS_DISAGREE,
        RejectReason.NOT_REPEATABLE,
    }
)
"""What other builds and perturbed re-runs refuse."""
_NOT_FASTER = frozenset(
    {
        RejectReason.UNCHANGED,
        RejectReason.TOO_LITTLE_SPEEDUP,
        RejectReason.PREDICTED_TOO_SLOW,
        RejectReason.SIMULATION_UNFINISHED,
        RejectReason.SIMULATOR_LIMIT,
    }
)
"""Reasons against a program that is right, and not shown to be faster."""


class JudgedBy(StrEnum):
    """Whose judgment of a sample counts."""

    TESTS = "tests"
    """The tests alone, as in PIE: equal outputs on every test, and counted time."""
    ALL = "all"
    """The loop's whole chain: also hack checks, other builds, perturbed re-runs, the confirming
    simulator."""


class ErrorKind(StrEnum):
    """What became of a sample: the kinds of PIE's appendix A.4, and those that it does not name."""

    NO_PROGRAM = "no_program"
    DOES_NOT_COMPILE = "does_not_compile"
    FAILS_95 = "fails_95_to_100_percent"
    """Of the tests, as in the next three."""
    FAILS_75 = "fails_75_to_95_percent"
    FAILS_25 = "fails_25_to_75_percent"
    FAILS_0 = "fails_up_to_25_percent"
    HACK = "hack"
    UNSOUND = "unsound"
    REFUSED = "refused"
    """Equal on the tests, and refused for another reason, such as a difference on inputs that were
    made for it."""
    NOT_MEASURED = "not_measured"
    """Its simulation reached a limit."""
    SLOWER = "slower"
    SAME_SPEED = "same_speed"
    LESS_THAN_MIN = "faster_by_less_than_1.1"
    OPTIMIZED = "optimized"


class JudgedSample(FrozenModel):
    """One answer of the optimizer."""

    program_id: str = ""
    """Empty for an answer without a usable program."""
    stage: str = ""
    """Node that refused it; empty for none."""
    reason: RejectReason | None = None
    detail: str = ""
    compiles: bool = False
    tests: int = 0
    """Tests that its outputs were compared on."""
    passed: int = 0
    """Those with the slow program's output."""
    counted: float = 0.0
    """Counted time of the slow program over its own; 0 where it was not measured."""
    confirmed: float = 0.0
    """The same ratio by the confirming simulator; 0 where a stage refused it before."""
    censored: bool = False
    """Whether `confirmed` is only a lower bound: the slow program was stopped."""

    @property
    def equal(self) -> bool:
        """Whether its output is right on every test."""
        return 0 < self.tests == self.passed

    def is_correct(self, by: JudgedBy) -> bool:
        """Say whether it does the same as the slow program."""
        if by is JudgedBy.TESTS:
            return self.equal
        return self.equal and (self.reason is None or self.reason in _NOT_FASTER)

    def get_speedup(self, by: JudgedBy) -> float:
        """Return its speedup, at least 1; 1 for a wrong program (PIE, section 4)."""
        if not self.is_correct(by):
            return 1.0
        return max(1.0, self.confirmed or self.counted)

    def is_optimized(self, by: JudgedBy) -> bool:
        """Say whether it is correct and at least 1.1 times as fast."""
        return self.get_speedup(by) >= MIN_SPEEDUP

    @property
    def kind(self) -> ErrorKind:
        """What became of it."""
        if not self.program_id:
            return ErrorKind.NO_PROGRAM
        if not self.compiles:
            return ErrorKind.DOES_NOT_COMPILE
        if not self.equal:
            failed = 1 - self.passed / max(1, self.tests)
            bounds = {0.95: ErrorKind.FAILS_95, 0.75: ErrorKind.FAILS_75, 0.25: ErrorKind.FAILS_25}
            return next((kind for x, kind in bounds.items() if failed >= x), ErrorKind.FAILS_0)
        if not self.is_correct(JudgedBy.ALL):
            if self.reason in HACKS:
                return ErrorKind.HACK
            return ErrorKind.UNSOUND if self.reason in UNSOUND else ErrorKind.REFUSED
        ratio = self.confirmed or self.counted
        if ratio >= MIN_SPEEDUP:
            return ErrorKind.OPTIMIZED
        if not ratio:
            return ErrorKind.NOT_MEASURED
        if abs(ratio - 1) < SAME_SPEED:
            return ErrorKind.SAME_SPEED
        return ErrorKind.SLOWER if ratio < 1 else ErrorKind.LESS_THAN_MIN


class EditNovelty(StrEnum):
    """Whether the edit from a slow program to the known fast one is in the training data."""

    SAME = "same"
    NEAR = "near"
    """A similar one is."""
    NEW = "new"


class EvaluatedProgram(FrozenModel):
    """One slow program with the optimizer's answers for it."""

    program_id: str
    problem_id: str
    language: str
    reference: float = 0.0
    """Its counted time over that of the known fast program; 0 where there is none."""
    edit: EditNovelty | None = None
    """None where there was no training data to compare with, or the program is too long."""
    samples: tuple[JudgedSample, ...]


class EvaluationSpend(FrozenModel):
    """What the optimizer's calls took."""

    calls: int = 0
    tokens: TokenUsage = TokenUsage()
    usd: float | None = 0.0
    """None where the price of a call is unknown."""
