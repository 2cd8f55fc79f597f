"""Inputs without a known grammar: words and the blanks between them, changed in place."""

import re
from collections.abc import Iterator, Sequence

from pieforge.inputs.generation.strata import GenerationContext

_PIECES = re.compile(rb"\s+|\S+")
_NUMBER = re.compile(rb"-?\d{1,40}")


def split_pieces(data: bytes) -> list[bytes]:
    """Return the words and the blanks of an input; joined they are the input."""
    return _PIECES.findall(data)


def replace_numbers(context: GenerationContext, values: Sequence[int]) -> Iterator[bytes]:
    """Yield examples in which some numbers became one of `values`, without end."""
    rng = context.rng
    examples = [
        parts for parts in map(split_pieces, context.examples) if any(map(_NUMBER.fullmatch, parts))
    ]
    while examples:
        parts = list(rng.choice(examples))
        numbers = [index for index, part in enumerate(parts) if _NUMBER.fullmatch(part)]
        for index in rng.sample(numbers, k=min(len(numbers), rng.choice((1, 1, 2, 4)))):
            parts[index] = b"%d" % rng.choice(values)
        yield b"".join(parts)


def rearrange_examples(context: GenerationContext) -> Iterator[bytes]:
    """Yield examples with lines or words repeated, dropped or exchanged, without end."""
    rng = context.rng
    texts = [data for data in context.examples if data]
    while texts:
        data = rng.choice(texts)
        parts = data.splitlines(keepends=True) if rng.random() < 0.5 else split_pieces(data)
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
