"""Inputs without a known shape: words and the blanks between them, changed in place."""

import re
from collections.abc import Iterator, Sequence

from pieforge.inputs.generation.strata import Material

_PIECES = re.compile(rb"\s+|\S+")
_NUMBER = re.compile(rb"-?\d{1,40}")


def pieces(data: bytes) -> list[bytes]:
    """Return the words and the blanks of an input; joined they are the input."""
    return _PIECES.findall(data)


def replaced(material: Material, values: Sequence[int]) -> Iterator[bytes]:
    """Yield examples in which some numbers became one of `values`, without end."""
    rng = material.rng
    examples = [
        parts for parts in map(pieces, material.examples) if any(map(_NUMBER.fullmatch, parts))
    ]
    while examples:
        parts = list(rng.choice(examples))
        numbers = [index for index, part in enumerate(parts) if _NUMBER.fullmatch(part)]
        for index in rng.sample(numbers, k=min(len(numbers), rng.choice((1, 1, 2, 4)))):
            parts[index] = b"%d" % rng.choice(values)
        yield b"".join(parts)


def shuffled(material: Material) -> Iterator[bytes]:
    """Yield examples with lines or words repeated, dropped or exchanged, without end."""
    rng = material.rng
    texts = [data for data in material.examples if data]
    while texts:
        data = rng.choice(texts)
        parts = data.splitlines(keepends=True) if rng.random() < 0.5 else pieces(data)
        i, j = rng.randrange(len(parts)), rng.randrange(len(parts))
        kind = rng.randrange(4)
        if kind == 0:
            parts[i], parts[j] = parts[j], parts[i]
        elif kind == 1:
            parts[i] = parts[j]
        elif kind == 2:
            parts.insert(i, parts[j])
        else:
            del parts[i]
        yield b"".join(parts)
