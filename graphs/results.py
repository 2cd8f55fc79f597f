"""What each finished stage leaves in the ledger.

Each record names its kind by a constant (see `records.Record`). What costs something is computed
once and found by content ever after: a model's `Completion`, a program's `Observation` and
`MeasuredCost`, a `PreparedProblem`. Everything else here is cheap, follows from those, and is
written anew whenever its node runs.
"""

from typing import ClassVar, Literal

from pydantic import Field

from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.records import Suite, TestCase
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.integrity.sanitizers import SanitizerReport
from pieforge.measurement.cost import MeasuredCost
from pieforge.measurement.input_selection import InputSelection
from pieforge.measurement.prediction.model import PredictionInterval, TimedRun, TimeModel
from pieforge.measurement.race import RaceResult
from pieforge.records import (
    EditKind,
    FrozenModel,
    InputSpeedup,
    Program,
    Record,
    Reject,
    RejectReason,
    TokenUsage,
)


class PreparedProblem(Record):
    """A problem that was checked and is ready for the loop."""

    KIND: ClassVar[str] = "prepared_problem"

    problem_id: str
    selection: Suite
    """The package's own tests: programs are classed by their outputs on these."""
    hidden: Suite
    """Inputs that selection never sees, named by stratum: `hidden/` where a generator made it with
    a fresh seed. Fast programs are verified on these."""
    all_inputs: Suite
    """Selection, then hidden: what a pair's row names."""
    submissions: tuple[Program, ...]
    slow: dict[str, str]
    """Program id of the slow submission, by language."""
    fast: dict[str, str]
    timed: dict[str, tuple[str, ...]]
    """Names of the tests that are simulated, by language."""
    smaller: dict[str, tuple[str, ...]]
    """Names of the tests that show how a kept pair's speedup changes with the size, besides."""
    size_ladder: dict[str, tuple[str, ...]]
    """Names of the inputs, tests or hidden ones, from which those are chosen that another simulator
    than the counter confirms on, the smallest first, by language; none where the counter does."""
    output_rules: OutputRules
    """How outputs are compared."""
    grammar: InputGrammar
    """What the problem's inputs look like, with limits as far as they are known."""
    validated_by: Literal["package", "grammar"]
    """Who says which inputs are the problem's: its validators, or else the grammar of its tests
    together with its submissions, which have to agree."""
    unsound: dict[str, str]
    """What speaks against a slow or fast submission, by program id: nothing is derived from it."""
    dropped: int
    """Inputs that were left out of `hidden` because a submission did not end well on them, or
    because submissions differed."""


class AuthorCall(FrozenModel):
    """One call of the author that is planned."""

    call_id: str
    problem_id: str
    language: str
    first: str
    """Program shown first, with its problem's statement."""
    second: str
    """Program to depart from."""
    n: int
    """Programs asked for."""
    seed: int


class PlanRoundResult(Record):
    """A round's calls, in order, cut into batches."""

    KIND: ClassVar[str] = "plan_round"

    batches: tuple[tuple[AuthorCall, ...], ...]


class CandidateReply(FrozenModel):
    """One choice of an answer, read: a program, or why there is none."""

    program_id: str | None = None
    reason: RejectReason | None = None
    detail: str = ""


class OptimizeResult(Record):
    """The optimizer's replies for one slow program."""

    KIND: ClassVar[str] = "optimize"

    replies: tuple[CandidateReply, ...]
    example_ids: tuple[str, ...]
    """Record ids of the example pairs in the prompt."""
    example_fast_ids: tuple[str, ...]
    """Program ids of their fast sides."""
    prompt_sha: str
    model: str
    usage: TokenUsage


class JudgedCandidate(FrozenModel):
    """One fast candidate, judged so far."""

    program_id: str
    reason: RejectReason | None = None
    detail: str = ""
    equal_on: int = 0
    tests_sha: str = ""
    """The suite of all inputs on which its outputs were compared."""


class VetResult(Record):
    """A slow program, before anything is asked for it: what it does wrong by itself."""

    KIND: ClassVar[str] = "vet"

    reason: RejectReason | None = None
    detail: str = ""


class CheckOutputsResult(Record):
    """Which candidates behave as the slow program does."""

    KIND: ClassVar[str] = "check_outputs"

    candidates: tuple[JudgedCandidate, ...]


class AdversarialInputs(Record):
    """What a tester found for two programs."""

    KIND: ClassVar[str] = "adversarial_inputs"

    cases: tuple[TestCase, ...]
    """Valid inputs, those on which the programs differ first."""
    differ: int
    """How many those are."""
    turns: int
    """Answers that were asked for."""


