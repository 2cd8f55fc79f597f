"""Library names of each language by meaning, for the classifier of edits."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial

from tree_sitter import Node

from pieforge.syntax.declaration import Syntax, find_syntax, split_words
from pieforge.syntax.tree import MAX_PARSED_BYTES, parse


@dataclass(frozen=True, eq=False, kw_only=True)
class ClassifierGrammar(Syntax):
    """The syntax of one language with its library names.

    `input_names` also contains the functions that convert input text to numbers.
    """

    linear: frozenset[str]
    """Library functions that iterate over their whole argument."""
    linear_of_one: frozenset[str]
    """The same, when called with one argument: `max(values)`, not `max(a, b)`."""
    linear_members: frozenset[str]
    """The same, called as `object.name(...)`."""
    ordering: frozenset[str]
    """Library functions that sort, or that search in sorted data."""
    structures: Mapping[str, str]
    """Maps each name that denotes or creates a data structure to the kind of structure."""
    memoization: frozenset[str]
    """Names of caches for a function's results."""
    intrinsics: frozenset[str]
    """Names of functions that compile to one or few instructions."""


def parse_program(code: str, grammar: ClassifierGrammar) -> Node:
    """Return the root of a program's syntax tree; it may contain error nodes."""
    return parse(_expand_loop_macros(code), grammar)


_LOOP_MACRO = re.compile(
    r"^[ \t]*#[ \t]*define[ \t]+(\w+)\(([^)]*)\)[ \t]+([^\n]*\bfor\b[^\n]*)$", re.M
)


_MAX_HEADER_CHARS = 400
"""A macro with a longer body, or a call of it that is longer, is no loop header."""


def _expand_loop_macros(code: str) -> str:
    """Expand macros for loop headers: a grammar does not recognize a loop in `rep(i, n)`."""
    for name, names, body in _LOOP_MACRO.findall(code):
        parameters = [part.strip() for part in names.split(",")]
        call = re.compile(rf"(?<!define )\b{re.escape(name)}\(([^();]*(?:\([^()]*\)[^();]*)*)\)")

        expand = partial(_expand_call, parameters=parameters, body=body)
        expanded = _substitute(call, expand, code) if len(body) <= _MAX_HEADER_CHARS else None
        code = code if expanded is None else expanded
    return code


def _substitute(
    call: re.Pattern[str], expand: Callable[[re.Match[str]], str], code: str
) -> str | None:
    """Replace every call; None where the text would grow beyond what is parsed."""
    pieces, end, size = [], 0, len(code)
    for match in call.finditer(code):
        if len(match[0]) > _MAX_HEADER_CHARS:
            return None
        pieces += [code[end : match.start()], expand(match)]
        size, end = size + len(pieces[-1]), match.end()
        if size > MAX_PARSED_BYTES:
            return None
    return "".join([*pieces, code[end:]])


def _expand_call(call: re.Match[str], parameters: list[str], body: str) -> str:
    given = [part.strip() for part in call[1].split(",")]
    values = dict(zip(parameters, given, strict=False))
    return re.sub(r"\b\w+\b", lambda word: values.get(word[0], word[0]), body)


@cache
def find_grammar(language: str) -> ClassifierGrammar | None:
    """Return the grammar of a language by its key; None if the classifier does not support it."""
    words = _WORDS.get(language)
    if words is None:
        return None
    known = {name: split_words(text) for name, text in words.items()}
    syntax = vars(find_syntax(language))
    for name in ("input_names", "output_names"):
        known[name] |= syntax[name]
    kinds = _STRUCTURES[language]
    structures = {word: kind for kind, listed in kinds.items() for word in listed.split()}
    return ClassifierGrammar(**{**syntax, **known}, structures=structures)


_CPP_WORDS = {
    "input_names": "strtol strtoul strtoll strtoull atoi atol atoll stoi stol stoll stringstream "
    "istringstream from_chars sync_with_stdio tie setvbuf mmap",
    "output_names": "stdout endl flush ostringstream to_chars sprintf fputc putc write",
    "linear": "accumulate find find_if count count_if sort stable_sort max_element min_element "
    "reverse fill any_of all_of none_of next_permutation rotate unique strlen",
    "linear_of_one": "",
    "linear_members": "substr",
    "ordering": "sort stable_sort lower_bound upper_bound equal_range binary_search nth_element "
    "partial_sort merge inplace_merge partial_sum",
    "memoization": "memo memory cache cached",
    "intrinsics": "__builtin_popcount __builtin_popcountll popcount __builtin_clz __builtin_ctz "
    "__builtin_clzll __builtin_ctzll countr_zero bit_width memcpy memmove",
}
_PYTHON_WORDS = {
    "input_names": "setrecursionlimit",
    "output_names": "",
    "linear": "sum sorted any all accumulate combinations permutations product",
    "linear_of_one": "min max",
    "linear_members": "count index remove sort reverse find replace insert",
    "ordering": "sort sorted bisect bisect_left bisect_right insort insort_left insort_right "
    "accumulate",
    "memoization": "lru_cache cache memo memory cached",
    "intrinsics": "bit_count bit_length",
}
_WORDS = {**dict.fromkeys(("c17", "cpp17", "cpp20"), _CPP_WORDS), "python": _PYTHON_WORDS}
_CPP_STRUCTURES = {
    "map": "map unordered_map multimap gp_hash_table",
    "set": "set unordered_set multiset",
    "heap": "priority_queue push_heap make_heap",
    "bitset": "bitset",
    "tree": "tree_order_statistics_node_update",
    "deque": "deque",
    "list": "list forward_list",
    "queue": "queue",
    "stack": "stack",
    "vector": "vector array",
}
_PYTHON_STRUCTURES = {
    "map": "dict dictionary dictionary_comprehension defaultdict OrderedDict fromkeys Counter",
    "set": "set frozenset set_comprehension",
    "heap": "heappush heapify heapq heappop",
    "deque": "deque",
    "sequence": "bytearray array list list_comprehension",
}
_STRUCTURES = {
    **dict.fromkeys(("c17", "cpp17", "cpp20"), _CPP_STRUCTURES),
    "python": _PYTHON_STRUCTURES,
}
