"""Two lists, of keys and of values, stand for a dictionary."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.patterns import _python_lists as lists
from pieforge.lessons.rewriting.edits import rewrite_uses
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_FIRST = """\
if $k not in $keys:
    $keys.append($k)
    $values.append($y)
$values[$keys.index($k)] """
_USES = (
    ("$c = {}", "$keys = []\n$values = []"),
    *((f"$c[$k] = $c.get($k, $y) {sign} $z", f"{_FIRST}{sign}= $z") for sign in "+-"),
    (
        "$c[$k] = $x",
        "if $k in $keys:\n    $values[$keys.index($k)] = $x\n"
        "else:\n    $keys.append($k)\n    $values.append($x)",
    ),
    ("del $c[$k]", "del $values[$keys.index($k)]\n$keys.remove($k)"),
    ("$c.get($k, $x)", "($values[$keys.index($k)] if $k in $keys else $x)"),
    ("len($c)", "len($keys)"),
    ("sorted($c)", "sorted($keys)"),
    ("$k in $c", "$k in $keys"),
    ("$k not in $c", "$k not in $keys"),
    ("$c[$k]", "$values[$keys.index($k)]"),
)


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    known = set[tuple[str, int]]()
    for made in program.find("$c = {}"):
        function, name = program.find_function(made.first), made.text("c")
        if function is None or not lists.is_unshared_dict(program, made["c"]):
            continue
        names = {
            "keys": program.choose_name(f"{name}_keys"),
            "values": program.choose_name(f"{name}_values"),
        }
        edits = rewrite_uses(program, name, function, _USES, names)
        if edits and len(edits) > 1 and (name, function.id) not in known:
            known.add((name, function.id))
            yield edits


PATTERN = Pattern(
    title="two lists of keys and values instead of a dictionary",
    description=(
        "Every access searches the list of keys from its beginning. The fast program looks keys up"
        " in a hash table."
    ),
    source="PIE (arXiv 2302.07867), appendix: data structures; textbooks: hashing",
    kind="asymptotic",
    edit_kind=EditKind.DATA_STRUCTURE,
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
