"""What the nodes of the graphs find out, as records.

A node of the candidate's graph returns its part of `CandidateResult`, and the last node writes the
whole. Other results are written by their nodes. All of them are inexpensive, follow from what is
cached by content (a model's `Completion`, a program's `Observation` and `MeasuredCost`, a
`PreparedProblem`), and are written again whenever their node runs.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, TypeVar

from pydantic import Field

from pieforge.agents.models.request import Completion
from pieforge.agents.optimizer import EarlierAnswer, OptimizerTask
from pieforge.agents.replies import ParsedReply
from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.records import Suite, TestCase
from pieforge.inputs.grammar.input_grammar import InputGrammar
from pieforge.integrity.sanitizers import SanitizerReport
from pieforge.lessons.edit_identity import AbstractEdit
from pieforge.measurement.cost import MeasuredCost
from pieforge.measurement.input_selection import InputSelection
from pieforge.measurement.prediction.model import PredictionInterval, TimedRun, TimeModel
from pieforge.measurement.race import RaceResult
from pieforge.problems import PackageLimits
from pieforge.records import (
    EditKind,
    FrozenModel,
    InputSpeedup,
    Origin,
    Pending,
    Program,
    ProgramText,
    Record,
    RejectReason,
    compute_pair_id,
    digest,
)
from pieforge.rows import Reject, SpeedupEstimate


class PreparedProblem(Record):
    """A problem that was checked and is ready for the loop."""

    KIND: ClassVar[str] = "prepared_problem"

    problem_id: str
    selection: Suite
    """The package's own tests."""
    hidden: Suite
    """Inputs that are not used to select programs: fast programs are verified on these. Their names
    begin with the stratum, `hidden/` for the package's generators with fresh seeds."""
    all_inputs: Suite
    """Selection, then hidden: what a pair's row names."""
    submissions: tuple[Program, ...]
    slow: dict[str, str]
    """Program id of the slow submission, by language; see `get_slow`. Of a package without slow
    submissions, that of the fast one."""
    fast: dict[str, str]
    """Program id of the fast submission, by language; see `get_fast`."""
    all_fast: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Program ids of all fast submissions without defects, by language: slower versions are made of
    these."""
    timed: dict[str, tuple[str, ...]]
    """Names of the tests that are simulated, by language."""
    smaller: dict[str, tuple[str, ...]]
    """Names of further, smaller tests: they show how a kept pair's speedup changes with size."""
    size_ladder: dict[str, tuple[str, ...]]
    """Names of the tests and hidden inputs from which a separate confirming simulator's inputs are
    chosen, smallest first, by language; empty where the counter confirms."""
    output_rules: OutputRules
    """How outputs are compared."""
    grammar: InputGrammar
    """The format of the problem's inputs, with limits as far as they are known."""
    validated_by: Literal["package", "grammar"]
    """How inputs are validated: by the package's validators, or else by the grammar of its tests
    together with its submissions, whose outputs have to match."""
    unsound: dict[str, str]
    """Defects of fast submissions, and of slow ones before the first sound one, by program id:
    nothing is derived from these."""
    dropped: int
    """Inputs that were left out of `hidden`, because a submission failed on them or because the
    submissions' outputs differed."""
    limits: PackageLimits = PackageLimits()
    """Limits of one run that the package asks for."""

    def get_slow(self, language: str) -> Program:
        """Return the slow submission of a language that has one."""
        return self._get(self.slow[language])

    def get_fast(self, language: str) -> Program:
        """Return the fast submission of a language that has one."""
        return self._get(self.fast[language])

    @property
    def accepted(self) -> tuple[Program, ...]:
        """The submissions that programs are derived from and inputs are tried on."""
        names = dict.fromkeys((*self.slow.values(), *self.fast.values()))
        return tuple(map(self._get, names))

    def _get(self, name: str) -> Program:
        return next(program for program in self.submissions if program.program_id == name)


@dataclass(frozen=True)
class KnownPair:
    """A slow program and its fast version: a problem's own, or a pair of an earlier round."""

    slow: ProgramText
    fast: ProgramText
    decile: int = 10
    """Its place among the kept pairs of its problem and language by speedup; a problem's own pair
    is in the highest tenth."""

    @property
    def record_id(self) -> str:
        """The pair's id; a problem's own pair has one too."""
        return compute_pair_id(self.slow.program_id, self.fast.program_id)


