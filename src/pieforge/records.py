"""The data that pieforge passes around and keeps: verdicts, reasons, rows.

Everything here is frozen and knows nothing of how it came about.
"""

import hashlib
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = 3
"""Version of the rows and of the run folder; raised when a reader of the old one would err."""


def digest(*parts: str | bytes) -> str:
    """Return the SHA-256, in hex, of length-prefixed parts: `ab, c` differs from `a, bc`."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.hexdigest()


def derive_seed(*parts: str, digits: int = 8) -> int:
    """Return a seed below 2**31 that follows from the parts: the first hex digits of a digest."""
    return int(digest(*parts)[:digits], 16) % (1 << 31)


class Verdict(StrEnum):
    """What became of one compilation or one run."""

    AC = "AC"
    """It ended by itself with exit status 0 (and, where outputs were compared, they were right)."""
    WA = "WA"
    """The output differs from the expected one."""
    TLE = "TLE"
    """The limit on CPU or wall time was reached: what it would have answered is unknown."""
    MLE = "MLE"
    """The memory limit was reached."""
    RE = "RE"
    """It died by a signal or ended with an exit status other than 0."""
    OLE = "OLE"
    """It wrote more than the output limit."""
    CE = "CE"
    """It does not compile, or not within the compiler's limits."""
    IE = "IE"
    """The infrastructure failed; this says nothing about the program."""


class FrozenModel(BaseModel):
    """Base of all records: immutable, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Record(FrozenModel):
    """A record that a run's ledger keeps.

    `KIND` names its kind there, whatever the class is called: what is written once stays readable
    when a class is renamed. No two classes share a kind.
    """

    KIND: ClassVar[str]


class TokenUsage(FrozenModel):
    """Tokens that one model call used, as the endpoint counts them."""

    prompt_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "TokenUsage") -> "TokenUsage":
        return TokenUsage(
            prompt_tokens=self.prompt_tokens + other.prompt_tokens,
            completion_tokens=self.completion_tokens + other.completion_tokens,
        )


class RejectReason(StrEnum):
    """Why a program or a pair was refused, by the stage that refused it."""

    EMPTY = "empty"
    """The reply is empty (this and the next four: see `agents.replies`)."""
    NO_CODE = "no_code"
    WRONG_LANGUAGE = "wrong_language"
    CUT_OFF = "cut_off"
    UNCHANGED = "unchanged"
    """The reply repeats a program that was shown in the prompt."""
    DUPLICATE = "duplicate"
    """The same program, comments and layout aside, is already in the run, or in an earlier one
    whose classes it knows."""
    DOES_NOT_COMPILE = "does_not_compile"
    TIMED_OUT = "timed_out"
    """It reached the limit on time, so what it would have answered is unknown."""
    TOO_MUCH_MEMORY = "too_much_memory"
    CRASHED = "crashed"
    TOO_MUCH_OUTPUT = "too_much_output"
    IGNORES_INPUT = "ignores_input"
    """It gives one and the same output whatever the input."""
    BEHAVES_LIKE_SUBMISSION = "behaves_like_submission"
    """Equal outputs to one of the problem's own submissions: nothing new."""
    NEAR_COPY = "near_copy"
    """Of the class of, and almost the same text as, a program already there."""
    CLASS_FULL = "class_full"
    """Its class already has as many members as the configuration keeps."""
    NO_CANDIDATE = "no_candidate"
    """The optimizer offered no program for it."""
    DIFFERENT_OUTPUT = "different_output"
    """On some input the fast program's output is not the slow program's."""
    SLOW_FAILS = "slow_fails"
    """The slow program itself fails on an input that selection had not seen."""
    TOO_LITTLE_SPEEDUP = "too_little_speedup"
    """Right, but not as many times faster as the configuration asks."""
    NOT_THE_FASTEST = "not_the_fastest"
    """Right and fast enough, but another candidate for the same program is faster."""
    PREDICTED_TOO_SLOW = "predicted_too_slow"
    """Almost certainly not as many times faster, by a prediction from counts; not simulated."""
    SIMULATION_UNFINISHED = "simulation_unfinished"
    """A limit on the simulation was reached, or the program failed under it."""
    SIMULATOR_LIMIT = "simulator_limit"
    """The simulator cannot simulate what the program does: nothing is known against the program."""
    UNDEFINED_BEHAVIOR = "undefined_behavior"
    """A sanitizer stopped it: what it does there, the language leaves undefined."""
    BUILDS_DISAGREE = "builds_disagree"
    """Another compiler, or another level of optimisation, makes it do something else."""
    NOT_REPEATABLE = "not_repeatable"
    """Its output changes with addresses, fresh memory, the environment, the hash seed, the
    processor, or under the simulator."""
    FOREIGN_CODE = "foreign_code"
    """Code from elsewhere: another language, a file, a string that is evaluated (this and what
    follows: `integrity.checks`, which looks in this order)."""
    OBFUSCATED = "obfuscated"
    """Written so that neither a check nor a person can read what it does."""
    PROMPT_TEXT = "prompt_text"
    """A comment or string speaks to a model or a judge."""
    THREADS = "threads"
    INLINE_ASSEMBLY = "inline_assembly"
    SYSTEM_INTERFACE = "system_interface"
    """The system is asked for more than reading and writing: calls, memory, processes, limits."""
    READS_BEYOND_STDIN = "reads_beyond_stdin"
    """Time, random numbers, files, the environment, arguments, the processor, the input's size."""
    KNOWS_ITS_BUILD = "knows_its_build"
    """It asks how it was compiled: which compiler, at which level, with which sanitizer."""
    OUTSIDE_MAIN = "outside_main"
    """Work or output before the main function, after it, or in a handler."""
    COMPILER_DIRECTIVE = "compiler_directive"
    """Pragmas, or attributes that choose a target or how something is optimised."""
    UNDEFINED_HINT = "undefined_hint"
    """Promises to the compiler that make other inputs undefined behaviour."""
    COMPILE_TIME_WORK = "compile_time_work"
    """A table is computed by the compiler, where no input is known and no time is counted."""
    ANSWERS_IN_SOURCE = "answers_in_source"
    """Answers to tests, or a table of them, are in the text."""
    WORK_SKIPPED = "work_skipped"
    """Inputs beyond a size that the slow program does not know are answered without work."""
    OUTPUT_BEFORE_INPUT = "output_before_input"
    CONSTRAINTS_IGNORED = "constraints_ignored"
    """An array or a constant is smaller than the slow program's, and that is the speedup."""
    PADDED_SLOW = "padded_slow"
    """The slow program does work whose removal changes nothing."""
    ONE_INPUT_ONLY = "one_input_only"
    """It is faster on one input, and hardly on others."""


