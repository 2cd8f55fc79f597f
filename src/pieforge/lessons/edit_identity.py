"""The identity of an edit: what a pair changes, without names, constants and context.

The trees of both programs are compared from the top down. What only the slow program has is
removed, what only the fast one has is added. `edit_id` is a hash of both.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import islice

from pieforge.lessons.abstract_tree import Tree, build_trees, hash_text, make_tree
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tree import MAX_PARSED_BYTES

_SAME_STATEMENT = 0.5
"""Similarity from which a removed and an added statement are one changed statement."""
_COLOR_ROUNDS = 3
"""Rounds after which the colors of an edit's names distinguish what they can, in practice."""
_MOVED_SIZE = 4
"""Smallest statement that counts as moved; `break` occurs everywhere."""
_COMPARISONS = 1 << 16
"""Children to compare with each other; lists with more are one change."""
_COMPARED_NODES = 2000
"""Nodes of a statement that are compared with another; the time limit for hostile programs."""


@dataclass(frozen=True)
class AbstractEdit:
    """What a pair changes.

    Attributes:
        edit_id: Equal for equal edits.
        parts: The nodes that are removed (`-`) and added (`+`), each with the labels of its
            children, and how often.
    """

    edit_id: str
    parts: Mapping[str, int]


def find_edit(slow: str, fast: str, language: str) -> AbstractEdit | None:
    """Return the edit between two programs.

    Names that the programs declare and constants have no influence on it, nor has the order of
    functions and of statements in a block, nor has anything that both programs have.

    Args:
        slow: Source text.
        fast: Source text.
        language: Key of their language.

    Returns:
        The edit; None for programs above `MAX_PARSED_BYTES`.

    Raises:
        ConfigError: The language has no syntax declaration.
    """
    syntax = find_syntax(language)
    if max(len(slow.encode(errors="replace")), len(fast.encode(errors="replace"))) > (
        MAX_PARSED_BYTES
    ):
        return None
    fragments = _abstract_moved(_Difference(*build_trees(slow, fast, syntax)).fragments)
    parts = Counter(
        f"{fragment.sign}{node.label}({' '.join(inner.label for inner in node.children)})"
        for fragment in fragments
        for node in fragment.tree.walk()
    )
    return AbstractEdit(_hash_fragments(fragments), parts)


def measure_similarity(a: AbstractEdit, b: AbstractEdit) -> float:
    """Return the share of parts that two edits have in common, from 0 to 1 for equal parts."""
    return _measure_overlap(a.parts, b.parts)


def _measure_overlap(a: Mapping[str, int], b: Mapping[str, int]) -> float:
    total = sum(a.values()) + sum(b.values())
    shared = sum(min(count, b.get(part, 0)) for part, count in a.items())
    return 2 * shared / total if total else 1.0


@dataclass(frozen=True)
class _Fragment:
    """One removed (`-`) or added (`+`) tree, and the number of loops around it."""

    sign: str
    tree: Tree
    loops: int


class _Difference:
    """Compares two trees from the top down.

    Attributes:
        fragments: What is removed and added.
    """

    def __init__(self, slow: Tree, fast: Tree) -> None:
        self.fragments: list[_Fragment] = []
        self._waiting = [(slow, fast, 0)]
        while self._waiting:
            a, b, loops = self._waiting.pop()
            if a.digest != b.digest:
                self._compare(a, b, loops)

    def _compare(self, a: Tree, b: Tree, loops: int) -> None:
        loops += a.role == "loop"
        compared = len(a.children) * len(b.children)
        if a.label != b.label or not a.children or not b.children or compared > _COMPARISONS:
            self._add("-", [a], loops, None)
            self._add("+", [b], loops, None)
        elif a.unordered:
            removed, added = _subtract(a.children, b.children), _subtract(b.children, a.children)
            for old, new in _pair_statements(removed, added):
                removed.remove(old)
                added.remove(new)
                self._waiting.append((old, new, loops))
            self._add("-", removed, loops, a)
            self._add("+", added, loops, a)
        else:
            self._compare_sequences(a, b, loops)

    def _compare_sequences(self, a: Tree, b: Tree, loops: int) -> None:
        for is_equal, old, new in _align(a.children, b.children, "digest"):
            if is_equal:
                continue
            for is_changed, removed, added in _align(old, new, "label"):
                if is_changed and removed[0].children:
                    self._waiting.extend((x, y, loops) for x, y in zip(removed, added, strict=True))
                else:
                    self._add("-", removed, loops, a)
                    self._add("+", added, loops, a)

    def _add(self, sign: str, trees: Sequence[Tree], loops: int, parent: Tree | None) -> None:
        for tree in trees:
            if parent is not None and not tree.children:
                # A leaf alone says nothing: the edit is what it is part of.
                tree = make_tree(f"in {parent.label}", (tree,))
            self.fragments.append(_Fragment(sign, tree, loops))


def _subtract(a: Sequence[Tree], b: Sequence[Tree]) -> list[Tree]:
    """Return the trees of `a` that `b` does not have as often."""
    left = Counter(tree.digest for tree in b)
    found = []
    for tree in a:
        left[tree.digest] -= 1
        if left[tree.digest] < 0:
            found.append(tree)
    return found


