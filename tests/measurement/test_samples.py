"""The corpus of samples: equal samples give equal bytes, and bad lines are named."""

from pathlib import Path

import pytest

from pieforge.errors import UserInputError
from pieforge.measurement.prediction.model import TimedRun
from pieforge.measurement.prediction.samples import (
    add_samples,
    compute_samples_sha,
    get_samples_path,
    read_samples,
)

A = TimedRun(counts={"instructions": 5, "i1_misses": 2}, seconds=1e-6, program="p1")
B = TimedRun(counts={"instructions": 7}, seconds=2.5e-6, program="p1")
C = TimedRun(counts={"instructions": 7}, seconds=2.5e-6)


def test_the_file_of_two_simulators_depends_on_both(tmp_path: Path) -> None:
    files = {get_samples_path(tmp_path, one, two) for one in ("a", "b") for two in ("a", "b")}
    assert len(files) == 4
    assert all(file.parent == tmp_path and file.suffix == ".jsonl" for file in files)


def test_samples_come_back_sorted_and_once_whatever_the_order(tmp_path: Path) -> None:
    one, other = tmp_path / "deep" / "one.jsonl", tmp_path / "other.jsonl"
    assert read_samples(one) == []
    assert add_samples(one, [C, A]) == 2
    assert add_samples(one, [B, A]) == 1
    assert add_samples(one, [B]) == 0
    assert add_samples(other, [A, B, C]) == 3
    assert one.read_bytes() == other.read_bytes()
    assert len(read_samples(one)) == 3
    assert all(sample in read_samples(one) for sample in (A, B, C))
    assert (
        compute_samples_sha(read_samples(one))
        == compute_samples_sha([B, C, A, A])
        != compute_samples_sha([A, B])
    )


def test_the_order_of_counts_does_not_change_a_sample(tmp_path: Path) -> None:
    turned = A.model_copy(update={"counts": dict(reversed(A.counts.items()))})
    assert add_samples(tmp_path / "f", [A, turned]) == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "JSON"),
        ("[]", "object"),
        ('{"counts": {}, "seconds": -1}', "seconds: Input should be greater than 0"),
        ('{"counts": {}, "seconds": 1e999}', "seconds: Input should be a finite number"),
        ('{"counts": {"instructions": -5}, "seconds": 1}', "counts.instructions"),
        ('{"counts": {"instructions": "many"}, "seconds": 1}', "counts.instructions"),
        ('{"counts": {}, "seconds": 1, "colour": 2}', "colour"),
    ],
)
def test_a_bad_line_is_named_and_the_file_left_as_it_is(
    line: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / "samples.jsonl"
    add_samples(path, [A])
    path.write_text(path.read_text() + line + "\n")
    before = path.read_bytes()
    with pytest.raises(UserInputError, match=message) as caught:
        add_samples(path, [B])
    assert f"{path}, line 2" in str(caught.value)
    assert path.read_bytes() == before


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "samples.jsonl"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UserInputError, match="cannot be read"):
        read_samples(path)
