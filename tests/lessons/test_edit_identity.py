"""Edits: equal ids for equal edits, other ids for others."""

import subprocess
import sys

import pytest

from benchmarks.edit_identity import Comparison, list_comparisons
from pieforge.errors import ConfigError
from pieforge.lessons.clusters import SIMILARITY
from pieforge.lessons.edit_identity import AbstractEdit, find_edit, measure_similarity
from pieforge.syntax.tree import MAX_PARSED_BYTES

SCAN = """\
#include <iostream>
#include <vector>
const int LIMIT = 500;
int clip(int value) {
    return value > LIMIT ? LIMIT : value;
}
bool is_known(const std::vector<int>& known, int value) {
    for (int i = 0; i < (int)known.size(); i++) {
        if (known[i] == value) {
            return true;
        }
    }
    return false;
}
int main() {
    int n, fresh = 0;
    std::cin >> n;
    std::vector<int> known;
    for (int i = 0; i < n; i++) {
        int x;
        std::cin >> x;
        x = clip(x);
        if (!is_known(known, x)) {
            known.push_back(x);
            fresh++;
        }
    }
    std::cout << fresh << "\\n";
}
"""
HASH = (
    SCAN.replace("<vector>", "<unordered_set>")
    .replace("std::vector<int>", "std::unordered_set<int>")
    .replace("push_back", "insert")
    .replace(SCAN[SCAN.index("    for (int i = 0; i < (int)") : SCAN.index("    return false")], "")
    .replace("return false", "return known.count(value) > 0")
)
HOIST_SLOW = """\
def main():
    items = [int(word) for word in input().split()]
    best = 0
    for item in items:
        ranked = sorted(items)
        best = max(best, ranked[0] + item)
    print(best)


main()
"""
HOIST_FAST = HOIST_SLOW.replace("        ranked = sorted(items)\n", "").replace(
    "    best = 0\n", "    best = 0\n    ranked = sorted(items)\n"
)


def edit(slow: str, fast: str, language: str = "cpp17") -> AbstractEdit:
    found = find_edit(slow, fast, language)
    assert found is not None
    return found


def rewritten(*changes: tuple[str, str]) -> AbstractEdit:
    slow, fast = SCAN, HASH
    for old, new in changes:
        assert old in slow
        assert old in fast
        slow, fast = slow.replace(old, new), fast.replace(old, new)
    return edit(slow, fast)


@pytest.fixture(scope="module")
def comparisons() -> list[Comparison]:
    return list_comparisons()


@pytest.mark.parametrize(
    "changes",
    [
        [("known", "seen"), ("is_seen", "has"), ("value", "wanted"), ("fresh", "total")],
        [("LIMIT = 500", "LIMIT = 77"), ("fresh = 0", "fresh = 3")],
        [("value > LIMIT ? LIMIT : value", "value % LIMIT")],
        [("fresh++;", "fresh += x;")],
        [("#include <iostream>\n", "#include <cmath>\n#include <iostream>\n// No comment.\n")],
        [("int main", "int twice(int a) { for (;;) return 2 * a; }\nint main")],
        [("std::", "")],
        [("int n, fresh = 0;", "int fresh = 0; int n;")],
    ],
    ids=lambda changes: changes[0][0],
)
def test_names_constants_and_context_do_not_change_the_id(changes: list[tuple[str, str]]) -> None:
    assert rewritten(*changes).edit_id == edit(SCAN, HASH).edit_id


def test_the_order_of_functions_does_not_change_the_id() -> None:
    start, end = SCAN.index("int clip"), SCAN.index("bool is_known")
    clip = SCAN[start:end]
    moved = [text.replace(clip, "").replace("int main", f"{clip}int main") for text in (SCAN, HASH)]
    assert moved[0] != SCAN
    assert edit(*moved).edit_id == edit(SCAN, HASH).edit_id


def test_renaming_alone_is_no_edit() -> None:
    assert edit(SCAN, SCAN.replace("known", "old").replace("fresh", "count")).parts == {}
    assert edit(HOIST_SLOW, HOIST_SLOW.replace("best", "top"), "python").parts == {}


def test_other_edits_of_one_program_have_other_ids() -> None:
    tree = HASH.replace("unordered_set", "set")
    stop = SCAN.replace("return true;", "break;")
    reference = SCAN.replace("const std::vector<int>& known", "std::vector<int> known")
    edits = [edit(SCAN, fast) for fast in (SCAN, HASH, tree, stop, reference)]
    edits.append(edit(HASH, SCAN))
    assert len({found.edit_id for found in edits}) == len(edits)


