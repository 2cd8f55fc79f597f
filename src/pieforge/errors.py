"""What can go wrong, named by the boundary that was crossed.

    PieforgeError
    |-- UserInputError            what the user gave cannot be used               exit 2
    |   |-- ConfigError           a key or a value of the configuration
    |   |-- PackageError          a problem package
    |   `-- RunFolderError        a run folder: missing, locked, other schema
    |-- MachineError              this machine cannot do it, until it is fixed    exit 2
    |   |-- MissingToolError      a compiler, a simulator, bubblewrap
    |   |-- ContainmentError      untrusted code could not be contained
    |   `-- StorageError          the disk is full or refuses
    `-- InfrastructureError       the infrastructure failed, another try may succeed
        |-- EndpointError         the model endpoint
        |-- SandboxError          the sandbox died under a run
        `-- SimulatorError        the simulator died under a measurement

A program that does not compile, crashes, answers wrongly or is not fast enough
is none of these: it is a `Reject`, kept as data (see `records`). An `InfrastructureError`
is never scored as a sample's failure: the sample stays open.
"""


class PieforgeError(Exception):
    """What happened, where, and what to do about it, in one message of up to three lines.

    Args:
        what: What is wrong, naming the thing.
        where: The file, key, command or address concerned.
        fix: What the reader can do now.
    """

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
        """Survive pickling, which calls the class with `args` alone."""
        return (_rebuild, (type(self), self.what, self.where, self.fix))


def _rebuild(kind: type[PieforgeError], what: str, where: str, fix: str) -> PieforgeError:
    return kind(what, where=where, fix=fix)


class UserInputError(PieforgeError):
    """What the user gave cannot be used."""


class ConfigError(UserInputError):
    """A key or a value of the configuration is wrong."""


class PackageError(UserInputError):
    """A problem package is incomplete or contradicts itself."""


class RunFolderError(UserInputError):
    """A run folder is missing, in use, or of another schema version."""


class MachineError(PieforgeError):
    """This machine cannot do what was asked, until it is fixed."""


class MissingToolError(MachineError):
    """A program that pieforge needs is not installed."""


class ContainmentError(MachineError):
    """Untrusted code could not be contained here, so it is not run at all."""


class StorageError(MachineError):
    """The disk is full or refuses to be written."""


class InfrastructureError(PieforgeError):
    """The infrastructure failed; another try may succeed, and no sample is to blame."""


class EndpointError(InfrastructureError):
    """The model endpoint failed, refused or gave what cannot be read."""


class SandboxError(InfrastructureError):
    """The sandbox died under a run."""


class SimulatorError(InfrastructureError):
    """The simulator died under a measurement."""
