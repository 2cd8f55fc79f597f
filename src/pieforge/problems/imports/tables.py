"""Read rows of JSON Lines, JSON and Parquet files, one at a time, and take values out of them."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pieforge.errors import UserInputError
from pieforge.files import translate_os_errors
from pieforge.tools import import_arrow

_ENDINGS = (".jsonl", ".jsonl.gz", ".json", ".parquet")
_MAX_LINE_BYTES = 1 << 30
_BATCH = 4
"""Rows of a Parquet file in memory together: some have many megabytes."""

Row = tuple[str, dict[str, Any] | None]
"""The place of a row, and the row; None where the line cannot be read."""


def iter_rows(path: Path) -> Iterator[Row]:
    """Yield the rows of a file, or of all files of tables below a folder, sorted by path.

    Raises:
        UserInputError: There is no such file.
        MissingToolError: A Parquet file needs a package that is not installed.
    """
    for table in list_tables(path):
        name = table.relative_to(path.parent if table == path else path).as_posix()
        rows = _iter_parquet(table) if table.suffix == ".parquet" else _iter_json(table)
        for at, row in rows:
            yield f"{name}:{at}", row


def list_tables(path: Path) -> list[Path]:
    """Return the files of tables at or below a path, sorted.

    Raises:
        UserInputError: There is none.
    """
    with translate_os_errors(path, "cannot be read"):
        found = [path] if path.is_file() else sorted(path.rglob("*"))
        found = [it for it in found if it.name.lower().endswith(_ENDINGS) and it.is_file()]
    if not found:
        raise UserInputError(
            "there is no table of problems",
            where=str(path),
            fix=f"give a file, or a folder with files, that end in {', '.join(_ENDINGS)}",
        )
    return found


def _iter_json(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Yield number and row of each line; a file in plain JSON is read whole."""
    opened = gzip.open if path.suffix == ".gz" else open
    with translate_os_errors(path, "cannot be read"), opened(path, "rb") as stream:
        if path.suffix == ".json":
            rows = parse_json(stream.read(_MAX_LINE_BYTES).decode("utf-8-sig", errors="replace"))
            for at, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
                yield at, row if isinstance(row, dict) else None
            return
        number = 0
        while line := stream.readline(_MAX_LINE_BYTES):
            number += 1
            if line.strip():
                row = parse_json(line.decode("utf-8-sig", errors="replace"))
                yield number, row if isinstance(row, dict) else None


def _iter_parquet(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    arrow = import_arrow()
    number = 0
    try:
        for batch in arrow.parquet.ParquetFile(path).iter_batches(batch_size=_BATCH):
            for row in batch.to_pylist():
                number += 1
                yield number, row
    except (arrow.ArrowException, OSError) as error:
        raise UserInputError(
            f"the Parquet file cannot be read: {error}", where=str(path), fix="download it again"
        ) from error


def parse_json(text: object) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value of a JSON text; None where it cannot be read."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # also integers of more digits than Python reads
        return None


def get_text(row: Mapping[str, Any], *names: str) -> str:
    """Return the first of the named values that is a text with content; empty if none is."""
    for name in names:
        value = row.get(name)
        if isinstance(value, str) and value.strip():
            return value
    return ""


def is_usable(text: object) -> bool:
    """Return whether a value is a text that a file can hold: no zero bytes, no half surrogates."""
    if not isinstance(text, str) or not text.strip() or "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def list_records(value: object, *names: str) -> list[tuple[Any, ...]]:
    """Return records as tuples: they are a list of mappings, or a mapping of lists.

    Where lists have different lengths, what is missing is None.
    """
    if isinstance(value, Mapping):
        columns = [value.get(name) for name in names]
        lists = [
            it if isinstance(it, Sequence) and not isinstance(it, str) else [] for it in columns
        ]
        longest = max(map(len, lists), default=0)
        return [tuple(it[at] if at < len(it) else None for it in lists) for at in range(longest)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [tuple(it.get(name) for name in names) for it in value if isinstance(it, Mapping)]
    return []


def encode_lines(value: object) -> bytes | None:
    """Return an input or output as bytes; lists stand for its lines. None for anything else."""
    if isinstance(value, str):
        return value.encode(errors="replace")
    if isinstance(value, list) and all(isinstance(it, str | int | float) for it in value):
        return "\n".join(map(str, value)).encode(errors="replace")
    return None


def read_number(value: object) -> float | None:
    """Return the number at the beginning of a value ("2.0 seconds"); None unless above 0."""
    try:
        number = float(str(value).split()[0])
    except (ValueError, IndexError):
        return None
    return number if 0 < number < float("inf") else None
