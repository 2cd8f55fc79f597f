"""Whole outputs of programs, and what in them never changes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from pieforge.executors.cached import CachedExecutor
from pieforge.executors.records import Suite
from pieforge.records import ProgramText, Record, Verdict

MIN_OUTPUTS = 4
"""Least number of inputs for a field to count as constant."""
_MAX_LINES = 8
"""Lines at the beginning, and at the end, of an output whose words are fields."""
_MAX_WORDS = 16
"""Words of a line that are fields."""
_TIME_FACTOR = 2.0
"""Factor on the CPU limit: a run that took almost all of it before must not fail now."""


class WholeOutputs(Record):
    """A program's outputs on a suite."""

    KIND: ClassVar[str] = "whole_outputs"

    blobs: tuple[str, ...]
    """One for each input, in order; empty where the run did not end well."""


async def store_outputs(
    executor: CachedExecutor, program: ProgramText, suite: Suite
) -> WholeOutputs:
    """Keep a program's outputs on a suite; it runs only where an earlier run's is not kept."""

    async def compute() -> WholeOutputs:
        blobs = executor.find_outputs(program, suite)
        missing = [at for at, blob in enumerate(blobs) if not blob]
        if missing:
            inputs = executor.get_inputs(suite)
            data = [inputs[at] for at in missing]
            runs = await executor.run_all(program, data, whole=True, time_share=_TIME_FACTOR)
            for at, run in zip(missing, runs, strict=True):
                if run.verdict is Verdict.AC:
                    blobs[at] = executor.ledger.put_blob(run.stdout)
        return WholeOutputs(blobs=tuple(blobs))

    return await executor.ledger.compute_once(WholeOutputs, program.program_id, suite.sha, compute)


async def find_degenerate_field(
    executor: CachedExecutor, program: ProgramText, base: ProgramText, suite: Suite
) -> str:
    """Return which field of a program's output never changes but does in the program it varies.

    Args:
        executor: Where programs are run.
        program: A program.
        base: The program that it departs from.
        suite: The inputs.

    Returns:
        The field with its value, in words; empty if there is none.
    """
    mine, before = [
        collect_fields([executor.ledger.get_blob(sha) for sha in stored.blobs if sha])
        for stored in (
            await store_outputs(executor, program, suite),
            await store_outputs(executor, base, suite),
        )
    ]
    for name, values in mine.items():
        constant = len(values) >= MIN_OUTPUTS and len(set(values)) == 1
        if constant and len(set(before.get(name, ()))) > 1:
            return f"{name} is {values[0][:40]} on all {len(values)} inputs"
    return ""


def collect_fields(outputs: Sequence[bytes]) -> Mapping[str, list[str]]:
    """Return the values of each field in a program's outputs.

    A field is a word at a place in a line, counted from the first or from the last line. Fields
    that are not in every output are left out.
    """
    found: dict[str, list[str]] = {}
    for output in outputs:
        for name, value in _iter_fields(output):
            found.setdefault(name, []).append(value)
    return {name: values for name, values in found.items() if len(values) == len(outputs)}


def _iter_fields(output: bytes) -> Iterator[tuple[str, str]]:
    lines = output.decode(errors="replace").rstrip().splitlines()
    ends = ((lines[:_MAX_LINES], "line"), (lines[: -_MAX_LINES - 1 : -1], "line from the end"))
    for part, title in ends:
        for at, line in enumerate(part, 1):
            for place, word in enumerate(line.split()[:_MAX_WORDS], 1):
                yield f"word {place} of {title} {at}", word
