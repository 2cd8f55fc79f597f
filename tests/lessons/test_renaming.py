"""Renaming a program's own names."""

import re

from pieforge.lessons.renaming import rename_identifiers

CPP = """#include <algorithm>
#include <vector>
#define TWICE(x) ((x) + factor)
int factor = 2;
struct Item { int weight; };
int add(const std::vector<Item>& items) {
    int total = 0;
    for (const Item& item : items) total += item.weight + TWICE(1);
    std::vector<int> seen;
    seen.push_back(std::max(total, 1));
    return seen.size();
}
int main() { std::vector<Item> max{{1}}; return add(max); }
"""

PYTHON = """import sys
def largest(values, key):
    seen = set()
    for value in values:
        seen.add(value)
    return sorted(seen, key=key)[0], f"{seen}"
def add(a):
    return a
print(largest([1, 2], add))
"""


def test_own_names_change_and_library_names_stay() -> None:
    text = rename_identifiers(CPP, "cpp17", seed="1")
    for name in ("total", "items", "item", "Item", "seen", "weight"):
        assert not re.search(rf"\b{name}\b", text), name
    # In a macro's body, and where a library has the name, too.
    for name in ("factor", "std::max", "push_back", "size()", "main()"):
        assert name in text


def test_a_name_that_is_also_a_method_or_an_argument_of_a_library_stays() -> None:
    text = rename_identifiers(PYTHON, "python", seed="1")
    assert ".add(" in text
    assert "def add(" in text
    assert "key=key" in text
    assert "seen" not in text
    assert "largest" not in text
    compile(text, "renamed.py", "exec")


def test_renaming_follows_from_the_seed() -> None:
    assert rename_identifiers(CPP, "cpp17", seed="1") == rename_identifiers(CPP, "cpp17", seed="1")
    assert rename_identifiers(CPP, "cpp17", seed="1") != rename_identifiers(CPP, "cpp17", seed="2")
