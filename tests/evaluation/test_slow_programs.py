"""Sets of slow programs, and what is too near to them."""

from pathlib import Path

import pytest

from pieforge.errors import UserInputError
from pieforge.evaluation.reference import (
    REFERENCE_FILE,
    ReferenceProgram,
    compare_edit,
    find_near_copy,
    hash_reference,
    read_reference,
)
from pieforge.evaluation.samples import EditNovelty
from pieforge.lessons.edit_identity import find_edit
from pieforge.lessons.renaming import rename_identifiers
from pieforge.problems import BUNDLED, SubmissionRole, list_packages, load_named_problem
from pieforge.problems.split import SplitPart, read_split
from pieforge.records import ProgramText


def create(code: str) -> ReferenceProgram:
    text = ProgramText.create("echosong", "cpp17", code)
    return ReferenceProgram(
        program_id=text.program_id,
        problem_id="echosong",
        language="cpp17",
        made_by="hand",
        speedup=5.0,
        code=code,
    )


def read_slow(name: str) -> str:
    found = load_named_problem(BUNDLED, name).find_submission(SubmissionRole.SLOW, ".cpp")
    assert found is not None
    return found.code


def test_a_renamed_copy_is_near_and_another_program_is_not() -> None:
    code = read_slow("echosong")
    renamed = ProgramText.create("x", "cpp17", rename_identifiers(code, "cpp17", seed="2"))
    other = ProgramText.create("x", "cpp17", read_slow("parcelstring"))
    assert renamed.code != code
    assert find_near_copy(create(code), [other, renamed]) == renamed.program_id
    assert find_near_copy(create(code), [other]) == ""


def test_the_hash_is_of_the_programs_and_not_of_their_order() -> None:
    one, two = create("int main() {}"), create("int main() { return 0; }")
    assert hash_reference([one, two]) == hash_reference([two, one])
    assert hash_reference([one]) != hash_reference([one, two])


def test_a_changed_program_is_found_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / REFERENCE_FILE
    good = create("int main() {}")
    bad = good.model_copy(update={"code": "int main() { for (;;); }"})
    path.write_text(f"{good.model_dump_json()}\n{bad.model_dump_json()}\n")
    with pytest.raises(UserInputError, match="line 2"):
        read_reference(path)
    with pytest.raises(UserInputError, match="no reference set"):
        read_reference(tmp_path / "missing.jsonl")


def test_the_frozen_set_has_three_to_five_programs_by_held_out_problem_and_language() -> None:
    programs = read_reference(BUNDLED / REFERENCE_FILE)
    split = read_split(BUNDLED, list_packages(BUNDLED))
    groups: dict[tuple[str, str], list[ReferenceProgram]] = {}
    for program in programs:
        groups.setdefault((program.problem_id, program.language), []).append(program)
    held_out = {name for name, part in split.items() if part is SplitPart.HELD_OUT}
    assert {name for name, _ in groups} >= held_out
    assert {split[name] for name, _ in groups} == {SplitPart.HELD_OUT, SplitPart.VALIDATION}
    for (name, language), found in groups.items():
        if name in held_out:
            assert 3 <= len(found) <= 5, (name, language)
        assert all(it.speedup >= 5 for it in found)
        assert {it.made_by for it in found} <= {"hand", "dictionary"}


def test_an_edit_is_found_in_the_training_data_under_other_names_and_in_other_context() -> None:
    slow, fast = (
        f"int main() {{ int n = 0; for (int i = 0; i < 9; i++) {{ {work} }} return n; }}"
        for work in ("for (int j = 0; j < i; j++) { n += 1; }", "n += i;")
    )
    edit = find_edit(slow, fast, "cpp17")
    assert edit is not None
    other_names = create(rename_identifiers(slow, "cpp17").replace("9", "70"))
    renamed_fast = rename_identifiers(fast, "cpp17").replace("9", "70")
    assert compare_edit(other_names, renamed_fast, {edit.edit_id: edit}) is EditNovelty.SAME
    wider = fast.replace("n += i;", "n += i; n += 2;")
    assert compare_edit(create(slow), wider, {edit.edit_id: edit}) is EditNovelty.NEAR
    another = create("int main() { int n = 7; while (n > 0) { n--; } return n; }")
    assert compare_edit(another, "int main() {}", {edit.edit_id: edit}) is EditNovelty.NEW
    assert compare_edit(other_names, renamed_fast, {}) is None