class EditKind(StrEnum):
    """What made a slow program fast; the kinds of PIE's section on its edits (arXiv 2302.07867)."""

    ALGORITHM = "algorithm"
    """Other steps, or fewer of them."""
    DATA_STRUCTURE = "data_structure"
    """The data is kept in another structure."""
    IO = "io"
    """Reading and writing alone."""
    OTHER = "other"
    """The same steps on the same data, each cheaper."""


class Growth(StrEnum):
    """How a speedup changes with the work that an input makes (see `measurement.scaling`)."""

    GROWS = "grows"
    """As a better complexity does."""
    CONSTANT = "constant"
    """As a constant factor does."""
    SHRINKS = "shrinks"
    """The more there is to do, the less is won: what was won is start-up, or a rare case."""
    UNKNOWN = "unknown"
    """Too few inputs were measured, or none with much more work than another."""


class InputSpeedup(FrozenModel):
    """The speedup on one input."""

    test: str
    """The input's name."""
    size: int
    """Of the input, in bytes."""
    cycles: int
    """Simulated cycles of the slow program, net of start-up: how much there is to do."""
    ratio: float
    """Those over the fast program's."""


class Origin(StrEnum):
    """Where a program comes from."""

    SUBMISSION = "submission"
    AUTHOR = "author"
    OPTIMIZER = "optimizer"


class Program(FrozenModel):
    """One program and how it came about."""

    program_id: str
    """First 16 hex digits of the digest of problem, language and code, after a `p`."""
    problem_id: str
    language: str
    code: str
    """Hash of the source text in the ledger's blobs; the text itself in programs.jsonl."""
    origin: Origin
    round: int
    """Round that made it, counted from 1; 0 for a problem's own submission."""
    parent_ids: tuple[str, ...] = ()
    """Programs that stood in the prompt: for an author's program the one to depart from first."""
    strategy: str = ""
    """Name of the prompt template."""
    prompt_sha: str = ""
    model: str = ""
    usage: TokenUsage = TokenUsage()
    """Tokens of the whole call that brought it, shared with the call's other replies."""


def compute_program_id(problem_id: str, language: str, code: str) -> str:
    """Return the identity of a program: the same text for the same problem is one program."""
    return "p" + digest(problem_id, language, code)[:16]


