"""Measured runs, kept across runs of pieforge: what a prediction is fitted on.

One file of JSON lines for each pair of simulators, the one that confirms and the one that
counts, for another version or configuration of either gives other figures. Sorted, each sample
once, and always written whole, so that the same samples are the same bytes.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from pieforge.errors import UserInputError
from pieforge.files import write_text
from pieforge.measurement.prediction.model import TimedRun
from pieforge.records import digest


def get_samples_path(folder: Path, simulator: str, counter: str) -> Path:
    """Return the file of a folder that has the samples of two simulators, named by their `sha`."""
    return folder / f"{digest(simulator, counter)[:16]}.jsonl"


def read_samples(path: Path) -> list[TimedRun]:
    """Return the samples of a file, sorted, each once; none where there is no such file.

    Raises:
        UserInputError: The file cannot be read, or a line is not a sample; file and line are named.
    """
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise UserInputError(f"the samples cannot be read: {error}", where=str(path)) from error
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(TimedRun.model_validate_json(line))
        except ValidationError as error:
            [first, *_] = error.errors()
            place = ".".join(map(str, first["loc"]))
            raise UserInputError(
                f"not a sample: {place + ': ' if place else ''}{first['msg']}",
                where=f"{path}, line {number}",
                fix="correct the line, or move the file away: later runs write a new one",
            ) from error
    return _deduplicate(found)


def add_samples(path: Path, samples: Iterable[TimedRun]) -> int:
    """Add samples to a file, which is rewritten; return how many were new.

    Raises:
        UserInputError: The file is there and cannot be read, see `read_samples`; it is left as it
            is.
        StorageError: It cannot be written.
    """
    before = read_samples(path)
    after = _deduplicate([*before, *samples])
    if len(after) > len(before):
        write_text(path, "".join(f"{_serialize_sample(sample)}\n" for sample in after))
    return len(after) - len(before)


def compute_samples_sha(samples: Iterable[TimedRun]) -> str:
    """Return a hash of a set of samples, independent of their order."""
    return digest(*map(_serialize_sample, _deduplicate(samples)))


def _deduplicate(samples: Iterable[TimedRun]) -> list[TimedRun]:
    lines = {_serialize_sample(sample): sample for sample in samples}
    return [lines[line] for line in sorted(lines)]


def _serialize_sample(sample: TimedRun) -> str:
    return json.dumps(sample.model_dump(), sort_keys=True)
