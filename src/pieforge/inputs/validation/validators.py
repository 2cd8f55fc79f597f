"""Ask a package's input validators about many inputs at once, inside the sandbox."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
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


class InputValidators:
    """The input validators of one package.

    A validator in Python judges a whole batch in one interpreter, each input with fresh globals
    and streams; an input on which it ends with anything but 42 and 43, or breaks the batch, is
    given to it again alone, as its author meant it. Validators in other languages get one
    process for each input.
    """

    def __init__(self, sandbox: Sandbox, validators: Mapping[str, str]) -> None:
        """Args: the sandbox, and the validators' texts by file name."""
        self._sandbox = sandbox
        self._validators = dict(sorted(validators.items()))
        self._unbatchable: set[str] = set()

    def __bool__(self) -> bool:
        """Say whether there is any validator."""
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

    async def run_validator(self, name: str, inputs: Sequence[bytes]) -> list[int | None]:
        """Return a validator's exit status on each input; None where it was killed.

        Raises:
            PackageError: It is in no known language or does not compile.
            SandboxError: The sandbox failed twice.
        """
        language = self._find_language(name)
        if language.key != "python" or len(inputs) < 2 or name in self._unbatchable:
            return await self._run_each(name, language, inputs)
        found: list[int | None] = []
        for part in _split_batches(inputs):
            while part:
                told = await self._run_batch(name, part)
                found += told
                # The batch ended early: the next input broke it.
                part = part[len(told) :]
                if part:
                    found += await self._run_each(name, language, part[:1])
                    part = part[1:]
        return await self._recheck_unclear(name, language, inputs, found)

    async def _recheck_unclear(
        self, name: str, language: Language, inputs: Sequence[bytes], found: list[int | None]
    ) -> list[int | None]:
        """Ask again alone where a batch's status is neither yes nor no, once for each kind."""
        strange = [i for i, status in enumerate(found) if status not in (ACCEPTED, REJECTED)]
        if not strange:
            return found
        first = await self._run_each(name, language, [inputs[strange[0]]])
        if first == [found[strange[0]]]:
            return found
        # In a batch it does something else than alone: it is not asked in batches again.
        self._unbatchable.add(name)
        return await self._run_each(name, language, inputs)

    async def _run_batch(self, name: str, inputs: Sequence[bytes]) -> list[int | None]:
        framed = b"".join(len(data).to_bytes(8, "big") + data for data in inputs)
        files = {
            "batch.py": _read_driver(),
            name: self._validators[name].encode(),
        }
        result = await self._sandbox.run_script(files, ("batch.py", name), framed, _LIMITS)
        lines = result.stdout.split(b"\n")[:-1]
        if result.verdict is Verdict.AC and len(lines) != len(inputs):
            return []
        return [int(line) for line in lines[: len(inputs)]]

    async def _run_each(
        self, name: str, language: Language, inputs: Sequence[bytes]
    ) -> list[int | None]:
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
        suffix = Path(name).suffix
        if suffix not in known:
            raise PackageError(
                f"validator {name} is in no known language",
                where=name,
                fix=f"use one of: {', '.join(sorted(known))}",
            )
        return known[suffix]


@cache
def _read_driver() -> bytes:
    return Path(batch.__file__).read_bytes()


def _split_batches(inputs: Sequence[bytes]) -> Iterator[list[bytes]]:
    part: list[bytes] = []
    size = 0
    for data in inputs:
        if part and (len(part) == _MAX_BATCH_INPUTS or size + len(data) > _MAX_BATCH_BYTES):
            yield part
            part, size = [], 0
        part.append(data)
        size += len(data)
    if part:
        yield part
