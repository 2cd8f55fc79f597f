"""Numbers are read through a formatted stream instead of character by character."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.lessons.rewriting.template import list_statements
from pieforge.records import EditKind
from pieforge.syntax.tree import collect_identifiers, get_text


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for function in program.functions.values():
        body = function.child_by_field_name("body")
        words = collect_identifiers(body)
        if (
            body is None
            or not words & {"getchar", "getchar_unlocked"}
            or b"'-'" in (body.text or b"")
        ):
            continue
        statements = list_statements(body)
        result = program.match("return $value;", statements[-1])
        kind = get_text(function.child_by_field_name("type"))
        if result is None or kind not in ("int", "long long") or program.list_parameters(function):
            continue
        edit = program.replace(
            body,
            "{\n    $t $value = 0;\n    std::cin >> $value;\n    return $value;\n}",
            {"t": kind, "value": result["value"]},
        )
        yield [*program.include("#include <iostream>"), edit]


PATTERN = Pattern(
    title="reads numbers with a formatted stream that waits for C's",
    description=(
        "Each number passes through locales, virtual functions and the synchronization with C's"
        " input. The fast program computes it from single characters."
    ),
    source="PIE (arXiv 2302.07867), section on edits: input and output; ECO (arXiv 2503.15669)",
    kind="constant",
    edit_kind=EditKind.IO,
    preconditions="A function without parameters reads one number that is not negative.",
    shown_by="inputs with many numbers",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>

int read_int() {
    int c = std::getchar();
    while (c != EOF && (c < '0' || c > '9')) {
        c = std::getchar();
    }
    int value = 0;
    while (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
        c = std::getchar();
    }
    return value;
}

int main() {
    int n = read_int();
    long long total = n;
    for (int i = 0; i < 200; i++) {
        total = (total * 3 + read_int()) % 1000003;
    }
    printf("%lld\\n", total);
    return 0;
}
""",
        ),
    },
)
