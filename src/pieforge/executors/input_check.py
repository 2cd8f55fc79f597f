"""Which inputs belong to a problem: its validators say, or else its known-right programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pieforge.equivalence.comparison import ComparableOutput, explain_difference
from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.job import Machine
from pieforge.inputs.validation.validators import InputValidators
from pieforge.records import PackageProgram, ProgramText, Verdict
from pieforge.sandbox.sandbox import Limits


@dataclass(frozen=True)
class InputCheck:
    """Which inputs belong to a problem.

    Attributes:
        validators: The package's input validators, by name.
        accepted: Known-right programs. Where there is no validator, all of them have to end well
            on an input, with equal outputs.
        output_rules: How the problem wants outputs compared.
        limits: Of one run of a program.
    """

    validators: Mapping[str, PackageProgram]
    accepted: tuple[ProgramText, ...]
    output_rules: OutputRules
    limits: Limits

    async def check(self, machine: Machine, inputs: Sequence[bytes]) -> list[bool]:
        """Say of each input whether it is one of the problem's.

        Args:
            machine: Where validators and programs run.
            inputs: What to check.

        Raises:
            PackageError: A validator cannot be used.
            SandboxError: The sandbox failed twice.
        """
        if self.validators:
            return await InputValidators(machine.sandbox, self.validators).validate_inputs(inputs)
        return await self._check_agreement(machine, inputs)

    async def _check_agreement(self, machine: Machine, inputs: Sequence[bytes]) -> list[bool]:
        """Run every known-right program on the inputs that those before it left over."""
        answers: dict[int, ComparableOutput] = {}
        left = list(range(len(inputs)))
        for program in self.accepted:
            executable = await machine.build(program)
            results = await machine.sandbox.run(
                executable,
                [inputs[at] for at in left],
                self.limits,
                keep_output=self.output_rules.lenient,
            )
            ended = []
            for at, result in zip(left, results, strict=True):
                if result.verdict is not Verdict.AC:
                    continue
                output = ComparableOutput.from_run(result)
                answer = answers.setdefault(at, output)
                if not await explain_difference(
                    self.output_rules, machine.judge, inputs[at], answer, output
                ):
                    ended.append(at)
            # The next program runs only on what this one accepted.
            left = ended
        good = set(left)
        return [at in good for at in range(len(inputs))]
