"""Idioms that reveal algorithms and data structures which have no library name."""

import re
from collections.abc import Collection

from tree_sitter import Node

from pieforge.lessons.grammar import ClassifierGrammar
from pieforge.syntax.tree import walk

_PATTERNS: dict[str, tuple[str, ...]] = {
    # i & -i: the step of a Fenwick tree.
    "fenwick": (r"\b(\w+) ?& ?\(?- ?\1\b",),
    # tree[2 * i + 1], tree[i << 1 | 1]: children of a node in an array.
    "segments": (r"\[ ?(?:2 ?\* ?\w+|\w+ ?\* ?2|\w+ ?<< ?1) ?[+|] ?1 ?\]",),
    # parent[x] == x, parent[parent[x]], p[x] = find(p[x]): a disjoint-set forest.
    "disjoint": (
        r"\b(\w+)\[(\w+)\] ?[!=]= ?\2\b",
        r"\b(\w+)\[\1\[\w+\]\]",
        r"\b(\w+)\[(\w+)\] ?= ?\w+\(\1\[\2\]\)",
    ),
    # next[c] of a node, children[ch]: a trie.
    "trie": (r"\b(?:next|child|children|trie|kids)(?:\[\w+\]|\.\w+)*\[[^\]]*\b(?:c|ch|letter)\b",),
    # sp[k - 1][i + (1 << (k - 1))]: a sparse table.
    "sparse": (r"\[\w+ ?- ?1\]\[\w+ ?\+ ?\(1 ?<< ?\(?\w+ ?- ?1\)?\)\]",),
    # while (!open.empty()), while queue: a worklist, which processing an item can extend.
    "worklist": (
        r"while ?\( ?! ?\w+\.empty\(\)",
        r"while \(\w+\.size\(\)\)",
        r"while \(\w+ < \w+\) \{[^}]*\w+\[\w+\+\+\]",
        r"while \w+: ?\n[^\n]*(?:pop|heappop)",
    ),
    # a[i - k]: the element that leaves a sliding window.
    "window": (r"\[\w+ ?- ?[a-zA-Z_]\w*\]",),
    # rest = a % b; a = b, gcd(a, b): the Euclidean algorithm.
    "euclid": (
        r"= ?(\w+) ?% ?(\w+);\s*\1 ?= ?\2\b",
        r"\w+, ?\w+ ?= ?\w+, ?\w+ ?% ?\w+",
        r"(?:std::|__|math\.)gcd\(",
    ),
    # d * d <= n, sqrt(n): a loop up to the square root.
    "root": (r"\b(\w+) ?\* ?\1 ?<=? ?\w", r"\bi?sqrt\("),
    # n >>= 1, n //= 2, f(n / 2), (low + high) / 2: halving, as in a binary search.
    "halving": (
        r"\b\w+ ?>>= ?1",
        r"\b\w+ ?//?= ?2\b",
        r"\(\w+(?: - 1)? ?(?://?|>>) ?[12]\b[,)]",
        r"\(\w+ ?\+ ?\w+\) ?(?://?|>>) ?[12]\b",
    ),
    # p[i] = p[i - 1] + x: prefix sums.
    "beginnings": (r"\b(\w+)\[(\w+)(?: ?\+ ?1)?\] ?= ?\1\[\2(?: ?- ?1)?\] ?[-+^]",),
    # j += i in a loop header: multiples, as in a sieve.
    "strides": (
        r"; ?\w+ ?\+= ?[a-z]\w*\)",
        r"range\([^()]*(?:\([^()]*\)[^()]*)*, ?\w+, ?[a-z]\w*\)",
    ),
    # a.pop(0): all other elements move.
    "moves_up": (r"\.pop\(0\)", r"\.insert\(0,", r"\.erase\(\w+\.begin\(\)\)"),
    # return memo[n] = ..., memo[n] = ...; return memo[n]: memoization.
    "remembered": (
        r"return ?\(?(\w+)(?:\[[^\]]*\])+ ?=[^=]",
        r"(\w+)\[[^\]]*\] ?= ?[^\n;]*[;\n]\s*return \1\[",
    ),
}
_COMPILED_PATTERNS = {
    name: tuple(re.compile(pattern) for pattern in patterns) for name, patterns in _PATTERNS.items()
}

STRUCTURES = frozenset({"fenwick", "segments", "disjoint", "trie", "sparse"})
"""Idioms of data structures; the others are of algorithms."""


def find_idioms(root: Node, grammar: ClassifierGrammar, unread: Collection[str]) -> frozenset[str]:
    """Return the names of the idioms in a program.

    Args:
        root: Root of the program's syntax tree.
        grammar: Grammar of its language.
        unread: Names that hold raw input; matches on them are parsing, not an algorithm.
    """
    code = _strip_comments(root, grammar)
    return frozenset(
        name
        for name, patterns in _COMPILED_PATTERNS.items()
        if any(
            _find_leading_word(code, match) not in unread
            for p in patterns
            for match in p.finditer(code)
        )
    )


def _find_leading_word(code: str, match: re.Match[str]) -> str:
    """Return the word at which a match begins, or whose subscript it is."""
    start = match.start()
    while start > 0 and (code[start - 1].isalnum() or code[start - 1] == "_"):
        start -= 1
    found = re.compile(r"\w*").match(code, start)
    return found[0] if found else ""


def _strip_comments(root: Node, grammar: ClassifierGrammar) -> str:
    """Return a program's text without comments and directives."""
    data = bytearray(root.text or b"")
    for node in walk(root):
        if node.type in grammar.inert:
            data[node.start_byte : node.end_byte] = b" " * (node.end_byte - node.start_byte)
    return data.decode(errors="replace")
