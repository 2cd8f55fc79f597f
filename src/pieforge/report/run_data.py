"""What the report shows of a run: its exported files, with the checks that foreign rows need."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pieforge import earlier_schemas
from pieforge.errors import RunFolderError
from pieforge.export.run_files import SUMMARY
from pieforge.export.summary import RunSummary, read_summary
from pieforge.records import FrozenModel, Origin
from pieforge.rows import CallRow, Content, Pair, PairTests, ProblemRow, ProgramRow, Reject
from pieforge.stored_rows import find_pairs, iter_pairs, iter_rows

_SAMPLES = 2
"""The first inputs of a pair that the report shows, next to one timed input."""
_INPUT_FILES = ("tests.jsonl", "contents.jsonl")

_Row = TypeVar("_Row", bound=FrozenModel)
_Value = TypeVar("_Value")


class ShownInput(FrozenModel):
    """The beginning of an input of a pair, and of the slow program's output on it."""

    test: str
    input: str
    output: str


@dataclass(frozen=True)
class ReportedRun:
    """The exported rows of a run.

    Attributes:
        folder: The run folder.
        pairs: Sorted by problem, language and slow program.
        rejects: The refused programs and replies.
        programs: By id; the rows of programs.jsonl.
        calls: By id.
        problems: By id.
        summary: The figures of summary.json; None where the run has none.
        inputs: Some inputs of each pair, by record id.
        missing: What could not be read, one sentence each.
    """

    folder: Path
    pairs: Sequence[Pair]
    rejects: Sequence[Reject]
    programs: Mapping[str, ProgramRow]
    calls: Mapping[str, CallRow]
    problems: Mapping[str, ProblemRow]
    summary: RunSummary | None
    inputs: Mapping[str, Sequence[ShownInput]]
    missing: Sequence[str]

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.resolve().name

    @cached_property
    def authored(self) -> list[ProgramRow]:
        """The author's programs, varied or made slower."""
        origins = {Origin.AUTHOR, Origin.DEOPTIMIZER}
        return [program for program in self.programs.values() if program.origin in origins]

    @cached_property
    def optimized(self) -> list[ProgramRow]:
        """The optimizer's programs."""
        return [it for it in self.programs.values() if it.origin is Origin.OPTIMIZER]

    @property
    def answered(self) -> list[ProgramRow | Reject]:
        """The rows that name the call that they come from."""
        return [*self.programs.values(), *self.rejects]

    def find_call(self, program_id: str) -> CallRow | None:
        """Return the model call that gave a program; None where the run does not say."""
        program = self.programs.get(program_id)
        return self.calls.get(program.call_id) if program else None


def read_run(folder: Path, shown_chars: int) -> ReportedRun:
    """Read the exported files of a run.

    Only pairs.jsonl is required. What else is missing, or of an earlier version, is left out, and
    `missing` says so.

    Args:
        folder: The run folder.
        shown_chars: Characters of an input or output that are kept.

    Raises:
        RunFolderError: There is no pairs.jsonl, or a line of it is no pair.
    """
    folder = find_pairs(folder).parent
    pairs = sorted(
        iter_pairs(folder), key=lambda it: (it.problem_id, it.language, it.src_id, it.record_id)
    )
    missing: list[str] = []
    is_old = bool(pairs) and pairs[0].schema_version in earlier_schemas.VERSIONS
    if is_old:
        missing.append("of a run of an earlier row schema version, only pairs.jsonl is read")

    def attempt(names: Sequence[str], read: Callable[[], _Value]) -> _Value | None:
        if is_old:
            return None
        absent = [name for name in names if not (folder / name).is_file()]
        if absent:
            missing.append(f"{' and '.join(absent)} is missing: what depends on it is left out")
            return None
        try:
            return read()
        except (RunFolderError, ValueError, KeyError, TypeError) as error:
            # A run of the present schema version may have been exported before it was released.
            what = error.what if isinstance(error, RunFolderError) else str(error).splitlines()[0]
            missing.append(f"{names[0]} cannot be read, and is left out: {what}")
            return None

    def read(name: str, model: type[_Row]) -> list[_Row]:
        rows = attempt([name], lambda: [row for _, row in iter_rows(folder / name, model)])
        return rows or []

    return ReportedRun(
        folder=folder,
        pairs=pairs,
        rejects=read("rejects.jsonl", Reject),
        programs={row.program_id: row for row in read("programs.jsonl", ProgramRow)},
        calls={row.call_id: row for row in read("calls.jsonl", CallRow)},
        problems={row.problem_id: row for row in read("problems.jsonl", ProblemRow)},
        summary=attempt([SUMMARY], lambda: read_summary(folder / SUMMARY)),
        inputs=attempt(_INPUT_FILES, lambda: _read_inputs(folder, pairs, shown_chars)) or {},
        missing=missing,
    )


def _read_inputs(folder: Path, pairs: Sequence[Pair], length: int) -> dict[str, list[ShownInput]]:
    """Return the first inputs of each pair and a timed one; all others stay on the disk."""
    timed = {pair.record_id: set(pair.timed_tests) for pair in pairs}
    chosen = {}
    for _, row in iter_rows(folder / "tests.jsonl", PairTests):
        measured = [it for it in row.tests if it.test in timed.get(row.record_id, ())]
        chosen[row.record_id] = {it.test: it for it in (*row.tests[:_SAMPLES], *measured[:1])}
    wanted = {
        id_ for tests in chosen.values() for it in tests.values() for id_ in (it.input, it.output)
    }
    texts = {
        row.content_id: cut_text(row.text, length)
        + f" ({row.encoding})" * (row.encoding != "utf-8")
        for _, row in iter_rows(folder / "contents.jsonl", Content)
        if row.content_id in wanted
    }
    return {
        record_id: [
            ShownInput(test=name, input=texts.get(it.input, ""), output=texts.get(it.output, ""))
            for name, it in tests.items()
        ]
        for record_id, tests in chosen.items()
    }


def cut_text(text: str, length: int) -> str:
    """Return a text, or its beginning with its length in characters."""
    return text if len(text) <= length else f"{text[:length]}... ({len(text):,} characters)"
