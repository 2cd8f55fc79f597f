"""Read the rows of a run folder's JSON-lines files, of any readable schema version.

A run folder may come from somebody else: every line is checked, and its length is limited.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from pieforge import earlier_schemas
from pieforge.errors import RunFolderError
from pieforge.files import translate_os_errors
from pieforge.ledger import READABLE_VERSIONS
from pieforge.records import SCHEMA_VERSION, FrozenModel
from pieforge.rows import Pair

MAX_LINE = 1 << 28
"""Bytes of a line; a program and the inputs that a row may hold are bounded far below."""

_Row = TypeVar("_Row", bound=FrozenModel)


@dataclass(frozen=True)
class StoredRow:
    """One line of pairs.jsonl.

    Attributes:
        number: Of the line, from 1.
        values: The JSON object in the terms of today; empty where the line holds none.
        pair: The row; None where it is no pair.
        fault: Why it is no pair; empty where it is one.
    """

    number: int
    values: Mapping[str, Any] = field(default_factory=dict)
    pair: Pair | None = None
    fault: str = ""


def iter_pairs(path: Path) -> Iterator[Pair]:
    """Yield the kept pairs of a run, in the order of its pairs.jsonl, in bounded memory.

    Args:
        path: A run folder, or a file of the form of its pairs.jsonl.

    Raises:
        RunFolderError: There is no such file, or a line is no pair; the message names the line.
    """
    file = find_pairs(path)
    for row in iter_stored_rows(file):
        yield require_pair(row, file)


def find_pairs(path: Path) -> Path:
    """Return the file of pairs that a run folder, or the path of the file, stands for.

    Raises:
        RunFolderError: There is none.
    """
    if not path.exists():
        raise RunFolderError("there is no such run folder", where=str(path), fix="correct the path")
    file = path / "pairs.jsonl" if path.is_dir() else path
    if not file.is_file():
        raise RunFolderError(
            "the run has no pairs.jsonl: it has not ended its first round",
            where=str(path),
            fix=f"pieforge run --resume {path}",
        )
    return file


def iter_stored_rows(path: Path) -> Iterator[StoredRow]:
    """Yield every line of a file of pairs; what is no pair has a fault.

    Raises:
        RunFolderError: A line is longer than `MAX_LINE`.
        StorageError: The file cannot be read.
    """
    for number, (_, line) in enumerate(iter_lines(path), 1):
        yield parse_pair(number, line)


def require_pair(row: StoredRow, path: Path) -> Pair:
    """Return the pair of a line.

    Raises:
        RunFolderError: The line is no pair.
    """
    if row.pair is None:
        raise _explain_line(row.fault, row.number, path)
    return row.pair


def iter_rows(path: Path, model: type[_Row]) -> Iterator[tuple[int, _Row]]:
    """Yield each row of a file of the present schema version, with its offset in bytes.

    Args:
        path: The file; one that does not exist has no rows.
        model: The type of its rows.

    Raises:
        RunFolderError: A line is no such row; the message names the line.
    """
    if not path.exists():
        return
    for number, (offset, line) in enumerate(iter_lines(path), 1):
        try:
            yield offset, model.model_validate_json(line)
        except ValidationError as error:
            raise _explain_line(describe_fault(error), number, path) from error


def iter_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield each line of a file with its offset in bytes.

    Raises:
        RunFolderError: A line is longer than `MAX_LINE`.
        StorageError: The file cannot be read.
    """
    offset = number = 0
    with translate_os_errors(path, "cannot be read"), path.open("rb") as lines:
        while line := lines.readline(MAX_LINE + 1):
            number += 1
            if len(line) > MAX_LINE:
                raise _explain_line("it is too long", number, path)
            yield offset, line
            offset += len(line)


def parse_pair(number: int, line: bytes) -> StoredRow:
    """Return what a line of pairs.jsonl holds.

    Args:
        number: Of the line, from 1.
        line: Its bytes.
    """
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        return StoredRow(number, fault=f"the line is no JSON: {error}")
    if not isinstance(values, dict):
        return StoredRow(number, fault="the line is no JSON object")
    version = values.get("schema_version")
    try:
        if version in earlier_schemas.VERSIONS:
            values = earlier_schemas.upgrade_row(values)
        elif version != SCHEMA_VERSION:
            known = ", ".join(map(str, READABLE_VERSIONS))
            fault = f"schema_version is {version!r}; this pieforge reads {known}"
            return StoredRow(number, values, fault=fault)
        return StoredRow(number, values, Pair.model_validate(values))
    except (AttributeError, KeyError, TypeError) as error:
        return StoredRow(number, values, fault=f"it is no pair of version {version}: {error!r}")
    except ValidationError as error:
        return StoredRow(number, values, fault=f"it is no pair: {describe_fault(error)}")


def describe_fault(error: ValidationError) -> str:
    """Return the first column that is wrong, and why."""
    first = error.errors()[0]
    return f"{'.'.join(map(str, first['loc'])) or 'the line'}: {first['msg']}"


def _explain_line(fault: str, number: int, path: Path) -> RunFolderError:
    return RunFolderError(
        f"line {number}: {fault}", where=str(path), fix="remove the line, or export the run again"
    )
