"""Measured runs, stored across runs of pieforge: the samples that a prediction is fitted on.

There is one file of JSON lines for each pair of confirmer and counter, because another version or
configuration of either gives other values. The lines are sorted and unique, and a file is always
written as a whole, so that equal sets of samples have equal bytes.
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
    """Return the path of the samples of two simulators.

    Args:
        folder: Folder of all samples.
        simulator: The confirmer's `sha`.
        counter: The counter's `sha`.
    """
    return folder / f"{digest(simulator, counter)[:16]}.jsonl"


def read_samples(path: Path) -> list[TimedRun]:
    """Return the samples of a file, sorted and unique; none if there is no such file.

    Raises:
        UserInputError: The file cannot be read, or a line is not a sample; the message names file
            and line.
    """
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise UserInputError(f"the samples cannot be read: {error}", where=str(path)) from error
    samples = []
    for number, line in enumerate(lines, start=1):
        try:
            samples.append(TimedRun.model_validate_json(line))
        except ValidationError as error:
            [first, *_] = error.errors()
            place = ".".join(map(str, first["loc"]))
            raise UserInputError(
                f"not a sample: {place + ': ' if place else ''}{first['msg']}",
                where=f"{path}, line {number}",
                fix="correct the line, or move the file away: later runs write a new one",
            ) from error
    return _deduplicate(samples)


def add_samples(path: Path, samples: Iterable[TimedRun]) -> int:
    """Add samples to a file; return the number of new ones.

    The file is rewritten only if there are new ones.

    Raises:
        UserInputError: The file exists and cannot be read, see `read_samples`; it is not changed.
        StorageError: It cannot be written.
    """
    before = read_samples(path)
    after = _deduplicate([*before, *samples])
    if len(after) > len(before):
        write_text(path, "".join(f"{_serialize_sample(sample)}\n" for sample in after))
    return len(after) - len(before)


def compute_samples_sha(samples: Iterable[TimedRun]) -> str:
    """Return the digest of a set of samples; order and repetitions do not affect it."""
    return digest(*map(_serialize_sample, _deduplicate(samples)))


def _deduplicate(samples: Iterable[TimedRun]) -> list[TimedRun]:
    lines = {_serialize_sample(sample): sample for sample in samples}
    return [lines[line] for line in sorted(lines)]


def _serialize_sample(sample: TimedRun) -> str:
    return json.dumps(sample.model_dump(), sort_keys=True)
