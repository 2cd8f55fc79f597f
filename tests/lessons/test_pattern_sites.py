"""What anti-patterns leave alone: where a precondition does not hold there is no site."""

import pytest

from pieforge.lessons.patterns import FAMILY, discover_patterns, find_rewrites, list_rewrites

CPP, PYTHON = "cpp17", "python"
NEAR_MISSES = [
    # The list is read, or filled by something else, before it is sorted.
    ("sorted_again", CPP, "push_back(i * 7919 % 10007);", "push_back(numbers.size());"),
    ("sorted_again", CPP, "    std::sort(", "    numbers.push_back(n);\n    std::sort("),
    # The heap is a list before it is a heap, or grows in another way.
    ("sorted_again", PYTHON, "waiting = []", "waiting = [3, 1, 2]"),
    ("sorted_again", PYTHON, "total = 0", "total = 0\nwaiting.append(5)"),
    # The loop goes on with the old list, in which the new element is not.
    ("append_by_concatenation", PYTHON, "for i in range(n)", "for i in squares"),
    # An element leaves the set; the set is traversed in its order.
    ("list_for_set", CPP, "seen.insert(place);", "seen.insert(place);\n        seen.erase(5);"),
    ("list_for_set", PYTHON, "len(seen)", "sorted(seen)"),
    # The loop does more than to look; what it finds depends on where; the test has an effect.
    ("no_early_exit", CPP, "            return true;", "            return divisor > 9;"),
    ("no_early_exit", CPP, "number % divisor == 0", "number++ % divisor == 0"),
    (
        "no_early_exit",
        PYTHON,
        "            return True\n",
        "            return True\n        print()\n",
    ),
    # The groups change, or a value that the loop reads; a group is written to.
    ("groups_by_scanning", CPP, "total * 3 + other", "leaving[0].size() + n--"),
    ("groups_by_scanning", PYTHON, "for other in", "leaving[0].append(1)\n    for other in"),
    ("groups_by_scanning", PYTHON, "total = 0", "total = 0\nedges.append((0, 0))"),
    # The pointer is used after the loop, or is set in it.
    ("restarted_search", CPP, '"%lld\\n", total', '"%lld %d\\n", total, ended'),
    ("restarted_search", PYTHON, "    total = (", "    ended = 0\n    total = ("),
    # The window does not begin empty, or its loop not at the first element.
    ("window_added_up", CPP, "long long sum = 0", "long long sum = 5"),
    ("window_added_up", PYTHON, "in range(n):\n    window", "in range(5, n):\n    window"),
    # Another table than that of factorials; an element of it changes.
    ("product_each_time", CPP, "* i % MODULUS", "* n % MODULUS"),
    ("product_each_time", PYTHON, "total = 0", "total = 0\nfactorials[0] = 2"),
    # A sieve that begins in another place; another tree is asked.
    ("divisors_by_trial", CPP, "multiple = i * i", "multiple = i"),
    ("scan_for_tree", PYTHON, "total += tree[node]", "total += other[node]"),
    # A formula of two different numbers.
    ("formula_as_loop", CPP, "i * (i - 1) / 2", "i * (n - 1) / 2"),
    # The elements change while they are taken one by one; a text has another way to be taken apart.
    ("head_and_rest", CPP, "total = (total * 3", "numbers[0]++;\n        total = (total * 3"),
    ("head_and_rest", CPP, "for (int number", "for (int& number"),
    # A count changes after the counting.
    ("count_by_scanning", CPP, "total = (total", "visits[0]++;\n        total = (total"),
    # Another use of the dictionary; its value is read where it is written.
    ("parallel_lists", PYTHON, "return repeats", "return repeats + sum(last_seen.values())"),
    ("parallel_lists", PYTHON, "= step\n", "= step + 2 * last_seen.get(place + 1, repeats)\n"),
    # The bounds are those of another table.
    ("sum_of_range", CPP, "before[last / 3]", "last / 3"),
]


@pytest.mark.parametrize(("key", "language", "old", "new"), NEAR_MISSES)
def test_a_program_that_lacks_a_precondition_has_no_site(
    key: str, language: str, old: str, new: str
) -> None:
    example = discover_patterns()[key].forms[FAMILY[language]].example
    assert find_rewrites(key, example, language)
    assert old in example
    assert find_rewrites(key, example.replace(old, new), language) == []


@pytest.mark.parametrize(("family", "least"), [("cpp", 30), ("python", 25)])
def test_the_dictionary_has_enough_anti_patterns(family: str, least: int) -> None:
    assert sum(family in it.forms for it in discover_patterns().values()) >= least


def test_a_name_that_a_scan_would_hide_is_replaced() -> None:
    code = """\
#include <vector>

int count(const std::vector<int>& boss, int office) {
    std::vector<std::vector<int>> below(boss.size() + 1);
    for (int office = 0; office < 9; office++) {
        below[boss[office]].push_back(office);
    }
    return below[office].size();
}
"""
    [rewrite] = find_rewrites("groups_by_scanning", code, CPP)
    assert "if (boss[each] == office)" in rewrite.code
    [inner] = find_rewrites("sum_of_range", SUMS, CPP)
    assert "for (int j = i + 1; j < last; j++)" in inner.code
    assert "sum += weigh(j);" in inner.code


SUMS = """\
#include <vector>

int weigh(int i) {
    return i % 7;
}

int add(int n, int last) {
    std::vector<int> before(n + 1, 0);
    for (int i = 0; i < n; i++) {
        before[i + 1] = before[i] + weigh(i);
    }
    int total = 0;
    for (int i = 0; i < last; i++) {
        int sum = before[last] - before[i + 1];
        total += sum;
    }
    return total;
}
"""


def test_a_site_in_a_function_is_as_deep_as_the_calls_of_the_function() -> None:
    code = """\
def grow(words):
    found = []
    for word in words:
        found.append(word)
    return found


longest = []
for line in range(9):
    for part in range(9):
        longest.append(len(grow([line, part])))
        grow([])
print(max(longest))
"""
    depths = {
        it.code[it.start : it.start + 5]: it.depth
        for it in list_rewrites(code, PYTHON)
        if it.pattern == "append_by_concatenation"
    }
    assert depths == {"found": 3, "longe": 2}
