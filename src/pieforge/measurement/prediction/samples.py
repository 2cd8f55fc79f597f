"""Measured runs, kept across runs of pieforge: what a prediction is fitted on.

One file of JSON lines for each pair of simulators, the one that confirms and the one that
counts, for another version or configuration of either gives other figures. Sorted, each sample
once, and always written whole, so that the same samples are the same bytes.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from pieforge.errors import InputError
from pieforge.files import write_text
from pieforge.measurement.prediction.model import Sample
from pieforge.records import digest


def samples_file(folder: Path, simulator: str, counter: str) -> Path:
    """Return the file of a folder that has the samples of two simulators, named by their `sha`."""
    return folder / f"{digest(simulator, counter)[:16]}.jsonl"


def read_samples(path: Path) -> list[Sample]:
    """Return the samples of a file, sorted, each once; none where there is no such file.

    Raises:
        InputError: The file cannot be read, or a line is not a sample; file and line are named.
    """
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the samples cannot be read: {error}", where=str(path)) from error
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            found.append(Sample.model_validate_json(line))
        except ValidationError as error:
            [first, *_] = error.errors()
            place = ".".join(map(str, first["loc"]))
            raise InputError(
                f"not a sample: {place + ': ' if place else ''}{first['msg']}",
                where=f"{path}, line {number}",
                fix="mend the line, or move the file away: it is made anew as runs measure",
            ) from error
    return _merged(found)


def add_samples(path: Path, samples: Iterable[Sample]) -> int:
    """Add samples to a file, which is written anew; return how many it did not have.

    Raises:
        InputError: The file is there and cannot be read, see `read_samples`; it is left as it is.
        StorageError: It cannot be written.
    """
    before = read_samples(path)
    after = _merged([*before, *samples])
    if len(after) > len(before):
        write_text(path, "".join(f"{_line(sample)}\n" for sample in after))
    return len(after) - len(before)


def samples_sha(samples: Iterable[Sample]) -> str:
    """Return the identity of a set of samples, whatever their order."""
    return digest(*map(_line, _merged(samples)))


def _merged(samples: Iterable[Sample]) -> list[Sample]:
    lines = {_line(sample): sample for sample in samples}
    return [lines[line] for line in sorted(lines)]


def _line(sample: Sample) -> str:
    return json.dumps(sample.model_dump(), sort_keys=True)
