"""What each finished stage leaves in the ledger.

The type names the stage (see `store.Ledger`). What costs something is computed once and
found by content ever after: a model's `Completion`, a program's `Observation` and
`Measured`, a `Prepared` problem. Everything else here is cheap, follows from those, and is
written anew whenever its node runs.
"""

from typing import ClassVar, Literal

from pydantic import Field

from pieforge.equivalence.output_validator import Judging
from pieforge.executors.records import Suite, TestCase
from pieforge.inputs.grammar.input_grammar import Shape
from pieforge.integrity.sanitizers import Scrutiny
from pieforge.measurement.cost import Measured
from pieforge.measurement.input_selection import Choice
from pieforge.measurement.prediction.model import Interval, Model, Sample
from pieforge.measurement.race import Race
from pieforge.records import EditKind, Frozen, Program, Reason, Record, Reject, SizeRatio, Usage


class Prepared(Record):
    """A problem that was checked and is ready for the loop."""

    KIND: ClassVar[str] = "prepared_problem"

    problem_id: str
    selection: Suite
    """The package's own tests: programs are classed by their outputs on these."""
    hidden: Suite
    """Inputs that selection never sees, named by stratum: `hidden/` where a generator made it with
    a fresh seed. Fast programs are verified on these."""
    everything: Suite
    """Selection, then hidden: what a pair's row names."""
    submissions: tuple[Program, ...]
    slow: dict[str, str]
    """Program id of the slow submission, by language."""
    fast: dict[str, str]
    timed: dict[str, tuple[str, ...]]
    """Names of the tests that are simulated, by language."""
    smaller: dict[str, tuple[str, ...]]
    """Names of the tests that show how a kept pair's speedup changes with the size, besides."""
    ladder: dict[str, tuple[str, ...]]
    """Names of the inputs, tests or hidden ones, from which those are chosen that another simulator
    than the counter confirms on, the smallest first, by language; none where the counter does."""
    judging: Judging
    """How outputs are compared."""
    shape: Shape
    """What the problem's inputs look like, with limits as far as they are known."""
    validated_by: Literal["package", "shape"]
    """Who says which inputs are the problem's: its validators, or else the shape of its tests
    together with its submissions, which have to agree."""
    unused: dict[str, str]
    """What speaks against a slow or fast submission, by program id: nothing is derived from it."""
    dropped: int
    """Inputs that were left out of `hidden` because a submission did not end well on them, or
    because submissions differed."""


class Call(Frozen):
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


class Plan(Record):
    """A round's calls, in order, cut into batches."""

    KIND: ClassVar[str] = "plan_round"

    batches: tuple[tuple[Call, ...], ...]


class Reply(Frozen):
    """One choice of an answer, read: a program, or why there is none."""

    program_id: str | None = None
    reason: Reason | None = None
    detail: str = ""


class Optimised(Record):
    """The optimizer's replies for one slow program."""

    KIND: ClassVar[str] = "optimize"

    replies: tuple[Reply, ...]
    shown: tuple[str, ...]
    """Record ids of the example pairs in the prompt."""
    shown_fast: tuple[str, ...]
    """Program ids of their fast sides."""
    prompt_sha: str
    model: str
    usage: Usage


class Candidate(Frozen):
    """One fast candidate, judged so far."""

    program_id: str
    reason: Reason | None = None
    detail: str = ""
    equal_on: int = 0
    tests_sha: str = ""
    """The suite of all inputs on which its outputs were compared."""


class Vetted(Record):
    """A slow program, before anything is asked for it: what it does wrong by itself."""

    KIND: ClassVar[str] = "vet"

    reason: Reason | None = None
    detail: str = ""


class Checked(Record):
    """Which candidates behave as the slow program does."""

    KIND: ClassVar[str] = "check_outputs"

    candidates: tuple[Candidate, ...]


class Tested(Record):
    """What a tester found for two programs."""

    KIND: ClassVar[str] = "adversarial_inputs"

    cases: tuple[TestCase, ...]
    """Valid inputs, those on which the programs differ first."""
    differ: int
    """How many those are."""
    turns: int
    """Answers that were asked for."""


