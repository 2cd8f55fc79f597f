"""Two lists, of keys and of values, stand for a dictionary."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.syntax.tree import get_text, is_identifier


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for made in program.find("$d = {}"):
        if not lists.is_unshared_dict(program, made["d"]):
            continue
        name, function = made.text("d"), program.find_function(made.first)
        if function is None:
            continue
        keys = program.choose_name(f"{name}_keys")
        values = program.choose_name(f"{name}_values")
        edits = [program.replace(made, f"{keys} = []\n{values} = []", {})]
        for use in program.find_uses(name, function):
            if use == made["d"]:
                continue
            edit = _rewrite_use(program, use, {"d": name, "keys": keys, "values": values})
            if edit is None:
                break
            edits.append(edit)
        else:
            if len(edits) > 1 and not _nested(edits):
                yield edits


def _rewrite_use(program: RewritableProgram, use: Node, names: dict[str, str]) -> TextEdit | None:
    around = [it for it, _ in zip(program.iter_around(use), range(3), strict=False)]
    for node in reversed(around):
        for template, slow in _USES:
            match = program.match(template, node)
            if match is None or match["d"] != use or not _is_simple(program, match["k"]):
                continue
            if template.endswith("= $x") and not program.is_statement(match.first):
                return None
            return program.replace(match, slow, {**match.nodes, **names})
    return None


def _is_simple(program: RewritableProgram, key: Node) -> bool:
    """Return whether a key may be written, and computed, several times."""
    return is_identifier(key) or (len(get_text(key)) < 24 and program.is_pure(key))


def _nested(edits: Sequence[TextEdit]) -> bool:
    ordered = sorted(edits, key=lambda it: it.start)
    return any(a.end > b.start for a, b in pairwise(ordered))


_USES = (
    (
        "$d[$k] = $x",
        "if $k in $keys:\n    $values[$keys.index($k)] = $x\n"
        "else:\n    $keys.append($k)\n    $values.append($x)",
    ),
    ("$d.get($k, $x)", "($values[$keys.index($k)] if $k in $keys else $x)"),
    ("$k in $d", "$k in $keys"),
    ("$k not in $d", "$k not in $keys"),
    ("$d[$k]", "$values[$keys.index($k)]"),
)
"""Uses of a dictionary, and the same with two lists; longer ones first."""

PATTERN = Pattern(
    title="two lists of keys and values instead of a dictionary",
    description=(
        "Every access searches the list of keys from its beginning. The fast program looks keys up"
        " in a hash table."
    ),
    source="PIE (arXiv 2302.07867), appendix: data structures; textbooks: hashing",
    kind="asymptotic",
    preconditions="A local dictionary without another name that is read and set by key only.",
    shown_by="inputs with many different keys",
    forms={
        "python": PatternForm(
            find=_find,
            example="""\
def count_repeats(n):
    last_seen = {}
    repeats = 0
    place = 1
    for step in range(n):
        place = (place * 7 + 3) % 1009
        if place in last_seen:
            repeats += step - last_seen[place]
        last_seen[place] = step
    return repeats


print(count_repeats(int(input())))
""",
        ),
    },
)
