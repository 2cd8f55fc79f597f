"""The data that pieforge passes around and keeps: verdicts, reasons, rows.

Everything here is frozen data without behavior.
"""

import hashlib
from enum import StrEnum
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = 4
"""Version of the rows and of the run folder; raised when a reader of the old one would fail."""


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
    """The outcome of one compilation or one run."""

    AC = "AC"
    """Accepted: it ended by itself with exit status 0 (and, where compared, with the right
    output)."""
    WA = "WA"
    """Wrong answer: the output differs from the expected one."""
    TLE = "TLE"
    """Time limit exceeded, CPU or wall: its output is unknown."""
    MLE = "MLE"
    """Memory limit exceeded."""
    RE = "RE"
    """Run-time error: it was ended by a signal, or with an exit status other than 0."""
    OLE = "OLE"
    """Output limit exceeded."""
    CE = "CE"
    """Compile error: it does not compile, or not within the compiler's limits."""
    IE = "IE"
    """Internal error: the infrastructure failed; this says nothing about the program."""


class FrozenModel(BaseModel):
    """Base of all records: immutable, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Record(FrozenModel):
    """A record that a run's ledger keeps.

    `KIND` names its kind there. It does not follow the class's name, so that a record stays
    readable when a class is renamed. No two classes share a kind.
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
    """The reply is empty (this and the next five: see `agents.replies`)."""
    NO_CODE = "no_code"
    WRONG_LANGUAGE = "wrong_language"
    CUT_OFF = "cut_off"
    REFUSED = "refused"
    """The endpoint refused the prompt: too long for the model's context, or filtered."""
    UNCHANGED = "unchanged"
    """The reply repeats a program that was shown in the prompt."""
    DUPLICATE = "duplicate"
    """The same program, comments and layout aside, is already in the run, or in the shared classes
    of earlier runs."""
    DOES_NOT_COMPILE = "does_not_compile"
    TIMED_OUT = "timed_out"
    """It reached the time limit, so its output is unknown."""
    TOO_MUCH_MEMORY = "too_much_memory"
    CRASHED = "crashed"
    TOO_MUCH_OUTPUT = "too_much_output"
    IGNORES_INPUT = "ignores_input"
    """It gives the same output for every input."""
    BEHAVES_LIKE_SUBMISSION = "behaves_like_submission"
    """Its outputs equal those of one of the problem's own submissions."""
    NEAR_COPY = "near_copy"
    """It is in the same class as a known program, with almost the same text."""
    CLASS_FULL = "class_full"
    """Its class already has the number of members that the configuration allows."""
    NO_CANDIDATE = "no_candidate"
    """The optimizer gave no program for it."""
    DIFFERENT_OUTPUT = "different_output"
    """On some input the fast program's output differs from the slow program's."""
    SLOW_FAILS = "slow_fails"
    """The slow program fails on a hidden input."""
    TOO_LITTLE_SPEEDUP = "too_little_speedup"
    """Its outputs match, but its speedup is below the threshold."""
    NOT_THE_FASTEST = "not_the_fastest"
    """Its outputs match and it is fast enough, but another candidate is faster."""
    PREDICTED_TOO_SLOW = "predicted_too_slow"
    """Not simulated: a prediction from counts says that it is almost certainly below the
    threshold."""
    SIMULATION_UNFINISHED = "simulation_unfinished"
    """The simulation reached a limit, or the program failed in it."""
    SIMULATOR_LIMIT = "simulator_limit"
    """The simulator does not support what the program does; the program is not at fault."""
    UNDEFINED_BEHAVIOR = "undefined_behavior"
    """A sanitizer found undefined behavior."""
    BUILDS_DISAGREE = "builds_disagree"
    """Its output changes with the compiler or the optimization level."""
    NOT_REPEATABLE = "not_repeatable"
    """Its output changes with addresses, the content of fresh memory, the environment, the hash
    seed, the processor, or under the simulator."""
    FOREIGN_CODE = "foreign_code"
    """Code from elsewhere: another language, a file, a string that is evaluated (this and what
    follows: `integrity.checks`, which looks in this order)."""
    OBFUSCATED = "obfuscated"
    """It hides what it does from checks and readers."""
    PROMPT_TEXT = "prompt_text"
    """A comment or string addresses a model or a judge."""
    THREADS = "threads"
    INLINE_ASSEMBLY = "inline_assembly"
    SYSTEM_INTERFACE = "system_interface"
    """It uses more of the system than reading and writing: calls, memory, processes, limits."""
    READS_BEYOND_STDIN = "reads_beyond_stdin"
    """Time, random numbers, files, the environment, arguments, the processor, the input's size."""
    KNOWS_ITS_BUILD = "knows_its_build"
    """It detects how it was compiled: compiler, optimization level, sanitizer."""
    OUTSIDE_MAIN = "outside_main"
    """Work or output before the main function, after it, or in a handler."""
    COMPILER_DIRECTIVE = "compiler_directive"
    """Pragmas, or attributes that choose a target or an optimization."""
    UNDEFINED_HINT = "undefined_hint"
    """Promises to the compiler that make other inputs undefined behavior."""
    COMPILE_TIME_WORK = "compile_time_work"
    """The compiler computes a table: its time is not counted."""
    ANSWERS_IN_SOURCE = "answers_in_source"
    """The text holds answers to tests, or a table of them."""
    WORK_SKIPPED = "work_skipped"
    """Inputs above some size are answered without work; the slow program has no such bound."""
    OUTPUT_BEFORE_INPUT = "output_before_input"
    CONSTRAINTS_IGNORED = "constraints_ignored"
    """The speedup comes from an array or a constant that is smaller than the slow program's."""
    PADDED_SLOW = "padded_slow"
    """The slow program does work that does not affect its output."""
    ONE_INPUT_ONLY = "one_input_only"
    """It is faster on one input, and hardly faster on others."""


