"""The embedded optimizer: merges with and without conflict."""

import pytest

from pieforge.agents.embedded.answering import answer_prompt
from pieforge.agents.embedded.grammar import EditGrammar, find_grammar
from pieforge.agents.embedded.lost_names import uses_lost_name
from pieforge.agents.embedded.merge import merge_examples
from pieforge.agents.embedded.threeway import merge_three_way
from pieforge.syntax.tree import MAX_PARSED_BYTES

SLOW = """\
int worth(int x) {
    return x % 7 + 2;
}

int count(int n) {
    int total = 0;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            if (i == j) {
                total += worth(i);
            }
        }
    }
    return total;
}

int main() {
    return count(9);
}
"""
FAST = """\
int worth(int x) {
    return x % 7 + 2;
}

int count(int n) {
    int total = 0;
    for (int i = 0; i < n; i++) {
        total += worth(i);
    }
    return total;
}

int main() {
    return count(9);
}
"""
PYTHON_SLOW = """\
def worth(x):
    return x % 7 + 2


def count(n):
    total = 0
    for i in range(n):
        for j in range(n):
            if i == j:
                total += worth(i)
    return total


print(count(9))
"""
PYTHON_FAST = PYTHON_SLOW.replace(
    """        for j in range(n):
            if i == j:
                total += worth(i)
""",
    """        total += worth(i)
""",
)


def grammar(name: str) -> EditGrammar:
    found = find_grammar(name)
    assert found is not None
    return found


CPP, PYTHON = grammar("cpp"), grammar("python")


def codes(program: str, *examples: tuple[str, str], n: int = 4) -> list[str]:
    return [candidate.code for candidate in merge_examples(program, examples, CPP, n=n)]


def test_a_change_outside_the_rewritten_part_is_carried_over() -> None:
    program = SLOW.replace("% 7", "% 5").replace("count(9)", "count(8)")
    expected = FAST.replace("% 7", "% 5").replace("count(9)", "count(8)")
    assert codes(program, (SLOW, FAST))[0] == expected


def test_a_change_inside_the_rewritten_part_is_repeated_in_a_similar_place() -> None:
    program = SLOW.replace("total += worth(i)", "total -= worth(i)")
    found = codes(program, (SLOW, FAST))
    assert found[0] == FAST.replace("total += worth(i)", "total -= worth(i)")
    assert FAST in found


def test_a_change_that_fits_nowhere_leaves_the_examples_version() -> None:
    program = SLOW.replace("if (i == j)", "if (i >= j)")
    assert codes(program, (SLOW, FAST))[0] == FAST


def test_the_examples_own_slow_program_gets_its_fast_one() -> None:
    assert codes(SLOW, (SLOW, FAST)) == [FAST]


def test_the_nearest_example_comes_first() -> None:
    other = SLOW.replace("count", "measure").replace("worth", "price").replace("total", "sum")
    other_fast = FAST.replace("count", "measure").replace("worth", "price").replace("total", "sum")
    found = merge_examples(
        SLOW.replace("% 7", "% 5"), [(other, other_fast), (SLOW, FAST)], CPP, n=4
    )
    assert found[0].example == 2
    assert found[0].code == FAST.replace("% 7", "% 5")


def test_a_pair_that_was_kept_helps_its_own_descendants() -> None:
    kept = (SLOW.replace("i == j", "i > j"), FAST.replace("worth(i);", "i * worth(i);"))
    child = kept[0].replace("+ 2", "- 2")
    assert codes(child, (SLOW, FAST), kept)[0] == kept[1].replace("+ 2", "- 2")


def test_candidates_are_distinct_parse_and_are_not_slow_programs() -> None:
    program = SLOW.replace("total += worth(i)", "total ^= worth(i)")
    found = codes(program, (SLOW, FAST), (program.replace("9", "8"), FAST), n=9)
    assert len(set(found)) == len(found)
    assert program not in found
    assert SLOW not in found
    assert all(CPP.has_valid_syntax(code.encode()) for code in found)


@pytest.mark.parametrize(
    "examples",
    [[], [("def f():\n    pass\n", "x = 1\n")], [("", "")]],
    ids=["none", "far", "empty"],
)
def test_without_a_similar_example_there_is_no_candidate(examples: list[tuple[str, str]]) -> None:
    assert codes(SLOW, *examples) == []


def test_a_program_larger_than_the_parse_limit_gives_no_candidate() -> None:
    large = SLOW + "\n" * MAX_PARSED_BYTES
    assert merge_examples(SLOW, [(SLOW, FAST)], CPP, n=1)
    assert merge_examples(large, [(large, FAST)], CPP, n=1) == []
    assert merge_examples(SLOW, [(SLOW, FAST + large)], CPP, n=1) == []


def test_python_keeps_its_indentation() -> None:
    program = PYTHON_SLOW.replace("% 7", "% 5").replace("+= worth", "-= worth")
    found = merge_examples(program, [(PYTHON_SLOW, PYTHON_FAST)], PYTHON, n=4)
    expected = PYTHON_FAST.replace("% 7", "% 5").replace("+= worth", "-= worth")
    assert found[0].code == expected


def test_three_way_merge_takes_changes_of_one_side_and_returns_conflicts_separately() -> None:
    regions = merge_three_way("abcdef", "abXdef", "abcdeY")
    assert "".join("".join(region.merged) for region in regions) == "abXdeY"
    conflict = [region for region in merge_three_way("abc", "aXc", "aYc") if region.conflict]
    assert [(r.base, r.ours, r.theirs) for r in conflict] == [(("b",), ("X",), ("Y",))]


@pytest.mark.parametrize(
    ("prompt", "word"),
    [
        ("Tell me a joke.", "no task"),
        ("## Slow program\n```rust\nfn main() {}\n```", "C++ and Python"),
        ("## Slow program\n```cpp\nint main() {}\n```", "None of the examples"),
        ("## Code 1\n```cpp\nint a;\n```\n## Code 2\n```cpp\nint ma\n```", "could change"),
    ],
)
def test_a_request_that_the_engine_cannot_fulfil_is_answered_in_prose(
    prompt: str, word: str
) -> None:
    replies = answer_prompt(prompt, n=2, seed=1, temperature=1.0)
    assert len(replies) == 2
    assert all(word in reply and "```" not in reply for reply in replies)


def test_a_merge_that_loses_the_declaration_of_a_variable_is_not_offered() -> None:
    slow = PYTHON_SLOW.replace(
        "                total += worth(i)",
        "                extra = worth(i)\n                total += extra",
    )
    program = slow.replace("total += extra", "total = max(total, extra)")
    fast = PYTHON_FAST
    every = merge_examples(program, [(slow, fast)], PYTHON, n=9)
    assert every
    for code in (candidate.code for candidate in every):
        assert "extra = " in code or "extra" not in code
    assert not uses_lost_name(slow, [fast], PYTHON)
    assert uses_lost_name(fast.replace("worth(i)", "extra"), [slow, fast], PYTHON)
    assert not uses_lost_name(fast.replace("worth(i)", "library(i)"), [slow, fast], PYTHON)
    assert not uses_lost_name(fast.replace("n)", "n, key=i.extra, extra=2)"), [slow], PYTHON)
    cpp = FAST.replace("total += worth(i)", "total += j")
    assert uses_lost_name(cpp, [SLOW], CPP)
    assert not uses_lost_name(f"int j = 0;\n{cpp}", [SLOW], CPP)