class AuthorCall(FrozenModel):
    """One call of the author that is planned."""

    call_id: str
    problem_id: str
    language: str
    first: str
    """Id of the program shown first, with its problem's statement."""
    second: str
    """Id of the program that the new one is to vary."""
    n: int
    """Programs asked for."""
    seed: int
    patterns: tuple[str, ...] = ()
    """Anti-patterns that the new program shall have, where it is to be a slower version of
    `second`; otherwise none."""

    def compute_key(self) -> str:
        """Return a hash of all of it: what a call gave is kept by this."""
        return digest("author-call", self.model_dump_json(exclude_defaults=True))


class PlanRoundResult(Record):
    """A round's author calls, in order, by batch."""

    KIND: ClassVar[str] = "plan_round"

    batches: tuple[tuple[AuthorCall, ...], ...]


class ProgramReply(FrozenModel):
    """One choice of an answer, read: a program, or why there is none."""

    program: ProgramText | None = None
    reason: RejectReason | None = None
    detail: str = ""
    call_id: str = ""
    """The call that gave it, if it is not the first one of its stage."""

    @classmethod
    def create(
        cls, problem_id: str, language: str, reply: ParsedReply, call_id: str = ""
    ) -> "ProgramReply":
        """Return what a reply says for a problem and a language."""
        if reply.code is None:
            reason = RejectReason(reply.fault) if reply.fault else RejectReason.NO_CODE
            return cls(reason=reason, detail=reply.detail, call_id=call_id)
        program = ProgramText.create(problem_id, language, reply.code)
        return cls(program=program, call_id=call_id)


class AuthorResult(Record):
    """The author's replies to one call."""

    KIND: ClassVar[str] = "author"

    replies: tuple[ProgramReply, ...]
    call_id: str
    model: str


class FailedInput(FrozenModel):
    """An input on which a program failed."""

    test: str
    """Name of the input; `input` can be a smaller one that was made from it."""
    input: str
    expected: str = ""
    """The slow program's output; empty where outputs were not compared."""
    actual: str = ""

    @classmethod
    def create(cls, test: str, data: bytes, *outputs: str) -> "FailedInput":
        """Return the input with the slow program's output and the program's own, if there are any.

        Long texts are cut.
        """
        shown = [cut_text(text) for text in (data.decode(errors="replace"), *outputs)]
        return cls(test=test, **dict(zip(("input", "expected", "actual"), shown, strict=False)))


MAX_SHOWN_CHARS = 4000
"""Characters of an input or an output that a reject shows."""
CUT_MARK = "\n[...]"
"""What follows a text that was cut."""


def cut_text(text: str) -> str:
    """Return a text, or its first `MAX_SHOWN_CHARS` characters and `CUT_MARK`."""
    return text if len(text) <= MAX_SHOWN_CHARS else text[:MAX_SHOWN_CHARS] + CUT_MARK


class JudgedCandidate(FrozenModel):
    """One fast candidate, judged by one stage."""

    program: ProgramText
    reason: RejectReason | None = None
    detail: str = ""
    failure: FailedInput | None = None
    """Where it failed on an input."""


class StageResult(FrozenModel):
    """What a stage of the candidate's graph found out; it decides whether the next one is run."""

    @property
    def passed(self) -> bool:
        """Whether there is anything to go on with."""
        raise NotImplementedError


class VetResult(StageResult):
    """What a slow program does wrong by itself, before a fast one is asked for."""

    reason: RejectReason | None = None
    detail: str = ""

    @property
    def passed(self) -> bool:
        """Whether no defect was found."""
        return self.reason is None


class OptimizeResult(StageResult):
    """The optimizer's replies for one slow program."""

    replies: tuple[ProgramReply, ...]
    example_ids: tuple[str, ...]
    """Record ids of the example pairs in the prompt."""
    example_fast_ids: tuple[str, ...]
    """Program ids of their fast sides."""
    call_id: str
    model: str
    other_calls: tuple[str, ...] = ()
    """Further calls: for pseudocode, and of later turns."""
    known: Program | None = None
    """The fast program that the slow one was made from: it is the candidate, and no optimizer is
    asked."""

    @property
    def candidates(self) -> list[ProgramText]:
        """The fast programs offered, each once."""
        if self.known is not None:
            return [ProgramText(**self.known.model_dump(include=set(ProgramText.model_fields)))]
        offered = (reply.program for reply in self.replies if reply.program is not None)
        return list({program.program_id: program for program in offered}.values())

    def get_call_id(self, name: str) -> str:
        """Return the call that offered a candidate first, by the candidate's program id."""
        replies = (it for it in self.replies if it.program and it.program.program_id == name)
        return next((it.call_id for it in replies), "") or self.call_id

    @property
    def passed(self) -> bool:
        """Whether a program was offered."""
        return bool(self.candidates)


