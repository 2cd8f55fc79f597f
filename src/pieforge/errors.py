"""The error classes: one for each boundary at which something can fail.

    PieforgeError                                                      exit status
    |-- UserInputError            the user's input cannot be used                2
    |   |-- ConfigError           a key or a value of the configuration
    |   |-- PackageError          a problem package
    |   |-- RunFolderError        a run folder: missing, locked, other schema
    |   `-- CorpusError           a corpus: missing, damaged, other schema
    |-- MachineError              this machine cannot do it until it is fixed    2
    |   |-- MissingToolError      a compiler, a simulator, bubblewrap
    |   |-- ContainmentError      untrusted code could not be contained
    |   `-- StorageError          the disk is full or refuses a write
    |-- BudgetError               a limit of the run is used up                  3
    `-- InfrastructureError       the infrastructure failed, try again          75
        |-- EndpointError         the model endpoint
        |-- DatabaseError         the corpus's database, or another process that has it
        |-- TrainerError          the trainer of a fine-tuning
        |-- SandboxError          the sandbox died during a run
        `-- SimulatorError        the simulator died during a measurement

A program that does not compile, crashes, gives wrong output or is not fast enough is none of
these: it is a `Reject`, stored as data (see `records`). An `InfrastructureError` never counts as a
sample's failure: the sample stays open. Nor does a `PackageError` that shows up after the package
was checked, such as a validator that fails on one output.
"""

from enum import IntEnum
from typing import ClassVar


class ExitStatus(IntEnum):
    """The exit status of every command; docs/reference/command-line.md explains them."""

    DONE = 0
    NO = 1
    CANNOT_RUN = 2
    BUDGET_SPENT = 3
    CANNOT_VERIFY = 4
    DEFECT = 70
    TRY_AGAIN = 75
    INTERRUPTED = 130
    OUTPUT_CLOSED = 141
    TERMINATED = 143

    @classmethod
    def from_answer(cls, answer: bool) -> "ExitStatus":  # noqa: FBT001
        """Return the status of a command whose answer is yes or no."""
        return cls.DONE if answer else cls.NO


class PieforgeError(Exception):
    """An error with a message of up to three lines: what happened, where, and the fix.

    Args:
        what: What is wrong, with the name of the subject.
        where: The file, key, command or address.
        fix: What the user can do.
    """

    status: ClassVar[ExitStatus] = ExitStatus.CANNOT_RUN
    """Exit status of a command that ends with the error."""

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what = what
        self.where = where
        self.fix = fix
        lines = [what]
        if where:
            lines.append(f"  where: {where}")
        if fix:
            lines.append(f"  fix:   {fix}")
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[object, ...]:
        """Support pickling, which by default calls the class with `args` only."""
        return (_rebuild, (type(self), self.what, self.where, self.fix))


def _rebuild(kind: type[PieforgeError], what: str, where: str, fix: str) -> PieforgeError:
    return kind(what, where=where, fix=fix)


class UserInputError(PieforgeError):
    """The user's input cannot be used."""


class ConfigError(UserInputError):
    """A key or a value of the configuration is wrong."""


class PackageError(UserInputError):
    """A problem package is incomplete or contradicts itself."""


class RunFolderError(UserInputError):
    """A run folder is missing, in use, or of another schema version."""


class CorpusError(UserInputError):
    """A corpus is missing, damaged, or of another schema version; or it has no such row."""


class MachineError(PieforgeError):
    """This machine cannot do what was requested until it is fixed."""


class MissingToolError(MachineError):
    """A program that pieforge needs is not installed."""


class ContainmentError(MachineError):
    """This machine cannot contain untrusted code, so pieforge does not run any."""


class StorageError(MachineError):
    """The disk is full or refuses a write."""


class BudgetError(PieforgeError):
    """A limit of the section `[budget]` is used up."""

    status = ExitStatus.BUDGET_SPENT


class InfrastructureError(PieforgeError):
    """The infrastructure failed; another try may succeed, and no sample is at fault."""

    status = ExitStatus.TRY_AGAIN


class EndpointError(InfrastructureError):
    """The model endpoint failed, refused a request, or sent an answer that cannot be parsed."""


class DatabaseError(InfrastructureError):
    """The database server of a corpus failed, or another process keeps the corpus locked."""


class AwaitedAnswerError(EndpointError):
    """A model call is to be answered with a batch, later."""


class TrainerError(InfrastructureError):
    """The trainer of a fine-tuning failed, or its result cannot be used."""


class SandboxError(InfrastructureError):
    """The sandbox died during a run."""


class SimulatorError(InfrastructureError):
    """The simulator died during a measurement."""


NOT_THE_SAMPLES = (InfrastructureError, PackageError, BudgetError)
"""Failures during a run that leave the sample open."""
