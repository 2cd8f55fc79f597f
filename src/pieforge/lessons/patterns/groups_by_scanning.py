"""Everything is searched for the members of a group, whenever the group is needed."""

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.costs import list_following
from pieforge.lessons.rewriting.edits import delete_statement, find_statement
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit, apply_edits
from pieforge.lessons.rewriting.template import fill_template, get_indent, list_statements
from pieforge.records import EditKind
from pieforge.syntax.tree import collect_identifiers, get_text

_MADE = {
    True: ("$g = [[] for $any in $n]",),
    False: ("std::vector<std::vector<$t>> $g($(n));",),
}
_ADDED = {
    True: (("$g[$k].append($x)", "if $k == $wanted:\n    $found.append($x)"),),
    False: tuple(
        (f"$g[$k].{added};", f"if ($k == $wanted) {{\n    $found.{added};\n}}")
        for added in ("push_back($x)", "emplace_back($x)", "emplace_back($x, $y)")
    ),
}


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for template in _MADE[program.syntax.indented]:
        for match in program.find(template):
            made = find_statement(program, match.first)
            if made is not None:
                yield from _rewrite(program, made, match.text("g"), get_text(match.nodes.get("t")))


def _rewrite(
    program: RewritableProgram, made: Node, groups: str, kind: str
) -> Iterator[Sequence[TextEdit]]:
    following = list_following(made)
    loop = next((it for it in following if program.find_uses(groups, it)), made)
    body = loop.child_by_field_name("body")
    later = [it for it in following if it.start_byte > loop.start_byte]
    uses = [use for it in later for use in program.find_uses(groups, it)]
    if body is None or loop.type not in program.syntax.loops or not uses:
        return
    own = program.collect_declared(loop)
    names = {it for it in collect_identifiers(loop) if program.find_uses(it, loop)}
    if any(program.is_modified(name, it) for name in names - own - {groups} for it in later):
        return
    edits: list[TextEdit] = []
    for use in uses:
        read, place = use.parent, find_statement(program, use)
        match = program.match("$g[$k]", read)
        if match is None or match["g"] != use or read is None or place is None:
            return
        reused = collect_identifiers(match["k"])
        if program.syntax.indented:
            reused = frozenset().union(*map(collect_identifiers, later))
        scan = _scan(program, loop, groups, own & reused)
        if scan is None or place.type == "while_statement" or not program.is_pure(match["k"]):
            return
        if read.parent is None or program.is_modified(groups, read.parent):
            return
        name = program.choose_name("found", "members", "group")
        first = "$found = []" if program.syntax.indented else f"std::vector<{kind}> $found;"
        values: dict[str, Node | str] = {"found": name, "wanted": match["k"]}
        indent = get_indent(place)
        text = fill_template(f"{first}\n{scan}\n", values, indent)
        search = TextEdit(place.start_byte, place.start_byte, text)
        edits += [*([] if search in edits else [search]), program.replace(read, name, {})]
    yield [delete_statement(program, made), delete_statement(program, loop), *edits]


def _scan(
    program: RewritableProgram, loop: Node, groups: str, reused: frozenset[str]
) -> str | None:
    """Return the loop with `$found` in place of the group `$wanted`; None if it does more.

    Args:
        program: The program.
        loop: The loop that fills the groups.
        groups: Their name.
        reused: Names of the loop that have another meaning where it is put.
    """
    edits = []
    for statement in list_statements(loop.child_by_field_name("body") or loop):
        inner = statement.named_child(0) if program.syntax.indented else statement
        for template, slow in _ADDED[program.syntax.indented]:
            match = program.match(template, inner)
            if match is not None and match.text("g") == groups:
                kept = {"wanted": "$wanted", "found": "$found"}
                edits.append(program.replace(statement, slow, {**match.nodes, **kept}))
                break
        else:
            if statement.type != "declaration" or program.find_uses(groups, statement):
                return None
    if not edits or len(reused) > 1:
        return None
    text = apply_edits(program.code[: loop.end_byte], edits).encode()[loop.start_byte :].decode()
    for name in reused:
        other = program.choose_name("each", "candidate")
        text = re.sub(rf"(?<![.>\w]){name}\b", other, text)
    return text.replace("\n" + get_indent(loop), "\n")


PATTERN = Pattern(
    title="searches everything for the members of a group",
    description=(
        "Whenever the neighbors of a node, or the members of a group, are needed, all edges or"
        " elements are visited. The fast program puts them into lists once."
    ),
    source="textbooks: adjacency lists and edge lists; PIE (arXiv 2302.07867), appendix",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="Lists by number that one loop fills, and that are only read afterwards.",
    shown_by="inputs with many groups and many elements",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <vector>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::vector<std::vector<int>> leaving(n + 1);
    for (int i = 0; i < n; i++) {
        int end = i * 7919 % n;
        leaving[i].push_back(end);
        leaving[end].push_back(i);
    }
    long long total = 0;
    for (int node = 0; node < n; node++) {
        for (int other : leaving[node]) {
            total = (total * 3 + other) % 1000003;
        }
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find,
            example="""\
n = int(input()) // 4 + 1
edges = [(i, i * 7919 % n) for i in range(n)]
leaving = [[] for _ in range(n)]
for a, b in edges:
    leaving[a].append(b)
    leaving[b].append(a)
total = 0
for node in range(n):
    for other in leaving[node]:
        total = (total * 3 + other) % 1000003
print(total)
""",
        ),
    },
)