class TriedAnswer(FrozenModel):
    """An answer of the optimizer, after its program ran on the package's own tests.

    Hidden inputs stay hidden: nothing that is said about them could be an answer to them.
    """

    asked_again: EarlierAnswer
    speedup: float
    """The counted ratio, 1 where nothing was counted; 0 for a program that is not right."""


class OptimizerTurn(FrozenModel):
    """One question to the optimizer about a slow program, and what came back."""

    task: OptimizerTask
    example_ids: tuple[str, ...]
    example_fast_ids: tuple[str, ...]
    call_id: str
    plan_call_id: str
    """The call for the pseudocode in the task; empty for none."""
    completion: Completion
    replies: tuple[ProgramReply, ...]


class JudgingResult(StageResult):
    """What a stage that judges candidates says of each."""

    candidates: tuple[JudgedCandidate, ...]

    @property
    def accepted(self) -> list[ProgramText]:
        """The candidates that were not refused, in order."""
        return [judged.program for judged in self.candidates if judged.reason is None]

    @property
    def passed(self) -> bool:
        """Whether there is such a candidate."""
        return bool(self.accepted)


class ComparedCandidate(JudgedCandidate):
    """A candidate and the inputs on which it was compared with the slow program."""

    equal_on: int = 0
    tests_sha: str = ""
    """The suite of those inputs."""


class CheckOutputsResult(JudgingResult):
    """Which candidates have the slow program's outputs."""

    candidates: tuple[ComparedCandidate, ...]


class JudgeRawResult(StageResult):
    """What the tests alone say of the only candidate; only evaluations ask."""

    compiles: bool
    tests: int
    equal_on: int
    """Tests on which its output is the slow program's."""
    speedup: float = 0.0
    """Counted; 0 where a test fails or the simulation does not end."""

    @property
    def passed(self) -> bool:
        """True: what is wrong is left to the stages that refuse."""
        return True


class AdversarialInputs(Record):
    """What a tester found for two programs."""

    KIND: ClassVar[str] = "adversarial_inputs"

    cases: tuple[TestCase, ...]
    """Valid inputs, those on which the programs differ first."""
    differ: int
    """How many of them show a difference."""
    turns: int
    """Answers that were asked for."""


class MeasureResult(JudgingResult):
    """The counted cost of a slow program and of its candidates with equal outputs."""

    slow: MeasuredCost
    fast: dict[str, MeasuredCost]
    """By the candidate's program id."""
    speedups: dict[str, float]
    predicted: dict[str, PredictionInterval] = Field(default_factory=dict)
    """The speedup that another simulator will find, where one is asked and enough is known."""
    audited: tuple[str, ...] = ()
    """Candidates that are too slow by that prediction and go on all the same, to learn how often it
    errs."""
    undecided: dict[str, JudgedCandidate] = Field(default_factory=dict)
    """Accepted candidates that stress inputs have to show as fast, with the reason against them."""


class StressMeasurement(FrozenModel):
    """A pair's cost on the stress inputs of both programs."""

    compared: ComparedCandidate
    """The fast program, compared on these inputs, too."""
    slow: MeasuredCost
    fast: MeasuredCost
    speedup: float
    """0 where the programs are not equal there."""


class StressResult(JudgingResult):
    """Which measured candidates are fast enough, on the package's tests or on stress inputs."""

    inputs: tuple[TestCase, ...] = ()
    """Stress inputs of the slow program that are more expensive than the package's tests."""
    measured: dict[str, StressMeasurement] = Field(default_factory=dict)
    """By the candidate's program id, of those that were measured on stress inputs."""
    shown_by: dict[str, Literal["typical", "stress"]] = Field(default_factory=dict)
    """Which inputs show that a candidate is fast: the package's tests, or stress inputs."""
    speedups: dict[str, float] = Field(default_factory=dict)
    """The counted ratio on those inputs."""

    @property
    def fastest_first(self) -> list[ProgramText]:
        """The candidates that are fast enough, or may be, the fastest first."""
        return sorted(self.accepted, key=lambda it: (-self.speedups[it.program_id], it.program_id))


class TimedRuns(Record):
    """Measurements of other runs with the same simulators, as they were when a run began."""

    KIND: ClassVar[str] = "timed_runs"

    samples: tuple[TimedRun, ...]
    loaded_from: str = ""
    """State of the corpus that they were read in; empty where there is none."""


class FittedTimeModel(Record):
    """A model of the confirming simulator's time from counts, fitted before a batch."""

    KIND: ClassVar[str] = "time_model"

    model: TimeModel | None
    """None while there are too few measurements."""
    samples: int
    """Measurements that it was fitted on."""


