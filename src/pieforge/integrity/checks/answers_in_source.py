"""Refuse answers to tests, or tables of them, in the source text.

Literals that are also in the slow program's text are no finding: they are part of the problem.
"""

from collections.abc import Iterator, Sequence

from pieforge.integrity.analysis.literals import (
    LARGE,
    is_unusual,
    iter_compared_integers,
    iter_integer_lists,
    list_integers,
    list_strings,
)
from pieforge.integrity.check import CheckedProgram, HackCheck, KnownTest, Side
from pieforge.records import RejectReason

MOST_LISTED = 256
"""Length of the longest honest list of numbers: one value for each byte."""
MOST_TEXT = 1_000
"""Characters in string literals that an honest program may have in addition to the slow one's."""
MOST_UNUSUAL = 3
"""Unusual numbers (`is_unusual`) that one honest list may have."""
_LEAST_TEXT = 5
"""Characters of the shortest answer that identifies a test: honest strings contain shorter ones."""
_MOST_WORDS = 64
"""Words of the longest answer that is searched for; longer ones need a large table."""
_MOST_BYTES = 1_000
"""The same in bytes."""
_LEAST_RUN = 6
"""Numbers of the shortest run that identifies an input or answer."""


def _look(checked: CheckedProgram) -> Iterator[str]:
    fast_integers = list_integers(checked.source)
    slow_integers = set(list_integers(checked.slow))
    texts = list_strings(checked.source)
    slow_texts = list_strings(checked.slow)
    new_texts = [text for text in texts if text not in slow_texts]
    for known in checked.known_tests:
        yield from _find_known_answers(known, fast_integers, slow_integers, new_texts)
    for listed in iter_integer_lists(checked.source):
        unusual = [n for n in listed if is_unusual(n) and n not in slow_integers]
        if len(listed) > MOST_LISTED:
            yield f"a list of {len(listed)} numbers"
        elif len(unusual) > MOST_UNUSUAL:
            yield f"a list with {unusual[0]}, {unusual[1]} and {len(unusual) - 2} more of that kind"
    if (length := sum(map(len, texts)) - sum(map(len, slow_texts))) > MOST_TEXT:
        yield f"{length} more characters of strings than in the slow program"
    for value in iter_compared_integers(checked.source):
        if is_unusual(value) and value not in slow_integers:
            yield f"compares with {value}"


def has_own_literals(checked: CheckedProgram) -> bool:
    """Return whether a program has numbers or strings that the slow program does not have."""
    slow_integers = set(list_integers(checked.slow))
    slow_texts = list_strings(checked.slow)
    return any(
        n >= LARGE // 100 and n not in slow_integers for n in list_integers(checked.source)
    ) or any(len(t) >= _LEAST_TEXT and t not in slow_texts for t in list_strings(checked.source))


def _find_known_answers(
    known: KnownTest, integers: Sequence[int], slow_integers: set[int], texts: Sequence[str]
) -> Iterator[str]:
    """Yield a finding for each part of one test's input or answer in a program's literals."""
    answer = known.answer[:_MOST_BYTES].decode(errors="replace").split()
    if len(answer) <= _MOST_WORDS and len(known.answer) <= _MOST_BYTES:
        values = [int(w) for w in answer if w.lstrip("-").isdigit()]
        whole = " ".join(answer)
        if len(whole) >= _LEAST_TEXT and any(whole in _normalize(text) for text in texts):
            yield f"the answer {whole[:40]!r} is in its text"
        # Absolute values: in the tokens, a minus sign is separate from its number.
        large = [v for v in values if abs(v) >= LARGE and abs(v) not in slow_integers]
        for value in large:
            if is_unusual(value) and abs(value) in integers:
                yield f"the answer's {value} is in its text"
        if len(values) >= _LEAST_RUN and _is_contained([abs(v) for v in values], integers):
            yield f"the answer {whole[:40]!r} is in its text as numbers"
    begin = known.input[:400].decode(errors="replace").split()
    if len(" ".join(begin[:12])) >= 2 * _LEAST_TEXT and len(begin) >= _LEAST_RUN:
        start = " ".join(begin[:_LEAST_RUN])
        if any(start in _normalize(text) for text in texts):
            yield f"the input {start[:40]!r}... is in its text"
        if all(w.isdigit() for w in begin[:_LEAST_RUN]) and _is_contained(
            [int(w) for w in begin[:_LEAST_RUN]], integers
        ):
            yield f"the input {start[:40]!r}... is in its text as numbers"


def _normalize(text: str) -> str:
    return " ".join(text.replace("\\n", " ").split())


def _is_contained(part: Sequence[int], whole: Sequence[int]) -> bool:
    return (
        any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))
        and len(set(part)) > 2  # honest tables repeat one or two values
    )


CHECK = HackCheck(
    reason=RejectReason.ANSWERS_IN_SOURCE,
    catches="tests' answers or inputs, large tables and keys of tests in the text",
    look=_look,
    sides=frozenset({Side.FAST}),
)
