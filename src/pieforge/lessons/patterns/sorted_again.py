"""A list is sorted again after each insertion."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.edits import UseTable, delete_statement, rewrite_uses
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind
from pieforge.syntax.declaration import split_words
from pieforge.syntax.tree import find_nodes, get_field_text, get_text

_SORTS = ("std::sort($v.begin(), $v.end());", "std::sort($v.begin(), $v.end(), $c);")
_PYTHON_SORTS = ("$v.sort()", "$v.sort(key=$c)", "$v.sort(reverse=True)")
_ADDING = frozenset({"append", "push_back", "emplace_back"})

_SORT = "std::sort($c.begin(), $c.end()$order);"
_QUEUES = {
    "std::priority_queue<$t> $c;": "",
    "std::priority_queue<$t, $v, std::greater<$t>> $c;": ", std::greater<>()",
}
_QUEUE: UseTable = (
    *((template, "std::vector<$t> $c;") for template in _QUEUES),
    ("$c.push($x);", f"$c.push_back($x);\n{_SORT}"),
    ("$c.emplace($x);", f"$c.emplace_back($x);\n{_SORT}"),
    ("$c.emplace($x, $y);", f"$c.emplace_back($x, $y);\n{_SORT}"),
    ("$c.top()", "$c.back()"),
    ("$c.pop()", "$c.pop_back()"),
    *((f"$c.{method}()", f"$c.{method}()") for method in ("empty", "size")),
)
# The first element of a heap is the last one in its order.
_HEAP = {
    True: {
        "heappush($h, $x)": "$h.append($x)\n$h.sort()",
        "heappop($h)": "$h.pop(0)",
    },
    False: {
        "$h.push_back($x);\nstd::push_heap($h.begin(), $h.end(), $o);": (
            "$h.push_back($x);\nstd::sort($h.rbegin(), $h.rend(), $o);"
        ),
        "std::pop_heap($h.begin(), $h.end(), $o);\n$h.pop_back();": "$h.erase($h.begin());",
    },
}

_HEAP_CALLS = split_words(
    "heappush heappop heapify heappushpop heapreplace push_heap pop_heap make_heap sort_heap"
)


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    yield from _sort_in_loop(program)
    yield from _sort_for_heap(program)
    for template, order in () if program.syntax.indented else _QUEUES.items():
        for made in program.find(template):
            scope = program.find_function(made.first) or program.root
            edits = rewrite_uses(program, made.text("c"), scope, _QUEUE, {"order": order})
            if edits and len(edits) > 1:
                includes = ("#include <algorithm>", "#include <vector>")
                yield [*(it for line in includes for it in program.include(line)), *edits]


def _sort_in_loop(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    """Yield the rewrites that sort at the end of the loop before, which fills the list."""
    for template in _PYTHON_SORTS if program.syntax.indented else _SORTS:
        for match in program.find(template):
            sort = match.first.parent if program.syntax.indented else match.first
            loop = sort.prev_named_sibling if sort is not None else None
            if sort is None or loop is None or loop.type not in program.syntax.loops:
                continue
            adding = []
            for use in program.find_uses(match.text("v"), loop):
                member = use.parent
                call = member.parent if member is not None else None
                added = call.parent if call is not None else None
                method = get_text(member).removeprefix(match.text("v")).lstrip(".")
                if method not in _ADDING or added is None or not program.is_statement(added):
                    break
                adding.append(added)
            else:
                if adding and len({it.parent for it in adding}) == 1:
                    last = adding[-1]
                    yield [
                        program.replace(last, "$last\n$sort", {"last": last, "sort": sort}),
                        delete_statement(program, sort),
                    ]


def _sort_for_heap(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    """Yield the rewrite of a heap in a list to a sorted list."""
    python = program.syntax.indented
    found = [(match, slow) for it, slow in _HEAP[python].items() for match in program.find(it)]
    calls = find_nodes(program.root, program.syntax.calls)
    heaps = [it for it in calls if get_field_text(it, "function").split("::")[-1] in _HEAP_CALLS]
    names = {match.text("h") for match, _ in found}
    if len(names) != 1 or len(heaps) != len(found):
        return
    # It is sorted when it has no element, or one; nothing else adds elements.
    made = [it for it in program.find("$h = $x") if it.text("h") in names] if python else []
    added = "append" if python else "push_back"
    adding = [it for it in program.find(f"$h.{added}($x)") if it.text("h") in names]
    pushes = [it for it, slow in found if not python and "push_back" in slow]
    empty = all(it.text("x") == "[]" or program.match("[$x]", it["x"]) for it in made)
    whole = all(program.is_statement(it.first) for it, slow in found if "\n" in slow)
    if empty and whole and len(adding) == len(pushes):
        yield [program.replace(match, slow, match.nodes) for match, slow in found]


PATTERN = Pattern(
    title="sorts the whole list again after each insertion",
    description=(
        "After each new element, all elements are sorted, to have the smallest at hand or the list"
        " in order. The fast program has a heap, or sorts once when all elements are there."
    ),
    source="textbooks: priority queues; PIE (arXiv 2302.07867), appendix: data structures",
    kind="asymptotic",
    edit_kind=EditKind.ALGORITHM,
    preconditions="A heap with its basic operations, or a loop that fills a list sorted after it.",
    shown_by="inputs with many elements",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <algorithm>
#include <cstdio>
#include <vector>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::vector<int> numbers;
    for (int i = 0; i < n; i++) {
        numbers.push_back(i * 7919 % 10007);
    }
    std::sort(numbers.begin(), numbers.end());
    long long total = 0;
    for (int number : numbers) {
        total = (total * 3 + number) % 1000003;
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
        "python": PatternForm(
            find=_find,
            example="""\
from heapq import heappop, heappush

n = int(input())
waiting = []
for i in range(n):
    heappush(waiting, i * 7919 % 10007)
total = 0
while waiting:
    total = (total * 3 + heappop(waiting)) % 1000003
print(total)
""",
        ),
    },
)