class SanitizeResult(JudgingResult):
    """The measured candidates, fastest first, up to the first that is not refused."""

    report: SanitizerReport = SanitizerReport()
    """What the sanitizer builds and re-runs of that one gave."""
    implausible: str = ""
    """Why that one's ratio is too high for its edit; empty where it is not."""
    compared: ComparedCandidate | None = None
    """That one, compared on more inputs for this reason."""


class ConfirmResult(JudgingResult):
    """The confirming simulator's decision on the candidate that passed."""

    by: str
    """Name of the simulator: the counter, where it confirms, whose number is taken over."""
    ratio: float = 0.0
    """Slow time over fast time, as far as it was measured."""
    choice: InputSelection | None = None
    """On which inputs; none where the counter confirms, or no input could be counted."""
    race: RaceResult | None = None
    """What was measured on them."""
    estimate: SpeedupEstimate | None = None
    """The speedup, where the race stopped the slow program."""
    predicted: PredictionInterval | None = None
    """The speedup that was expected, where enough was known."""
    audited: bool = False
    """Whether it was expected to be too slow, and simulated to learn how often that is wrong."""
    samples: tuple[TimedRun, ...] = ()
    """Whole runs of it, to learn from."""


class FitScalingResult(FrozenModel):
    """What a kept pair's edit was, and what it gives on inputs of several sizes."""

    edit_kind: EditKind | None
    edit_patterns: tuple[str, ...] = ()
    """The anti-patterns of the dictionary that make the fast program the slow one."""
    ratios: tuple[InputSpeedup, ...]
    """The speedup by input, the smallest amount of work first."""
    outputs: tuple[str, ...]
    """Blobs of the slow program's outputs on the inputs that the pair was compared on, in order."""
    edit: AbstractEdit | None = None
    """None for programs that are too large, and in runs before there were edits."""


class CandidateResult(Record):
    """A slow program and what every stage that it reached found out: written by the last node."""

    KIND: ClassVar[str] = "candidate"

    slow: Program
    batch: str
    """Its batch's subject in the ledger."""
    vet: VetResult | None = None
    optimize: OptimizeResult | None = None
    judge_raw: JudgeRawResult | None = None
    check_outputs: CheckOutputsResult | None = None
    measure: MeasureResult | None = None
    stress: StressResult | None = None
    sanitize: SanitizeResult | None = None
    confirm: ConfirmResult | None = None
    fit_scaling: FitScalingResult | None = None

    def has_passed(self, stage: str) -> bool:
        """Say whether a stage was reached and left something to go on with."""
        result = getattr(self, stage)
        return result is not None and result.passed

    @property
    def judgments(self) -> dict[str, tuple[JudgedCandidate, ...]]:
        """What each stage that judges candidates says of them, in the stages' order."""
        stages = ("check_outputs", "measure", "stress", "sanitize", "confirm")
        return {stage: found.candidates for stage in stages if (found := getattr(self, stage))}

    @property
    def fast(self) -> ProgramText:
        """The candidate that was kept."""
        [program] = require(self.confirm).accepted
        return program

    @property
    def offered(self) -> list[Program]:
        """The candidates with their origin, each once."""
        if (asked := self.optimize) is None:
            return []
        if asked.known is not None:
            return [asked.known]
        return [
            Program(
                **program.model_dump(),
                origin=Origin.OPTIMIZER,
                round=self.slow.round,
                parent_ids=(self.slow.program_id, *asked.example_fast_ids),
                call_id=asked.get_call_id(program.program_id),
                model=asked.model,
            )
            for program in asked.candidates
        ]

    @property
    def compared(self) -> ComparedCandidate:
        """The kept candidate and the inputs on which it was compared."""
        if self.sanitize is not None and self.sanitize.compared is not None:
            return self.sanitize.compared
        return self.get_compared(self.fast.program_id)

    def get_compared(self, name: str) -> ComparedCandidate:
        """Return a candidate and the inputs on which it was compared before it was sanitized."""
        if self.stress is not None and name in self.stress.measured:
            return self.stress.measured[name].compared
        found = require(self.check_outputs).candidates
        return next(it for it in found if it.program.program_id == name)

    def get_costs(self, name: str) -> tuple[MeasuredCost, MeasuredCost]:
        """Return the counted costs that show a candidate's speedup, the slow program's first."""
        if self.stress is not None and self.stress.shown_by.get(name) == "stress":
            found = self.stress.measured[name]
            return found.slow, found.fast
        counted = require(self.measure)
        return counted.slow, counted.fast[name]


