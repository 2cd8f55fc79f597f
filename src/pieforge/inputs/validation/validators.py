"""Run a package's input validators on many inputs at once, in the sandbox."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

from pieforge.errors import PackageError
from pieforge.inputs.validation import batch
from pieforge.inputs.validation.programs import compile_program, find_language, run_program
from pieforge.records import PackageProgram, Verdict
from pieforge.sandbox.sandbox import Limits, RunResult, Sandbox

ACCEPTED, REJECTED = 42, 43
"""Exit statuses of an input validator (problem package format, section input validators)."""

_LIMITS = Limits(cpu_s=10.0)
_MAX_BATCH_INPUTS = 1024
_MAX_BATCH_BYTES = 8 << 20
_MAX_STOPPED = 3
"""A validator that its time limit stopped on so many inputs is faulty: each costs that time."""


ExitStatus = int | None
"""None where the validator was killed."""


class InputValidators:
    """The input validators of one package.

    A validator in Python judges a whole batch in one interpreter, each input with new globals and
    streams. An input on which it ends with a status other than 42 and 43, or which ends the batch,
    is given to it again alone, as its author intended. Validators in other languages, or of several
    files, get one process for each input.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        validators: Mapping[str, PackageProgram],
        limits: Limits = _LIMITS,
    ) -> None:
        """Args: the sandbox, the validators by name, and the limits of one run or batch."""
        self._sandbox = sandbox
        self._limits = limits
        self._validators = dict(sorted(validators.items()))
        self._unbatchable = {name for name, each in validators.items() if len(each.files) > 1}
        self._stopped = 0

    def __bool__(self) -> bool:
        """Return whether there is any validator."""
        return bool(self._validators)

    async def validate_inputs(self, inputs: Sequence[bytes]) -> list[bool]:
        """Return for each input whether every validator accepts it.

        Raises:
            PackageError: A validator is in no known language or does not compile.
            SandboxError: The sandbox failed twice.
        """
        good = [True] * len(inputs)
        for name in self._validators:
            left = [index for index, so_far in enumerate(good) if so_far]
            statuses = await self.run_validator(name, [inputs[index] for index in left])
            for index, status in zip(left, statuses, strict=True):
                good[index] = status == ACCEPTED
        return good

    async def run_validator(
        self, name: str, inputs: Sequence[bytes], arguments: Sequence[str] | None = None
    ) -> list[ExitStatus]:
        """Return a validator's exit status on each input; None where it was killed.

        Args:
            name: The validator.
            inputs: Its standard inputs.
            arguments: Its arguments, instead of those for inputs that are no tests.

        Raises:
            PackageError: It is in no known language, does not compile, or does not come to an end.
            SandboxError: The sandbox failed twice.
        """
        program = self._validators[name]
        if arguments is not None:
            program = program.model_copy(update={"arguments": tuple(arguments)})
        is_python = find_language(program).key == "python"
        if not is_python or len(inputs) < 2 or name in self._unbatchable:
            return await self._run_each(name, program, inputs)
        found: list[ExitStatus] = []
        while len(found) < len(inputs):
            part = _take_batch(inputs[len(found) :])
            statuses = await self._run_batch(program, part)
            found += statuses
            if len(statuses) < len(part):
                # The next input ended the batch.
                found += await self._run_each(name, program, [inputs[len(found)]])
        return await self._recheck_unclear(name, program, inputs, found)

    async def _recheck_unclear(
        self,
        name: str,
        program: PackageProgram,
        inputs: Sequence[bytes],
        found: list[ExitStatus],
    ) -> list[ExitStatus]:
        """Repeat, alone, the first run in a batch that neither accepted nor rejected."""
        unclear = [i for i, status in enumerate(found) if status not in (ACCEPTED, REJECTED)]
        if not unclear:
            return found
        alone = await self._run_each(name, program, [inputs[unclear[0]]])
        if alone == [found[unclear[0]]]:
            return found
        # The validator behaves differently in batches, so none of its results in them counts.
        self._unbatchable.add(name)
        return await self._run_each(name, program, inputs)

    async def _run_batch(
        self, program: PackageProgram, inputs: Sequence[bytes]
    ) -> list[ExitStatus]:
        framed = b"".join(len(data).to_bytes(8, "big") + data for data in inputs)
        files = {"batch.py": _read_driver(), program.main: program.files[program.main].encode()}
        command = ("batch.py", program.main, *program.arguments)
        result = await self._sandbox.run_script(files, command, framed, self._limits)
        lines = result.stdout.split(b"\n")[:-1]
        if result.verdict is Verdict.AC and len(lines) != len(inputs):
            return []
        return [int(line) for line in lines[: len(inputs)]]

    async def _run_each(
        self, name: str, program: PackageProgram, inputs: Sequence[bytes]
    ) -> list[ExitStatus]:
        found: list[ExitStatus] = []

        def add(result: RunResult) -> None:
            self._stopped += result.verdict is Verdict.TLE
            if self._stopped >= _MAX_STOPPED:
                raise PackageError(
                    f"validator {name} does not come to an end: {_MAX_STOPPED} inputs took it more "
                    f"than {self._limits.cpu_s:g} CPU seconds each",
                    where=name,
                    fix="correct the validator",
                )
            found.append(result.exit_code)

        if find_language(program).key == "python":
            for data in inputs:
                add(
                    await run_program(self._sandbox, program, program.arguments, data, self._limits)
                )
            return found
        executable = await compile_program(self._sandbox, program)
        left = list(inputs)
        while left:
            runs = await self._sandbox.run(
                executable,
                left,
                self._limits,
                arguments=program.arguments,
                stop=lambda _, result: result.verdict is Verdict.TLE,
            )
            for run in runs:
                add(run)
            left = left[len(runs) :]
        return found


@cache
def _read_driver() -> bytes:
    return Path(batch.__file__).read_bytes()


def _take_batch(inputs: Sequence[bytes]) -> Sequence[bytes]:
    """Return the first inputs, as many as one batch may hold, and at least one."""
    totals = accumulate(map(len, inputs[:_MAX_BATCH_INPUTS]))
    return inputs[: max(1, sum(total <= _MAX_BATCH_BYTES for total in totals))]
