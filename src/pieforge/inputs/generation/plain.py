"""Inputs without a known grammar: words and the blanks between them, changed in place."""

import re
from collections.abc import Iterator, Sequence

from pieforge.inputs.generation.strata import GenerationContext

NUMBER = re.compile(rb"-?\d{1,40}")
_PIECES = re.compile(rb"\s+|\S+")


def split_pieces(data: bytes) -> list[bytes]:
    """Return the words and the blanks of an input; joined they are the input."""
    return _PIECES.findall(data)


def replace_numbers(
    context: GenerationContext, values: Sequence[int], rounds: int
) -> Iterator[bytes]:
    """Yield `rounds` examples in which some numbers are replaced by some of `values`."""
    rng = context.rng
    texts = [split_pieces(data) for data in context.examples]
    examples = [parts for parts in texts if any(map(NUMBER.fullmatch, parts))]
    for _ in range(rounds if examples else 0):
        parts = list(rng.choice(examples))
        numbers = [index for index, part in enumerate(parts) if NUMBER.fullmatch(part)]
        for index in rng.sample(numbers, k=min(len(numbers), rng.choice((1, 1, 2, 4)))):
            parts[index] = b"%d" % rng.choice(values)
        yield b"".join(parts)


def rearrange_examples(context: GenerationContext, rounds: int) -> Iterator[bytes]:
    """Yield `rounds` examples with a line or word copied, inserted, dropped or exchanged."""
    rng = context.rng
    texts = [data for data in context.examples if data]
    for _ in range(rounds if texts else 0):
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