def split_candidates(candidate: CandidateResult) -> dict[str, CandidateResult]:
    """Return each candidate of a slow program as if it were the only one, by the ids of both."""
    asked = require(candidate.optimize)
    alone = {}
    for reply in asked.replies:
        if reply.program is not None:
            name = f"{candidate.slow.program_id}/{reply.program.program_id}"
            only = asked.model_copy(update={"replies": (reply,)})
            alone[name] = candidate.model_copy(update={"optimize": only})
    return alone


Part = TypeVar("Part")


def require(part: Part | None) -> Part:
    """Return a part of a candidate's result that must be there, since a later stage was reached."""
    assert part is not None  # noqa: S101
    return part


class ParseRepliesResult(Record):
    """A batch's new programs, without copies of known ones."""

    KIND: ClassVar[str] = "parse_replies"

    programs: tuple[Program, ...]
    rejects: tuple[Reject, ...]
    attempts: int
    """Programs that were asked for."""


class ClassIndexState(Record):
    """The classes of one input format, as they were after a batch."""

    KIND: ClassVar[str] = "class_index"

    after: str
    """The batch's subject; empty for the beginning of the run."""
    classes: str
    """A `ClassIndex` as JSON."""
    loaded_from: str = ""
    """State of the corpus that the run's first classes were added in; empty for none."""


class DeduplicateResult(Record):
    """A batch's programs by class; the members go on to the optimizer."""

    KIND: ClassVar[str] = "deduplicate"

    members: tuple[str, ...]
    classes: dict[str, str]
    """Class of each program that did not fail, by program id."""
    ranks: dict[str, int]
    """1 for the first member of a class, and so on."""
    rejects: tuple[Reject, ...]
    compiled: int
    ran: int


class KeptPair(FrozenModel):
    """One pair that is kept; its figures are in the slow program's `CandidateResult`."""

    record_id: str
    slow: Program
    fast: Program
    class_id: str
    class_rank: int
    speedup: float
    enabled_by: tuple[str, ...]
    """Kept pairs of earlier rounds whose slow program was varied to make this one."""
    edit_id: str = ""
    edit_cluster: str = ""
    surplus: bool = False
    """Whether its cluster had `lessons.per_cluster` pairs before."""


class CollectResult(Record):
    """A batch's pairs, and everything that its candidates' stages refused."""

    KIND: ClassVar[str] = "collect"

    pairs: tuple[KeptPair, ...]
    rejects: tuple[Reject, ...]
    passed: dict[str, int]
    """By stage of the candidate's graph: programs that it left something to go on with."""
    open: tuple[Pending, ...]
    first_edits: tuple[AbstractEdit, ...] = ()
    """Those of its pairs that begin a cluster, in order."""


class CorpusView(Record):
    """What a run sees of the corpus: what this held when the run began."""

    KIND: ClassVar[str] = "corpus_view"

    corpus: int
    """Identity of the corpus."""
    run: str
    """The run's id in the corpus."""
    state: int
    """Number of additions that the corpus had."""
    excluded_problems: dict[str, str]
    """Reasons of what was excluded by hand, by name."""
    excluded_classes: dict[str, str]
    excluded_programs: dict[str, str]
    """The slow programs of excluded pairs."""
    pairs: tuple[KeptPair, ...]
    """Pairs of earlier runs that this one builds on."""


class CorpusAddition(Record):
    """Says that the run was added to the corpus."""

    KIND: ClassVar[str] = "corpus_addition"

    added: dict[str, int]
    """New rows by kind."""


class FinetuneResult(Record):
    """The model that was fine-tuned after a round; its folder is models/NAME of the run."""

    KIND: ClassVar[str] = "finetune"

    name: str = ""
    """Empty if none was made."""
    engine: str = ""
    """What stands for its endpoint in requests: a hash of the weights."""
    record_ids: tuple[str, ...] = ()
    """The pairs that it learned from."""
    why: str = ""
    """Why there is none, or why it is not used."""


class EvaluateResult(Record):
    """A fine-tuned model compared with the optimizer that the round asked."""

    KIND: ClassVar[str] = "evaluate"

    present: str
    """The model that the round asked; empty for the configured optimizer."""
    programs: int
    present_optimized: float
    """%Opt, as a share."""
    optimized: float
    """The same for the new model."""
    low: float | None
    """Lower end of the interval of their difference; None if nothing shows one."""


class PromoteResult(Record):
    """Whether later rounds ask the model that was fine-tuned after a round."""

    KIND: ClassVar[str] = "promote"

    name: str
    is_promoted: bool
    why: str


class FeedbackResult(Record):
    """The kept pairs that the next round may use."""

    KIND: ClassVar[str] = "feedback"

    pairs: tuple[str, ...]
    """Record ids of the pairs that may be shown as examples and varied."""
