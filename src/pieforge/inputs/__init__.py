"""Test inputs: their grammar, and every source that they come from."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from pieforge.records import digest

InputPredicate = Callable[[Sequence[bytes]], Awaitable[list[bool]]]
"""Answers yes or no for each input, many at once: whether it is valid, or interesting."""


@dataclass(frozen=True)
class NamedInput:
    """One input with its name in reports: the stratum, a slash, a digest."""

    name: str
    data: bytes


def get_stratum(name: str) -> str:
    """Return the stratum of an input: the part of its name before the first slash."""
    return name.partition("/")[0]


def hash_inputs(inputs: Sequence[NamedInput]) -> str:
    """Return a digest of the bytes of inputs, in order, independent of their names."""
    return digest(*(item.data for item in inputs))


def sort_by_size(inputs: Iterable[bytes]) -> list[bytes]:
    """Return inputs, the smallest first; of equal size in the order of their bytes."""
    return sorted(inputs, key=lambda data: (len(data), data))


def select_small(inputs: Iterable[bytes], max_bytes: int) -> list[bytes]:
    """Return the inputs of at most `max_bytes` bytes, smallest first; at least the smallest."""
    ordered = sort_by_size(inputs)
    return [data for data in ordered if len(data) <= max_bytes] or ordered[:1]
