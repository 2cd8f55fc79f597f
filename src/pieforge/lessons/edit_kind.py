"""Classify the edit that made a slow program fast, from the two source texts."""

from collections import Counter
from functools import lru_cache

from pieforge.lessons.facts import ProgramFacts, analyze_program
from pieforge.lessons.grammar import ClassifierGrammar, find_grammar
from pieforge.records import EditKind
from pieforge.syntax.tree import MAX_PARSED_BYTES

MEASURED_ERROR = 0.19
"""Share of the held-out pairs that are classified wrongly: 9 of 47. `benchmarks/edit_kind.py`
measures it, and a test compares it."""
_SAME_CORE = 0.10
"""Largest share of different tokens in the computing statements of programs with one method."""
_FEW_TOKENS = 8
"""The same as a number of tokens, for small programs."""
_DIFFERENT_IO = 0.10
"""Smallest share of different tokens in reading and writing statements that is another I/O."""
_CONTIGUOUS = frozenset({"vector", "sequence"})
"""Kinds of structures that are contiguous memory."""
_AUXILIARY = frozenset({"queue", "stack", "deque", "list"}) | _CONTIGUOUS
"""Kinds of structures that support an algorithm; the others answer queries by themselves."""
_STRUCTURE_BASED_IDIOMS = frozenset({"remembered", "worklist", "window"})
"""Idioms of algorithms that need a structure."""
_ALGORITHM_IDIOMS = frozenset({"root", "strides", "halving", "beginnings", "euclid"})
"""Idioms of algorithms that need no structure."""


def classify_edit(slow: str, fast: str, language: str) -> EditKind | None:
    """Classify the edit between two programs.

    Args:
        slow: Source text.
        fast: Source text.
        language: Key of their language.

    Returns:
        The kind; None for a language or a program size that the classifier does not support.
    """
    grammar = find_grammar(language)
    if grammar is None or max(len(slow), len(fast)) > MAX_PARSED_BYTES:
        return None
    return _classify(_analyze(slow, language), _analyze(fast, language), grammar)


@lru_cache(maxsize=256)
def _analyze(code: str, language: str) -> ProgramFacts:
    """Return a program's facts; several edits of one slow program are classified, some twice."""
    grammar = find_grammar(language)
    assert grammar is not None  # noqa: S101  the caller found it
    return analyze_program(code, grammar)


def _classify(slow: ProgramFacts, fast: ProgramFacts, grammar: ClassifierGrammar) -> EditKind:
    """Decide by the first rule that holds; see `edit_kind_pairs` for what the kinds mean."""
    new = fast.structures - slow.structures
    words = fast.identifiers - slow.identifiers
    idioms = fast.idioms - slow.idioms
    change = measure_distance(slow.core, fast.core)
    if (
        _has_same_core(slow.core, fast.core)
        and not new - _AUXILIARY
        and measure_distance(slow.io, fast.io) >= _DIFFERENT_IO
    ):
        return EditKind.IO
    remembers = slow.recursive and words & grammar.memoization
    if remembers or (idioms & _STRUCTURE_BASED_IDIOMS and "disjoint" not in idioms):
        return EditKind.ALGORITHM
    replaced = "moves_up" in slow.idioms - fast.idioms and new
    if new - _AUXILIARY or replaced:
        return EditKind.DATA_STRUCTURE
    if words & grammar.intrinsics:
        return EditKind.OTHER
    unrolled = slow.recursive and not fast.recursive
    if (
        unrolled
        or idioms & _ALGORITHM_IDIOMS
        or fast.sorting_calls > slow.sorting_calls
        or fast.depth < slow.depth
    ):
        return EditKind.ALGORITHM
    if slow.structures - fast.structures - {"sequence"}:
        return EditKind.DATA_STRUCTURE
    if change > _SAME_CORE and _has_more_containers(slow, fast):
        return EditKind.ALGORITHM
    return EditKind.DATA_STRUCTURE if _has_swapped_containers(slow, fast) else EditKind.OTHER


def _has_more_containers(slow: ProgramFacts, fast: ProgramFacts) -> bool:
    """Return whether the fast program has more containers, for results computed in advance."""
    return fast.containers.total() > slow.containers.total()


def _has_swapped_containers(slow: ProgramFacts, fast: ProgramFacts) -> bool:
    """Return whether the fast program uses other kinds of containers."""
    words = slow.containers.keys() ^ fast.containers.keys()
    return bool({word for word in words if word not in {"list", "list_comprehension"}})


def _has_same_core(a: Counter[str], b: Counter[str]) -> bool:
    only = (a - b) + (b - a)
    return (
        measure_distance(a, b) <= _SAME_CORE
        or sum(map(_count_tokens, only.elements())) <= _FEW_TOKENS
    )


def measure_distance(a: Counter[str], b: Counter[str]) -> float:
    """Return the share of tokens in statements that only one of two programs has, from 0 to 1."""
    only = (a - b) + (b - a)
    size = sum(map(_count_tokens, (a + b).elements()))
    return sum(map(_count_tokens, only.elements())) / max(1, size)


def _count_tokens(statement: str) -> int:
    return statement.count(" ") + 1
