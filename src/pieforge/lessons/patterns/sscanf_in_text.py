"""Each number is read from a long text by a function that first measures the whole text."""

from collections.abc import Iterator, Sequence

from pieforge.lessons.patterns import Pattern, PatternForm
from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit
from pieforge.records import EditKind

_FUNCTION = """\
long $read(char*& text) {
    long value = 0;
    int used = 0;
    sscanf(text, "%ld%n", &value, &used);
    text += used;
    return value;
}"""


def _find(program: RewritableProgram) -> Iterator[Sequence[TextEdit]]:
    for name in ("strtol", "std::strtol"):
        sites = list(program.find(f"{name}($p, &$p, 10)"))
        if sites and b"#include <cstdio>" in program.code:
            reader = program.choose_name("read_number", "scan_number")
            yield [
                program.insert_function(sites[0].first, _FUNCTION, {"read": reader}),
                *(program.replace(site, f"{reader}($p)", site.nodes) for site in sites),
            ]


PATTERN = Pattern(
    title="calls sscanf on the rest of a long text for each number",
    description=(
        "glibc's sscanf measures the whole rest of the text on every call, so that reading takes"
        " quadratic time. strtol stops after the number."
    ),
    source="T0ST, How I cut GTA Online loading times by 70% (2021); glibc bug 17577",
    kind="asymptotic",
    edit_kind=EditKind.IO,
    preconditions="Numbers are read with strtol from one text, which moves the pointer on.",
    shown_by="long inputs",
    forms={
        "cpp": PatternForm(
            find=_find,
            example="""\
#include <cstdio>
#include <cstdlib>
#include <string>

int main() {
    int n;
    if (scanf("%d", &n) != 1) {
        return 1;
    }
    std::string text;
    for (int i = 0; i < 4 * n; i++) {
        text += "1000000 ";
    }
    char* place = &text[0];
    long total = 0;
    for (int i = 0; i < n; i++) {
        total += strtol(place, &place, 10);
    }
    printf("%ld\\n", total);
    return 0;
}
""",
        ),
    },
)
