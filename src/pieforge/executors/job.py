"""Where jobs run: a sandbox, the languages and the simulators of one machine; jobs and executors.

A job is plain, picklable data with the method that does it. It gets everything that does not
travel from the `Machine` on which it runs, and never starts another job: so an executor that
runs one job at a time cannot deadlock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from pieforge.equivalence.output_validator import OutputRules
from pieforge.errors import SimulatorError, UserInputError
from pieforge.measurement.simulators import Simulator
from pieforge.records import ProgramText
from pieforge.sandbox.languages import Language
from pieforge.sandbox.sandbox import CompileResult, Executable, Limits, Sandbox

Result = TypeVar("Result", covariant=True)

SCRIPT_LIMITS = Limits(cpu_s=10.0)
"""Of a package's own programs: generators, validators."""


@dataclass(frozen=True)
class Machine:
    """What jobs find where they run.

    Attributes:
        simulators: By name.
        languages: By key.
    """

    sandbox: Sandbox
    simulators: Mapping[str, Simulator]
    languages: Mapping[str, Language]

    async def compile(self, program: ProgramText, simulator: str = "") -> CompileResult:
        """Compile a program: its ordinary build, or the one that a simulator runs."""
        language = self.languages[program.language]
        if simulator:
            language = language.apply_cross_build(self.simulators[simulator].processor)
        return await self.sandbox.compile(language, program.code)

    async def build(self, program: ProgramText, simulator: str = "") -> Executable:
        """Return what a program compiles to.

        Raises:
            UserInputError: It does not compile.
        """
        built = await self.compile(program, simulator)
        if built.executable is None:
            raise UserInputError(
                f"the program does not compile: {find_first_error(built.diagnostics)}"
            )
        return built.executable

    async def judge(
        self, output_rules: OutputRules, data: bytes, answer: bytes, output: bytes
    ) -> str:
        """Return what a problem's judge has against an output, or an empty string.

        Raises:
            PackageError: The judge fails.
        """
        return await output_rules.check_output(self.sandbox, data, answer, output, SCRIPT_LIMITS)


@dataclass(frozen=True)
class SimulatorIdentity:
    """A simulator by name, and by the identity that its results depend on."""

    name: str
    sha: str

    def find(self, machine: Machine) -> Simulator:
        """Return the simulator of a machine.

        Raises:
            SimulatorError: That machine has another version or configuration of it.
        """
        found = machine.simulators[self.name]
        if found.sha != self.sha:
            raise SimulatorError(f"{self.name} is another one on the machine where a job ran")
        return found


class Job(Protocol[Result]):
    """Work for a machine, as picklable data; its result is picklable, too."""

    async def run(self, machine: Machine) -> Result:
        """Do it.

        Raises:
            PieforgeError: What went wrong; a program that fails is a result.
        """
        ...


class Executor(Protocol):
    """Runs jobs, as many at once as it has room for."""

    async def execute(self, job: Job[Result]) -> Result:
        """Wait for room, run a job and return its result."""
        ...


def find_first_error(diagnostics: str) -> str:
    """Return the first line of a compiler's messages that names an error, else the last line."""
    lines = [line.strip() for line in diagnostics.splitlines() if "error" in line.lower()]
    return (lines or diagnostics.strip().splitlines()[-1:] or [""])[0][:300]