class EditKind(StrEnum):
    """What made a slow program fast; the kinds of PIE's section on its edits (arXiv 2302.07867)."""

    ALGORITHM = "algorithm"
    """Other steps, or fewer."""
    DATA_STRUCTURE = "data_structure"
    """The data is kept in another structure."""
    IO = "io"
    """Reading and writing alone."""
    OTHER = "other"
    """The same steps on the same data, each less expensive."""


class Growth(StrEnum):
    """How a speedup changes with input size, in work (see `measurement.scaling`)."""

    GROWS = "grows"
    """As a better complexity does."""
    CONSTANT = "constant"
    """As a constant factor does."""
    SHRINKS = "shrinks"
    """It falls with size: the gain is in start-up, or in a rare case."""
    UNKNOWN = "unknown"
    """Too few inputs were measured, or their amounts of work are too close."""


class InputSpeedup(FrozenModel):
    """The speedup on one input."""

    test: str
    """The input's name."""
    size: int
    """Of the input, in bytes."""
    cycles: int
    """Simulated cycles of the slow program, net of start-up: the amount of work."""
    ratio: float
    """Those over the fast program's."""


class Origin(StrEnum):
    """Where a program comes from."""

    SUBMISSION = "submission"
    AUTHOR = "author"
    OPTIMIZER = "optimizer"


class ProgramText(Record):
    """A program: its text, the problem whose input it reads, its language.

    Everything that runs, compares or shows a program takes this.
    """

    KIND: ClassVar[str] = "program_text"

    program_id: str
    """First 16 hex digits of the digest of problem, language and code, after a `p`."""
    problem_id: str
    language: str
    """Key of the language."""
    code: str
    """Source text."""

    @classmethod
    def create(cls, problem_id: str, language: str, code: str) -> "ProgramText":
        """Return a program under its identity."""
        return ProgramText(
            program_id=compute_program_id(problem_id, language, code),
            problem_id=problem_id,
            language=language,
            code=code,
        )