def _align(
    a: Sequence[Tree], b: Sequence[Tree], attribute: str
) -> Iterator[tuple[bool, Sequence[Tree], Sequence[Tree]]]:
    """Yield runs of both sequences in order, each with whether the attributes are equal."""
    first, second = ([getattr(tree, attribute) for tree in trees] for trees in (a, b))
    for tag, i, k, m, n in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        yield tag == "equal", a[i:k], b[m:n]


def _pair_statements(removed: Sequence[Tree], added: Sequence[Tree]) -> list[tuple[Tree, Tree]]:
    """Return removed and added statements that are one changed statement."""
    labels = [Counter(tree.label for tree in trees) for trees in (removed, added)]
    rated = []
    for i, old in enumerate(removed):
        for k, new in enumerate(added):
            if old.label != new.label or not old.children or not new.children:
                continue
            if old.role == new.role and old.role.startswith("function"):
                similarity = 2.0
            elif labels[0][old.label] == labels[1][new.label] == 1:
                similarity = 1.0
            else:
                similarity = _measure_overlap(_count_leaves(old), _count_leaves(new))
            if similarity >= _SAME_STATEMENT:
                rated.append((-similarity, i, k))
    found: dict[int, int] = {}
    for _, i, k in sorted(rated):
        if i not in found and k not in found.values():
            found[i] = k
    return [(removed[i], added[k]) for i, k in found.items()]


def _count_leaves(tree: Tree) -> Counter[str]:
    nodes = islice(tree.walk(), _COMPARED_NODES)
    return Counter(f"{node.label} {node.value}" for node in nodes if not node.children)


def _abstract_moved(fragments: Sequence[_Fragment]) -> list[_Fragment]:
    """Replace statements that are removed at one place and added at another by one leaf each."""
    found: dict[str, set[str]] = {"-": set(), "+": set()}
    for fragment in fragments:
        found[fragment.sign].update(
            node.digest for node in fragment.tree.walk() if node.role and node.size >= _MOVED_SIZE
        )
    moved = found["-"] & found["+"]
    if not moved:
        return list(fragments)
    return [replace(fragment, tree=_mark(fragment.tree, moved)) for fragment in fragments]


def _mark(tree: Tree, moved: Collection[str]) -> Tree:
    order = []
    waiting = [tree]
    while waiting:
        order.append(waiting.pop())
        if order[-1].digest not in moved:
            waiting.extend(order[-1].children)
    done: dict[int, Tree] = {}
    for node in reversed(order):
        if node.digest in moved:
            # What is moved is context, but for the library that it uses.
            words = {x.label for x in node.walk() if not x.children and x.label.isidentifier()}
            done[id(node)] = make_tree(" ".join(["moved", *sorted(words)]), value=node.digest)
        else:
            below = tuple(done[id(child)] for child in node.children)
            done[id(node)] = make_tree(
                node.label, below, value=node.value, unordered=node.unordered, role=node.role
            )
    return done[id(tree)]


def _hash_fragments(fragments: Sequence[_Fragment]) -> str:
    """Return a hash that depends on which names are the same, not on what they are.

    Each name has a color, at first one for all. In each round, a name's color becomes a hash of the
    places at which it occurs, as in the Weisfeiler-Lehman test for graphs.
    """
    outermost = min((f.loops for f in fragments if _is_variable(f.tree)), default=0)
    colors: dict[str, str] = {}
    hashes: list[str] = []
    for _ in range(_COLOR_ROUNDS + 1):
        places: dict[str, list[str]] = {}
        hashes = []
        for fragment in fragments:
            # Moving out of a loop is an edit.
            loops = fragment.loops - outermost if _is_variable(fragment.tree) else 0
            hashes.append(_color(fragment.tree, f"{fragment.sign}{loops}", colors, places))
        colors = {
            name: hash_text(" ".join([colors.get(name, ""), *sorted(found)]))
            for name, found in places.items()
        }
    return hash_text(" ".join(sorted(hashes)))


def _is_variable(tree: Tree) -> bool:
    return tree.label == "name" or tree.label.startswith("moved ")


def _color(tree: Tree, root: str, colors: Mapping[str, str], places: dict[str, list[str]]) -> str:
    """Return a tree's hash with the names' colors; add the place of each name to `places`."""
    order = [(tree, -1)]
    for at, (node, _) in enumerate(order):  # the list grows while it is read
        order.extend((child, at) for child in node.children)
    hashes = [""] * len(order)
    below: list[list[str]] = [[] for _ in order]
    for at in reversed(range(len(order))):
        node, parent = order[at]
        inner = sorted(below[at]) if node.unordered else below[at][::-1]
        color = colors.get(node.value, "") if _is_variable(node) else ""
        hashes[at] = hash_text(f"{node.label} {color} {' '.join(inner)}")
        if parent >= 0:
            below[parent].append(hashes[at])
    context = [root] * len(order)
    position: Counter[int] = Counter()
    for at, (node, parent) in enumerate(order):
        if parent >= 0:
            place = "" if order[parent][0].unordered else position[parent]
            position[parent] += 1
            context[at] = hash_text(f"{context[parent]} {hashes[parent]} {place} {hashes[at]}")
        if _is_variable(node):
            places.setdefault(node.value, []).append(context[at])
    return hash_text(f"{root} {hashes[0]}")