class MeasureResult(Record):
    """The counter's word on a slow program and its right candidates."""

    KIND: ClassVar[str] = "measure"

    slow: MeasuredCost
    fast: dict[str, MeasuredCost]
    candidates: tuple[JudgedCandidate, ...]
    speedups: dict[str, float]
    predicted: dict[str, PredictionInterval] = Field(default_factory=dict)
    """The speedup that another simulator will find, where one is asked and enough is known."""
    audited: tuple[str, ...] = ()
    """Candidates that are too slow by that prediction and go on all the same, to learn how often it
    errs."""


class TimedRuns(Record):
    """What other runs had measured with the same simulators when a run began."""

    KIND: ClassVar[str] = "timed_runs"

    samples: tuple[TimedRun, ...]
    loaded_from: str = ""
    """Digest of the file; empty where there is none."""


class FittedTimeModel(Record):
    """A prediction of the confirming simulator's time from counts, as it stood before a batch."""

    KIND: ClassVar[str] = "time_model"

    model: TimeModel | None
    """None as long as too little is known."""
    samples: int
    """Measurements that were known."""


class SanitizeResult(Record):
    """The confirmed candidates, the fastest first, up to the first against which nothing speaks."""

    KIND: ClassVar[str] = "sanitize"

    candidates: tuple[JudgedCandidate, ...]
    passed: str = ""
    """That first one; empty where there is none."""
    report: SanitizerReport = SanitizerReport()
    """What its sanitizer builds and re-runs gave."""


class ConfirmResult(Record):
    """The confirming simulator's word on the candidate that passed; not the counter's."""

    KIND: ClassVar[str] = "confirm"

    candidates: tuple[JudgedCandidate, ...]
    """That one."""
    by: str
    """Name of the simulator."""
    choice: InputSelection | None = None
    """On which inputs; none where no input could be counted."""
    race: RaceResult | None = None
    """What it measured on them."""
    predicted: PredictionInterval | None = None
    """The speedup that was expected, where enough was known."""
    audited: bool = False
    """Whether it was expected to be too slow, and simulated to learn how often that is wrong."""
    samples: tuple[TimedRun, ...] = ()
    """Whole runs of it, to learn from."""


class FitScalingResult(Record):
    """What a kept pair's edit was, and what it gives on inputs of several sizes."""

    KIND: ClassVar[str] = "fit_scaling"

    edit_kind: EditKind | None
    ratios: tuple[InputSpeedup, ...]
    """The speedup by input, the one with the least work first."""


class ParseRepliesResult(Record):
    """A batch's new programs, after the replies without one and the copies were taken out."""

    KIND: ClassVar[str] = "parse_replies"

    programs: tuple[Program, ...]
    rejects: tuple[Reject, ...]
    attempts: int
    """Programs that were asked for."""


class ClassIndexState(Record):
    """The classes of one input format, as they stood after a batch."""

    KIND: ClassVar[str] = "class_index"

    after: str
    """The batch's subject; empty for the beginning of the run."""
    classes: str
    """A `ClassIndex` as JSON."""
    loaded_from: str = ""
    """Digest of the file of earlier runs' classes that the run began with."""


class DeduplicateResult(Record):
    """A batch's programs, classed; the members go on to the optimizer."""

    KIND: ClassVar[str] = "deduplicate"

    members: tuple[str, ...]
    classes: dict[str, str]
    """Class of each program that behaves well, by program id."""
    ranks: dict[str, int]
    """1 for the first member of a class, and so on."""
    rejects: tuple[Reject, ...]
    compiled: int
    ran: int


class KeptPair(FrozenModel):
    """One pair that is kept, by reference."""

    record_id: str
    slow: Program
    fast: Program
    class_id: str
    class_rank: int
    speedup: float
    equal_on: int
    builds_agree: tuple[str, ...]
    repeats: int
    example_ids: tuple[str, ...]
    enabled_by: tuple[str, ...]
    """Kept pairs of earlier rounds whose slow program this one's author departed from."""


class CollectResult(Record):
    """A batch's end: the pairs that are kept, and everything that was refused on the way."""

    KIND: ClassVar[str] = "collect"

    pairs: tuple[KeptPair, ...]
    rejects: tuple[Reject, ...]
    vet: int
    optimize: int
    check_outputs: int
    measure: int
    sanitize: int
    open: tuple[str, ...]
    """Subjects whose stages the infrastructure failed; a resumed run takes them up again."""


class FeedbackResult(Record):
    """What the rounds so far give to the next one."""

    KIND: ClassVar[str] = "feedback"

    pairs: tuple[str, ...]
    """Record ids of the kept pairs that may be shown as examples and departed from."""
