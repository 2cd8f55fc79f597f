"""Formats in which others read the pairs: one per file, which declares it as `EXPORT`.

The data files have exactly the columns of the format, because some readers refuse others. What a
row came from is on the line of the same number in the file `NAME.metadata.jsonl` of its split.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonlines

from pieforge.export.dataset import DataSet, Lesson
from pieforge.plugins import discover
from pieforge.records import FrozenModel
from pieforge.rows import Reject

Messages = list[dict[str, str]]


@dataclass(frozen=True)
class TrainingRow:
    """A row of a data file, and the refused program in it, if there is one."""

    values: Mapping[str, Any]
    reject: Reject | None = None


class Metadata(FrozenModel):
    """What a row came from."""

    record_id: str
    reject_id: str
    """The refused program's `record_id` in rejects.jsonl; empty where there is none."""
    reason: str
    """Why it was refused."""
    run: str
    problem_id: str
    language: str
    behavior: str
    class_id: str
    license: str
    author_model: str
    optimizer_model: str
    confirmed_by: str
    speedup: float
    growth: str
    edit_kind: str
    edit_id: str
    edit_cluster: str
    decile: int
    """Decile of the fast program in its class, 10 for the fastest."""


@dataclass(frozen=True)
class ExportKind:
    """A format.

    Attributes:
        title: What it is, for people.
        reader: What reads it.
        checked_by: What the tests read it with; for a format that cannot be tested so, what it was
            compared with.
        write: Writes the data files of a set into a folder; returns the number of rows by split.
    """

    title: str
    reader: str
    checked_by: str
    write: Callable[[DataSet, Path], Mapping[str, int]]


def discover_kinds() -> Mapping[str, ExportKind]:
    """Return every format that a file of this package declares, by name."""
    found = discover(__name__, "EXPORT", ExportKind)
    return {name.replace("_", "-"): kind for name, kind in found.items()}


def write_rows(
    build: Callable[[Lesson], Iterator[TrainingRow]],
) -> Callable[[DataSet, Path], Mapping[str, int]]:
    """Return a function that writes JSON lines, one file per split, with the metadata next to it.

    Args:
        build: Yields the rows of one pair.
    """

    def write(data: DataSet, folder: Path) -> Mapping[str, int]:
        counts = {}
        for split in data.splits:
            counts[split] = 0
            with (
                jsonlines.open(folder / f"{split}.jsonl", "w", compact=True) as rows,
                jsonlines.open(folder / f"{split}.metadata.jsonl", "w", compact=True) as notes,
            ):
                for lesson in data.iter_lessons(split):
                    for row in build(lesson):
                        rows.write(row.values)
                        notes.write(describe_row(lesson, row.reject).model_dump())
                        counts[split] += 1
        return counts

    return write


def describe_row(lesson: Lesson, reject: Reject | None = None) -> Metadata:
    """Return what a row came from."""
    pair = lesson.pair
    return Metadata(
        record_id=pair.record_id,
        reject_id=reject.record_id if reject else "",
        reason=reject.reason if reject else "",
        **dict(lesson.joined),
        problem_id=pair.problem_id,
        language=pair.language,
        behavior=pair.behavior,
        class_id=pair.class_id,
        confirmed_by=pair.confirmed_by,
        speedup=pair.speedup,
        growth=pair.growth,
        edit_kind=pair.edit_kind,
        edit_id=pair.edit_id,
        edit_cluster=pair.edit_cluster,
        decile=pair.target_reward_updated_pct_bin,
    )


def ask(lesson: Lesson) -> Messages:
    """Return the messages that ask for a faster program."""
    return [{"role": "user", "content": lesson.prompt}]


def answer(text: str) -> Messages:
    """Return the messages of an answer."""
    return [{"role": "assistant", "content": text}]