class Program(ProgramText):
    """A program and how it was made."""

    KIND: ClassVar[str] = "program"

    origin: Origin
    round: int
    """Round that made it, counted from 1; 0 for a problem's own submission."""
    parent_ids: tuple[str, ...] = ()
    """Programs in the prompt: for an author's program first the one that it varies."""
    strategy: str = ""
    """Name of the prompt template."""
    prompt_sha: str = ""
    model: str = ""
    usage: TokenUsage = TokenUsage()
    """Tokens of the whole call that returned it, with the call's other replies."""


def compute_program_id(problem_id: str, language: str, code: str) -> str:
    """Return the identity of a program: the same text for the same problem is one program."""
    return "p" + digest(problem_id, language, code)[:16]


class Pending(FrozenModel):
    """Something that the infrastructure failed: a resumed run tries it again."""

    subject: str
    """What stayed open: an author call, a program."""
    cause: str
    """What failed, in words."""


class Reject(FrozenModel):
    """A refused program or reply, kept as data."""

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
    """The slow program that a refused candidate was to replace."""
    code: str = ""


def compute_reject_id(stage: str, *parts: str) -> str:
    """Return the identity of a reject: finding the same refusal again gives the same record."""
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
    """Of the fastest program in the same class."""
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
    """Programs that the slow one was made from, first the one that it varies."""
    example_ids: tuple[str, ...]
    """Kept pairs that the optimizer was shown."""
    enabled_by: tuple[str, ...]
    """Kept pairs of earlier rounds whose slow program was varied to make this one."""
    round: int
    strategy: str
    prompt_sha: str
    model: str
    usage: TokenUsage
    tests_sha: str
    equal_on: int
    """Number of inputs on which both programs gave equal output."""
    equal_on_strata: dict[str, int]
    """The same by stratum: `sample`, `secret`, `hidden` (generators with fresh seeds), `boundary`,
    `overflow` and so on."""
    inputs_validated_by: Literal["package", "grammar"]
    """How those inputs were validated: by the package's validators, or by the grammar of its tests
    together with its submissions, whose outputs had to match."""
    builds_agree: tuple[str, ...]
    """Other builds of the fast program that gave the same outputs (see `integrity.sanitizers`)."""
    repeats: int
    """Perturbed re-runs of the fast program that gave the same outputs."""
    tc2time_src: dict[str, float]
    """Simulated seconds by test."""
    tc2time_tgt: dict[str, float]
    compiler: str
    flags: str
    confirmed_by: str
    """Name of the simulator that decided."""
    simulator_sha: str
    """Hash of its version, build, configuration and time model."""
    simulator: dict[str, str]
    """What that hash is made of, by name; for a simulator of another processor also the `compiler`
    that built the programs for it, with the same `flags`."""
    ticks_src: dict[str, int]
    """Simulated time by test in the simulator's own unit, start-up included; the run times in
    seconds are converted from it."""
    ticks_tgt: dict[str, int]
    timed_tests_why: str
    """How the simulated tests were chosen."""
    speedup_bound: Literal["exact", "lower"] = "exact"
    """`lower` where the slow program was stopped when the decision was certain: its times and the
    speedups are lower bounds. Tests that it was not run on have no `ticks_src`."""
    net_of_startup: bool
    """Whether `speedup` is net of the language's start-up."""
    speedup_gross: float
    """The ratio with start-up on both sides."""
    speedup_net_of_startup: float
    """The ratio with each run's start-up subtracted."""
    startup: float
    """Simulated seconds of the language's empty program; where another simulator than cachegrind
    confirmed, of the fast program itself on no input."""
    ratios: tuple[InputSpeedup, ...]
    """The speedup by input, smallest amount of work first: on the timed tests, and on smaller ones
    in languages with a short start-up."""
    growth: Growth
    growth_exponent: float | None
    """The speedup grows with this power of the slow program's work; none where `growth` is
    unknown."""
    edit_kind: EditKind | None
    """By a classifier, whose error rate the dataset card states; none for a language that it does
    not support."""
    license: str
    """Licence of the problem package that the programs derive from."""


def compute_pair_id(slow_id: str, fast_id: str) -> str:
    """Return the identity of a pair."""
    return "k" + digest(slow_id, fast_id)[:16]