class Confirmed(Record):
    """The counter's word on a slow program and its right candidates."""

    KIND: ClassVar[str] = "measure"

    slow: Measured
    fast: dict[str, Measured]
    candidates: tuple[Candidate, ...]
    speedups: dict[str, float]
    predicted: dict[str, Interval] = Field(default_factory=dict)
    """The speedup that another simulator will find, where one is asked and enough is known."""
    audited: tuple[str, ...] = ()
    """Candidates that are too slow by that prediction and go on all the same, to learn how often it
    errs."""


class Corpus(Record):
    """What other runs had measured with the same simulators when a run began."""

    KIND: ClassVar[str] = "timed_runs"

    samples: tuple[Sample, ...]
    begun_from: str = ""
    """Digest of the file; empty where there is none."""


class Fitted(Record):
    """A prediction of the confirming simulator's time from counts, as it stood before a batch."""

    KIND: ClassVar[str] = "time_model"

    model: Model | None
    """None as long as too little is known."""
    samples: int
    """Measurements that were known."""


class Scrutinised(Record):
    """The confirmed candidates, the fastest first, up to the first against which nothing speaks."""

    KIND: ClassVar[str] = "sanitize"

    candidates: tuple[Candidate, ...]
    passed: str = ""
    """That first one; empty where there is none."""
    scrutiny: Scrutiny = Scrutiny()
    """What its scrutiny was."""


class Simulated(Record):
    """The confirming simulator's word on the candidate that passed scrutiny; not the counter's."""

    KIND: ClassVar[str] = "confirm"

    candidates: tuple[Candidate, ...]
    """That one."""
    by: str
    """Name of the simulator."""
    choice: Choice | None = None
    """On which inputs; none where no input could be counted."""
    race: Race | None = None
    """What it measured on them."""
    predicted: Interval | None = None
    """The speedup that was expected, where enough was known."""
    audited: bool = False
    """Whether it was expected to be too slow, and simulated to learn how often that is wrong."""
    samples: tuple[Sample, ...] = ()
    """Whole runs of it, to learn from."""


class Scaled(Record):
    """What a kept pair's edit was, and what it gives on inputs of several sizes."""

    KIND: ClassVar[str] = "fit_scaling"

    edit_kind: EditKind | None
    ratios: tuple[SizeRatio, ...]
    """The speedup by input, the one with the least work first."""


class Sifted(Record):
    """A batch's new programs, after the replies without one and the copies were taken out."""

    KIND: ClassVar[str] = "parse_replies"

    programs: tuple[Program, ...]
    rejects: tuple[Reject, ...]
    attempts: int
    """Programs that were asked for."""


class ClassState(Record):
    """The classes of one input format, as they stood after a batch."""

    KIND: ClassVar[str] = "class_index"

    after: str
    """The batch's subject; empty for the beginning of the run."""
    classes: str
    """A `ClassIndex` as JSON."""
    begun_from: str = ""
    """Digest of the file of earlier runs' classes that the run began with."""


class Grouped(Record):
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


class Kept(Frozen):
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
    shown: tuple[str, ...]
    enabled_by: tuple[str, ...]
    """Kept pairs of earlier rounds whose slow program this one's author departed from."""


class Settled(Record):
    """A batch's end: the pairs that are kept, and everything that was refused on the way."""

    KIND: ClassVar[str] = "collect"

    pairs: tuple[Kept, ...]
    rejects: tuple[Reject, ...]
    vetted: int
    optimised: int
    right: int
    fast_enough: int
    scrutinised: int
    open: tuple[str, ...]
    """Subjects whose stages the machinery failed; a resumed run takes them up again."""


class Memory(Record):
    """What the rounds so far give to the next one."""

    KIND: ClassVar[str] = "feedback"

    pairs: tuple[str, ...]
    """Record ids of the kept pairs that may be shown as examples and departed from."""