def test_which_names_an_edit_uses_is_part_of_it_and_what_they_are_is_not() -> None:
    slow = "int f(int a, int b) { return a; }"
    twice, both = "int f(int a, int b) { return a * a; }", "int f(int a, int b) { return a * b; }"
    renamed = [text.replace("a", "z") for text in (slow, twice)]
    assert edit(slow, twice).edit_id != edit(slow, both).edit_id
    assert edit(slow, twice).edit_id == edit(*renamed).edit_id


def test_a_loop_interchange_is_an_edit() -> None:
    slow = "void f() { for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) s += a[j][i]; }"
    assert edit(slow, slow.replace("a[j][i]", "a[i][j]")).parts


def test_moving_a_statement_out_of_a_loop_is_an_edit_whatever_else_it_computes() -> None:
    found = edit(HOIST_SLOW, HOIST_FAST, "python")
    assert found.parts
    nested = [
        text.replace("sorted(items)", "sorted(items + items)") for text in (HOIST_SLOW, HOIST_FAST)
    ]
    assert edit(*nested, "python").edit_id == found.edit_id
    other = [text.replace("sorted(items)", "reversed(items)") for text in (HOIST_SLOW, HOIST_FAST)]
    assert edit(*other, "python").edit_id != found.edit_id
    assert edit(HOIST_FAST, HOIST_SLOW, "python").edit_id != found.edit_id


def test_a_member_may_have_the_name_of_a_variable() -> None:
    slow = "int f(std::pair<int, int> p, int first) { return p.first + p.first; }"
    fast = "int f(std::pair<int, int> p, int first) { return 2 * p.first; }"
    renamed = [text.replace("int first", "int other") for text in (slow, fast)]
    assert edit(slow, fast).edit_id == edit(*renamed).edit_id


def test_ids_do_not_depend_on_the_process() -> None:
    code = "from tests.lessons.test_edit_identity import *; print(edit(SCAN, HASH).edit_id)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == edit(SCAN, HASH).edit_id


@pytest.mark.parametrize("language", ["c17", "cpp20", "go", "java", "rust"])
def test_other_languages_have_edits_too(language: str) -> None:
    slow = "int f(int a) { return a + a; }"
    fast = "int f(int a) { return 2 * a; }"
    if language in ("go", "rust"):
        slow, fast = (
            text.replace(
                "int f(int a)", "fn f(a: i32) -> i32" if language == "rust" else "func f(a int) int"
            )
            for text in (slow, fast)
        )
    assert edit(slow, fast, language).parts


def test_an_unknown_language_is_an_error() -> None:
    with pytest.raises(ConfigError, match="cobol"):
        find_edit("", "", "cobol")


@pytest.mark.parametrize("text", ["", "int f(", "}}}}", "\ud800 = 1", "(" * 20000, "{" * 20000])
def test_broken_and_deep_texts_have_an_edit(text: str) -> None:
    for language in ("cpp17", "python"):
        assert edit(text, text, language).parts == {}
        assert edit(text, f"{text}\nint x = 1;", language).edit_id


def test_wide_texts_have_an_edit() -> None:
    numbers = ", ".join(str(i % 7) for i in range(2000))
    statements = "".join(f"a[{i}] = b[{i % 9}] + {i};\n" for i in range(400))
    others = statements.replace("+", "-")
    assert edit(f"int a[] = {{{numbers}}};", f"int a[] = {{{numbers[::-1]}}};").parts
    assert edit(f"void f() {{ {statements} }}", f"void f() {{ {others} }}").parts


def test_a_very_large_program_has_no_edit() -> None:
    assert find_edit(SCAN, "x" * (MAX_PARSED_BYTES + 1), "cpp17") is None


@pytest.mark.slow
def test_labelled_edits_have_the_ids_and_clusters_of_their_labels(
    comparisons: list[Comparison],
) -> None:
    same = [c.a.edit_id == c.b.edit_id for c in comparisons if c.relation == "same"]
    assert len(same) >= 700
    assert sum(same) / len(same) >= 0.995
    different = [c for c in comparisons if c.relation == "different"]
    assert len(different) >= 150
    assert all(c.a.edit_id != c.b.edit_id for c in different)
    together = [c for c in different if measure_similarity(c.a, c.b) >= SIMILARITY]
    assert len(together) / len(different) <= 0.05
    near = [measure_similarity(c.a, c.b) >= SIMILARITY for c in comparisons if c.relation == "near"]
    assert sum(near) / len(near) >= 0.97