class Reject(FrozenModel):
    """One thing that was refused, kept as data."""

    record_id: str
    stage: str
    reason: RejectReason
    detail: str
    problem_id: str
    language: str
    round: int
    program_id: str = ""
    """The refused program, where there was one."""
    for_program_id: str = ""
    """The slow program that the refused one was meant to replace, at the later stages."""
    code: str = ""


def compute_reject_id(stage: str, *parts: str) -> str:
    """Return the identity of a reject: the same refusal, found twice, is one record."""
    return "r" + digest(stage, *parts)[:16]


class Pair(FrozenModel):
    """One kept pair, as a row of pairs.jsonl.

    The first sixteen columns are those of PIE's train.jsonl, with its meanings: run times in
    seconds, summed over the tests; rewards are the fastest known run time over the program's
    own (0 to 1); the bins are deciles among the problem's measured programs, 10 for the fastest.
    """

    src_id: str
    tgt_id: str
    src_agg_runtime: float
    tgt_agg_runtime: float
    problem_id: str
    speedup: float
    """Slow over fast: the ratio that decided."""
    src_code: str
    tgt_code: str
    fastest_agg_runtime: float
    """Of the programs of the same class (programs of another class do something else)."""
    src_status: str = "Accepted"
    tgt_status: str = "Accepted"
    fastest_agg_runtime_updated: float
    target_reward_updated: float
    src_reward_updated: float
    target_reward_updated_pct_bin: int
    src_reward_updated_pct_bin: int

    record_id: str
    schema_version: int = SCHEMA_VERSION
    language: str
    class_id: str
    class_rank: int
    """1 for the first program of its class, and so on."""
    parent_ids: tuple[str, ...]
    """Programs that the slow one was made from; the first is the one it departs from."""
    example_ids: tuple[str, ...]
    """Kept pairs that the optimizer was shown."""
    enabled_by: tuple[str, ...]
    """Kept pairs of earlier rounds without which this one would not be: the author departed from
    their slow program."""
    round: int
    strategy: str
    prompt_sha: str
    model: str
    usage: TokenUsage
    tests_sha: str
    equal_on: int
    """Number of inputs on which both programs gave equal output."""
    equal_on_strata: dict[str, int]
    """The same by where the inputs come from: `sample`, `secret`, `hidden` (generators with fresh
    seeds), `boundary`, `overflow` and so on."""
    inputs_validated_by: Literal["package", "grammar"]
    """Who said that those inputs are the problem's: the package's validators, or the grammar of its
    tests together with its submissions, which had to agree."""
    builds_agree: tuple[str, ...]
    """Other builds of the fast program that gave the same outputs (see `integrity.sanitizers`)."""
    repeats: int
    """Runs of the fast program under other circumstances that gave the same outputs."""
    tc2time_src: dict[str, float]
    """Simulated seconds by test."""
    tc2time_tgt: dict[str, float]
    compiler: str
    flags: str
    confirmed_by: str
    """Name of the simulator that decided."""
    simulator_sha: str
    """Its identity: version, build, configuration and model of time."""
    simulator: dict[str, str]
    """What that identity is made of, by name; for a simulator of another processor also the
    `compiler` that built the programs for it, with the same `flags`."""
    ticks_src: dict[str, int]
    """Simulated time by test in the simulator's own unit, start-up included: what the run times are
    converted from."""
    ticks_tgt: dict[str, int]
    timed_tests_why: str
    """How the tests that were simulated were chosen."""
    speedup_bound: Literal["exact", "lower"] = "exact"
    """`lower` where the slow program was stopped when the decision was certain: its times, and so
    the speedups, are more than the row says. Tests that it was not run on have no `ticks_src`."""
    net_of_startup: bool
    """Whether `speedup` is net of the language's start-up."""
    speedup_gross: float
    """The ratio with start-up on both sides."""
    speedup_net_of_startup: float
    """The ratio with each run's start-up taken off."""
    startup: float
    """Simulated seconds of the language's empty program; where another simulator than cachegrind
    confirmed, of the fast program itself on no input."""
    ratios: tuple[InputSpeedup, ...]
    """The speedup by input, the one with the least work first: on the timed tests, and on smaller
    ones where a simulation starts quickly."""
    growth: Growth
    growth_exponent: float | None
    """Power of the slow program's work with which the speedup grows; none where `growth` is
    unknown."""
    edit_kind: EditKind | None
    """A classifier's word, with the error that the dataset card states; none for a language that
    it does not read."""
    license: str
    """Licence of the problem package that the programs derive from."""


def compute_pair_id(slow_id: str, fast_id: str) -> str:
    """Return the identity of a pair."""
    return "k" + digest(slow_id, fast_id)[:16]
