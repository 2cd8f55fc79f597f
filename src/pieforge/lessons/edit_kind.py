"""What kind of edit made a slow program fast, judged from the two texts."""

from collections import Counter

from pieforge.lessons.facts import Facts, facts
from pieforge.lessons.grammar import MOST_BYTES, Grammar, grammar_for
from pieforge.records import EditKind

MEASURED_ERROR = 0.19
"""Share of the held out pairs that it takes for another kind: 9 of 47. `benchmarks/edit_kind.py`
measures it, and a test holds it."""
_SAME_CORE = 0.10
"""Programs whose computing statements differ in at most this share compute the same way."""
_FEW_TOKENS = 8
"""So few tokens are no difference in a small program either."""
_OTHER_TALK = 0.10
"""Programs whose reading and writing statements differ in at least this share talk otherwise."""
_PLACES = frozenset({"vector", "sequence"})
"""Kinds of structures that are no more than places in memory, one after the other."""
_SERVING = frozenset({"queue", "stack", "deque", "list"}) | _PLACES
"""Kinds of structures that serve a method; the others answer questions by themselves."""
_FIRST = frozenset({"remembered", "worklist", "window"})
"""Idioms of a method that a structure serves."""
_METHODS = frozenset({"root", "strides", "halving", "beginnings", "euclid"})
"""Idioms of a method by itself."""


def edit_kind(slow: str, fast: str, language: str) -> EditKind | None:
    """Classify the edit between two programs.

    Args:
        slow: Source text.
        fast: Source text.
        language: Key of their language.

    Returns:
        The kind; None for a language or a size that the classifier does not read.
    """
    grammar = grammar_for(language)
    if grammar is None or max(len(slow), len(fast)) > MOST_BYTES:
        return None
    return _judged(facts(slow, grammar), facts(fast, grammar), grammar)


def _judged(slow: Facts, fast: Facts, grammar: Grammar) -> EditKind:
    """Decide by the first rule that holds; see `edit_kind_pairs` for what the kinds mean."""
    new = fast.structures - slow.structures
    words = fast.words - slow.words
    idioms = fast.idioms - slow.idioms
    change = gap(slow.core, fast.core)
    if _alike(slow.core, fast.core) and not new - _SERVING and gap(slow.io, fast.io) >= _OTHER_TALK:
        return EditKind.IO
    remembers = slow.recursive and words & grammar.remembering
    if remembers or (idioms & _FIRST and "disjoint" not in idioms):
        return EditKind.ALGORITHM
    replaced = "moves_up" in slow.idioms - fast.idioms and new
    if new - _SERVING or replaced:
        return EditKind.DATA_STRUCTURE
    if words & grammar.intrinsics:
        return EditKind.OTHER
    unrolled = slow.recursive and not fast.recursive
    if unrolled or idioms & _METHODS or fast.ordered > slow.ordered or fast.depth < slow.depth:
        return EditKind.ALGORITHM
    if slow.structures - fast.structures - {"sequence"}:
        return EditKind.DATA_STRUCTURE
    if change > _SAME_CORE and _grown(slow, fast):
        return EditKind.ALGORITHM
    return EditKind.DATA_STRUCTURE if _exchanged(slow, fast) else EditKind.OTHER


def _grown(slow: Facts, fast: Facts) -> bool:
    """Say whether results are kept in more places than before: they are computed ahead."""
    return fast.containers.total() > slow.containers.total()


def _exchanged(slow: Facts, fast: Facts) -> bool:
    """Say whether one kind of container stands where another stood."""
    words = slow.containers.keys() ^ fast.containers.keys()
    return bool({word for word in words if word not in {"list", "list_comprehension"}})


def _alike(a: Counter[str], b: Counter[str]) -> bool:
    only = (a - b) + (b - a)
    return gap(a, b) <= _SAME_CORE or sum(map(_tokens, only.elements())) <= _FEW_TOKENS


def gap(a: Counter[str], b: Counter[str]) -> float:
    """Return the share of tokens in statements that only one of two programs has: 0 to 1."""
    only = (a - b) + (b - a)
    size = sum(map(_tokens, (a + b).elements()))
    return sum(map(_tokens, only.elements())) / max(1, size)


def _tokens(shape: str) -> int:
    return shape.count(" ") + 1
