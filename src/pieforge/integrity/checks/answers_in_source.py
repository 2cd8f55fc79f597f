"""Answers, or a table for them, in the text: the program knows the tests, not the problem.

What the slow program has in its text as well is no knowledge of tests.
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
"""Numbers that an honest list may have: a value for each byte."""
MOST_TEXT = 1_000
"""Characters of strings that an honest program may have beyond the slow one's."""
MOST_ODD = 3
"""Odd numbers in one list that chance may put there."""
_LEAST_TEXT = 5
_MOST_WORDS = 64
_MOST_BYTES = 1_000
_LEAST_RUN = 6


def _look(checked: CheckedProgram) -> Iterator[str]:
    mine = list_integers(checked.source)
    theirs = set(list_integers(checked.slow))
    texts = list_strings(checked.source)
    their_texts = list_strings(checked.slow)
    for known in checked.known_tests:
        yield from _find_known_answers(
            known, mine, theirs, [t for t in texts if t not in their_texts]
        )
    for listed in iter_integer_lists(checked.source):
        odd = [n for n in listed if is_unusual(n) and n not in theirs]
        if len(listed) > MOST_LISTED:
            yield f"a list of {len(listed)} numbers"
        elif len(odd) > MOST_ODD:
            yield f"a list with {odd[0]}, {odd[1]} and {len(odd) - 2} more such numbers"
    if (length := sum(map(len, texts)) - sum(map(len, their_texts))) > MOST_TEXT:
        yield f"{length} characters of text"
    for value in iter_compared_integers(checked.source):
        if is_unusual(value) and value not in theirs:
            yield f"compares with {value}"


def has_own_literals(checked: CheckedProgram) -> bool:
    """Say whether a text has numbers or strings of its own, not the slow program's."""
    theirs = set(list_integers(checked.slow))
    their_texts = list_strings(checked.slow)
    return any(n >= LARGE // 100 and n not in theirs for n in list_integers(checked.source)) or any(
        len(t) >= _LEAST_TEXT and t not in their_texts for t in list_strings(checked.source)
    )


def _find_known_answers(
    known: KnownTest, mine: Sequence[int], theirs: set[int], texts: Sequence[str]
) -> Iterator[str]:
    """Yield what a program has of one test in its text."""
    answer = known.answer[:_MOST_BYTES].decode(errors="replace").split()
    if len(answer) <= _MOST_WORDS and len(known.answer) <= _MOST_BYTES:
        values = [int(w) for w in answer if w.lstrip("-").isdigit()]
        whole = " ".join(answer)
        if len(whole) >= _LEAST_TEXT and any(whole in _normalize(text) for text in texts):
            yield f"the answer {whole[:40]!r} is in its text"
        large = [v for v in values if abs(v) >= LARGE and abs(v) not in theirs]
        for value in large:
            if is_unusual(value) and abs(value) in mine:
                yield f"the answer's {value} is in its text"
        if len(values) >= _LEAST_RUN and _is_contained([abs(v) for v in values], mine):
            yield f"the answer {whole[:40]!r} is in its text as numbers"
    begin = known.input[:400].decode(errors="replace").split()
    if len(" ".join(begin[:12])) >= 2 * _LEAST_TEXT and len(begin) >= _LEAST_RUN:
        start = " ".join(begin[:_LEAST_RUN])
        if any(start in _normalize(text) for text in texts):
            yield f"the input {start[:40]!r}... is in its text"
        if all(w.isdigit() for w in begin[:_LEAST_RUN]) and _is_contained(
            [int(w) for w in begin[:_LEAST_RUN]], mine
        ):
            yield f"the input {start[:40]!r}... is in its text as numbers"


def _normalize(text: str) -> str:
    return " ".join(text.replace("\\n", " ").split())


def _is_contained(part: Sequence[int], whole: Sequence[int]) -> bool:
    return (
        any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))
        and len(set(part)) > 2
    )


CHECK = HackCheck(
    reason=RejectReason.ANSWERS_IN_SOURCE,
    catches="tests' answers or inputs, large tables and keys of tests in the text",
    look=_look,
    sides=frozenset({Side.FAST}),
)
