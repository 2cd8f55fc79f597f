"""The data that pieforge passes around and keeps: verdicts, reasons, rows.

Everything here is frozen data without behavior.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator

SCHEMA_VERSION = 5
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


STORED = {"stored": True}
"""Validation context of records from a ledger."""


class FrozenModel(BaseModel):
    """Base of all records: immutable, closed to unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class PackageProgram(FrozenModel):
    """A validator of a problem package.

    Attributes:
        files: Texts by path relative to the program's folder.
        main: Which of them is the program; the suffix shows the language.
        arguments: Arguments for inputs that are not the package's own tests.
    """

    files: dict[str, str]
    main: str
    arguments: tuple[str, ...] = ()

    @classmethod
    def create(cls, main: str, text: str) -> Self:
        """Return a program that is one file."""
        return cls(files={main: text}, main=main)

    def list_content(self) -> list[str]:
        """Return everything that decides what the program does, in a fixed order."""
        parts = [part for item in sorted(self.files.items()) for part in item]
        return [*parts, *(self.arguments and ("called with", *self.arguments))]


class Record(FrozenModel):
    """A record that a run's ledger keeps.

    `KIND` names its kind there. It does not follow the class's name, so that a record stays
    readable when a class is renamed. No two classes share a kind.
    """

    KIND: ClassVar[str]


@dataclass(frozen=True)
class FromUser:
    """Marks a key of the configuration that names a program, an address, a key or a host path.

    Its value comes from the user's own configuration, never from a run folder.

    Attributes:
        required: Whether a run that was begun with the key cannot be resumed without it.
    """

    required: bool = True


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
    """The same program, comments and layout aside, is already in the run, or in the corpus."""
    DOES_NOT_COMPILE = "does_not_compile"
    TIMED_OUT = "timed_out"
    """It reached the time limit, so its output is unknown."""
    TOO_MUCH_MEMORY = "too_much_memory"
    CRASHED = "crashed"
    TOO_MUCH_OUTPUT = "too_much_output"
    IGNORES_INPUT = "ignores_input"
    """It gives the same output for every input."""
    DEGENERATE = "degenerate"
    """A field of its output is the same on every input, and varies in the program that it departs
    from."""
    BEHAVES_LIKE_SUBMISSION = "behaves_like_submission"
    """Its outputs equal those of one of the problem's own submissions."""
    OTHER_PART = "other_part"
    """Its outputs equal those of a program of a problem that the split keeps apart from the run."""
    EXCLUDED = "excluded"
    """It, or its class, was excluded by hand in the corpus."""
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
    DEOPTIMIZER = "deoptimizer"
    """The author, asked for a slower version of its first parent."""
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

    @model_validator(mode="after")
    def _check_identity(self, info: ValidationInfo) -> Self:
        """Compare a stored program's text with its id."""
        if info.context is not STORED or self.program_id == compute_program_id(
            self.problem_id, self.language, self.code
        ):
            return self
        raise ValueError(f"the text of program {self.program_id} is not the one of this id")


class Program(ProgramText):
    """A program and how it was made."""

    KIND: ClassVar[str] = "program"

    origin: Origin
    round: int
    """Round that made it, counted from 1; 0 for a problem's own submission."""
    parent_ids: tuple[str, ...] = ()
    """Programs in the prompt: for an author's program first the one that it varies."""
    call_id: str = ""
    """Key of the request that it answers; empty for a submission."""
    model: str = ""
    """As the answer names it."""


def compute_program_id(problem_id: str, language: str, code: str) -> str:
    """Return the identity of a program: the same text for the same problem is one program."""
    return "p" + digest(problem_id, language, code)[:16]


class Pending(FrozenModel):
    """Something that the infrastructure failed: a resumed run tries it again."""

    subject: str
    """What stayed open: an author call, a program."""
    cause: str
    """What failed, in words."""


def compute_reject_id(stage: str, *parts: str) -> str:
    """Return the identity of a reject: finding the same refusal again gives the same record."""
    return "r" + digest(stage, *parts)[:16]


def compute_pair_id(slow_id: str, fast_id: str) -> str:
    """Return the identity of a pair."""
    return "k" + digest(slow_id, fast_id)[:16]
