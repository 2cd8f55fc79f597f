"""Run a package's input validators on many inputs at once, in the sandbox."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

from pieforge.errors import PackageError
from pieforge.inputs.validation import batch
from pieforge.records import Verdict
from pieforge.sandbox.languages import Language, discover_languages, map_suffixes
from pieforge.sandbox.sandbox import Limits, Sandbox

ACCEPTED, REJECTED = 42, 43
"""Exit statuses of an input validator (problem package format, section input validators)."""

_LIMITS = Limits(cpu_s=10.0)
_MAX_BATCH_INPUTS = 1024
_MAX_BATCH_BYTES = 8 << 20


ExitStatus = int | None
"""None where the validator was killed."""


class InputValidators:
    """The input validators of one package.

    A validator in Python judges a whole batch in one interpreter, each input with new globals and
    streams. An input on which it ends with a status other than 42 and 43, or which ends the batch,
    is given to it again alone, as its author intended. Validators in other languages get one
    process for each input.
    """

    def __init__(self, sandbox: Sandbox, validators: Mapping[str, str]) -> None:
        """Args: the sandbox, and the validators' texts by file name."""
        self._sandbox = sandbox
        self._validators = dict(sorted(validators.items()))
        self._unbatchable: set[str] = set()

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

    async def run_validator(self, name: str, inputs: Sequence[bytes]) -> list[ExitStatus]:
        """Return a validator's exit status on each input; None where it was killed.

        Raises:
            PackageError: It is in no known language or does not compile.
            SandboxError: The sandbox failed twice.
        """
        language = self._find_language(name)
        if language.key != "python" or len(inputs) < 2 or name in self._unbatchable:
            return await self._run_each(name, language, inputs)
        found: list[ExitStatus] = []
        while len(found) < len(inputs):
            part = _take_batch(inputs[len(found) :])
            statuses = await self._run_batch(name, part)
            found += statuses
            if len(statuses) < len(part):
                # The next input ended the batch.
                found += await self._run_each(name, language, [inputs[len(found)]])
        return await self._recheck_unclear(name, language, inputs, found)

    async def _recheck_unclear(
        self, name: str, language: Language, inputs: Sequence[bytes], found: list[ExitStatus]
    ) -> list[ExitStatus]:
        """Repeat, alone, the first run in a batch that neither accepted nor rejected."""
        unclear = [i for i, status in enumerate(found) if status not in (ACCEPTED, REJECTED)]
        if not unclear:
            return found
        alone = await self._run_each(name, language, [inputs[unclear[0]]])
        if alone == [found[unclear[0]]]:
            return found
        # The validator behaves differently in batches, so none of its results in them counts.
        self._unbatchable.add(name)
        return await self._run_each(name, language, inputs)

    async def _run_batch(self, name: str, inputs: Sequence[bytes]) -> list[ExitStatus]:
        framed = b"".join(len(data).to_bytes(8, "big") + data for data in inputs)
        files = {"batch.py": _read_driver(), name: self._validators[name].encode()}
        result = await self._sandbox.run_script(files, ("batch.py", name), framed, _LIMITS)
        lines = result.stdout.split(b"\n")[:-1]
        if result.verdict is Verdict.AC and len(lines) != len(inputs):
            return []
        return [int(line) for line in lines[: len(inputs)]]

    async def _run_each(
        self, name: str, language: Language, inputs: Sequence[bytes]
    ) -> list[ExitStatus]:
        built = await self._sandbox.compile(language, self._validators[name])
        if built.executable is None:
            raise PackageError(
                f"validator {name} does not compile: {built.diagnostics[:200]}",
                where=name,
                fix="correct the validator",
            )
        runs = await self._sandbox.run(built.executable, inputs, _LIMITS)
        return [run.exit_code for run in runs]

    def _find_language(self, name: str) -> Language:
        known = map_suffixes(discover_languages())
        language = known.get(Path(name).suffix)
        if language is None:
            raise PackageError(
                f"validator {name} is in no known language",
                where=name,
                fix=f"use one of: {', '.join(sorted(known))}",
            )
        return language


@cache
def _read_driver() -> bytes:
    return Path(batch.__file__).read_bytes()


def _take_batch(inputs: Sequence[bytes]) -> Sequence[bytes]:
    """Return the first inputs, as many as one batch may hold, and at least one."""
    totals = accumulate(map(len, inputs[:_MAX_BATCH_INPUTS]))
    return inputs[: max(1, sum(total <= _MAX_BATCH_BYTES for total in totals))]
