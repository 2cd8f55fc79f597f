"""How far programs are from a reference, and how much they repeat."""

from pathlib import Path

import pytest
from run_examples import iter_pairs

from pieforge.errors import UserInputError
from pieforge.export.realism import (
    GroupedProgram,
    classify,
    compare_with_reference,
    find_similarities,
    measure_features,
    measure_repetition,
    read_reference,
)
from pieforge.rows import PairTests, TestContent

PEOPLE = Path(__file__).parents[2] / "problems"

NESTED = """#include <cstdio>
#include <vector>
// adds
int add(int a, int b) { return a + b; }
int main() {
    int total = 0;
    for (int i = 0; i < 9; i++) {
        while (total < i) {
            if (i) total = add(total, 1);
        }
    }
    printf("%d", total);
}
"""


def program(code: str, group: str = "g", language: str = "cpp17") -> GroupedProgram:
    return GroupedProgram(group=group, language=language, code=code)


def outputs_of(*outputs: str) -> PairTests:
    return PairTests(
        record_id="k",
        tests_sha="",
        validated_by="package",
        inputs_grammar="inferred",
        tests=tuple(
            TestContent(test=str(at), input=str(at), output=output)
            for at, output in enumerate(outputs)
        ),
    )


def test_features_count_length_nesting_names_and_libraries() -> None:
    found = measure_features(program(NESTED))
    expected = {
        "lines": 13,
        "comments": 1,
        "functions": 2,
        "loops": 2,
        "branches": 1,
        "nesting of loops and branches": 3,
        "imports, includes and directives": 2,
        # add, a, b, main, total, i, printf
        "different identifiers": 7,
    }
    assert {name: found[name] for name in expected} == expected
    assert found["share of identifiers with one letter"] == pytest.approx(3 / 7)
    assert found["mean length of identifiers"] == pytest.approx((3 + 1 + 1 + 4 + 5 + 1 + 6) / 7)


def test_a_program_that_nests_deeper_than_the_stack_is_measured() -> None:
    deep = "int main() {" + "while (1) {" * 3000 + "}" * 3000 + "}"
    assert measure_features(program(deep))["nesting of loops and branches"] == 3000


def test_a_classifier_recognizes_different_programs_of_groups_that_it_did_not_see() -> None:
    groups = [[f"g{at // 4}" for at in range(40)] for _ in range(2)]
    short = [[10.0 + at % 7, 3.0] for at in range(40)]
    long = [[90.0 + at % 7, 3.0] for at in range(40)]
    assert sum(classify([short, long], groups)) == 80


def test_a_classifier_cannot_distinguish_programs_of_one_kind() -> None:
    groups = [[f"g{at // 4}" for at in range(200)] for _ in range(2)]
    rows = [[float(at * 37 % 101), float(at * 53 % 89)] for at in range(400)]
    correct = sum(classify([rows[::2], rows[1::2]], groups))
    assert 160 <= correct <= 240  # half of 400, within four standard deviations


def test_a_group_is_not_recognized_by_its_own_programs() -> None:
    # Each group has a value of its own, on both sides of those of the other part.
    groups = [[f"g{at // 10}" for at in range(50)] for _ in range(2)]
    rows = [[float(2 * (at // 10) + part)] for part in range(2) for at in range(50)]
    assert sum(classify([rows[:50], rows[50:]], groups)) < 80


def test_with_few_programs_or_groups_there_is_no_accuracy() -> None:
    few = [[1.0], [2.0]]
    assert classify([few, few], [["a", "b"], ["a", "b"]]) == []
    many = [[float(at)] for at in range(50)]
    assert classify([many, many], [["a"] * 50, ["b"] * 50]) == []


def test_programs_with_another_constant_are_near_duplicates_and_others_are_not() -> None:
    changed = NESTED.replace("i < 9", "i < 8")
    other = "#include <iostream>\nint main() { long long x; std::cin >> x; std::cout << x * x; }\n"
    found = find_similarities([program(it) for it in (NESTED, changed, other)])
    assert [it >= 0.9 for it in found] == [True, True, False]
    assert find_similarities([program(NESTED), program(changed, group="h")]) == []


def test_outputs_that_hardly_change_are_counted() -> None:
    rows = [
        outputs_of("x", "x", "x"),
        outputs_of(*["x"] * 9, "y"),
        outputs_of("x", "y"),
        outputs_of("x"),
    ]
    found = measure_repetition(list(iter_pairs(6)), rows)
    assert (found.pairs, found.constant, found.nearly_constant) == (3, 1, 2)


def test_a_run_without_pairs_repeats_nothing() -> None:
    found = measure_repetition([], [])
    assert (found.programs, found.similarity, found.pairs) == (0, 0.0, 0)


def test_a_reference_is_read_by_suffix_and_grouped_by_folder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.cpp").write_text(NESTED)
    (tmp_path / "a" / "again.cpp").write_text(NESTED)
    (tmp_path / "binary.cpp").write_bytes(b"\0\1")
    (tmp_path / "empty.cpp").write_text("")
    (tmp_path / "large.cpp").write_text("int x;\n" * 20_000)
    (tmp_path / "link.cpp").symlink_to("/etc/hostname")
    (tmp_path / "two.py").write_text("print(1)\n")
    (tmp_path / "notes.txt").write_text("no program")
    found = read_reference(tmp_path, ["cpp17", "python"])
    assert [(it.language, it.group) for it in found] == [("cpp17", "a"), ("python", ".")]


@pytest.mark.parametrize("name", ["missing", "file", "folder"])
def test_a_reference_without_programs_is_refused_with_the_suffixes(
    name: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserInputError) as caught:
        read_reference(tmp_path / name, ["python"])
    assert str(tmp_path / name) in str(caught.value)
    assert (".py" if name == "folder" else "source files") in caught.value.fix


def test_programs_are_compared_with_those_of_their_language() -> None:
    reference = read_reference(PEOPLE, ["python"])
    half = [it for it in reference if it.group < sorted(it.group for it in reference)[60]]
    [found] = compare_with_reference([*half, program(NESTED)], reference)
    assert (found.language, found.reference) == ("python", len(reference))
    assert found.accuracy is not None
    assert found.low is not None
    # They are a part of the reference.
    assert found.low < 0.6
    assert max(it.distance for it in found.features) < 0.5
