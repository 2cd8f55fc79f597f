"""The contract of kinds of collections: what a reader yields of a sample, and of what is none."""

import json
import os
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from import_samples import (
    PAGE,
    RIGHT,
    SAMPLES,
    STATEMENT,
    TESTLIB,
    TESTS,
    apps_row,
    code_contests_plus_row,
    code_contests_row,
    write_files,
    write_rows,
)

from pieforge.errors import UserInputError
from pieforge.problems import SubmissionRole
from pieforge.problems.imports import (
    MAX_PROGRAMS,
    MAX_TESTS,
    FoundProblem,
    FoundTest,
    choose_tests,
    discover_imports,
)
from pieforge.problems.imports.descriptions import read_description

KINDS = discover_imports()
EACH = pytest.mark.parametrize("kind", KINDS)


def read(kind: str, path: Path) -> list[FoundProblem]:
    return list(KINDS[kind].read(path))


@EACH
def test_a_sample_gives_a_problem_with_statement_tests_and_a_right_program(
    kind: str, tmp_path: Path
) -> None:
    found = read(kind, SAMPLES[kind](tmp_path))
    problem = next(it for it in found if not it.fault)
    assert problem.name
    assert "sum" in problem.statement.lower()
    assert problem.license
    assert len(problem.tests) + sum(len(it.lines) for it in problem.generators) >= 2
    assert any(it.role is SubmissionRole.FAST for it in problem.programs)
    assert len({it.source for it in found}) == len(found)


@EACH
def test_reading_twice_gives_the_same_problems(kind: str, tmp_path: Path) -> None:
    folder = SAMPLES[kind](tmp_path)
    assert read(kind, folder) == read(kind, folder)


@EACH
def test_an_empty_folder_is_refused_with_a_fix(kind: str, tmp_path: Path) -> None:
    with pytest.raises(UserInputError) as refused:
        read(kind, tmp_path)
    assert str(tmp_path) in refused.value.where
    assert refused.value.fix


@EACH
def test_a_kind_says_what_it_is(kind: str) -> None:
    assert KINDS[kind].title
    assert KINDS[kind].layout


@pytest.mark.parametrize("kind", ["apps", "code-contests", "pie"])
def test_lines_that_are_no_rows_are_named_and_the_others_read(kind: str, tmp_path: Path) -> None:
    folder = SAMPLES[kind](tmp_path)
    table = folder / "train.jsonl"
    usable = len([it for it in read(kind, folder) if not it.fault])
    broken = b'{"cut\n[1]\n\xff\xfe\n' + b"[" * 100_000 + b"\n" + b'{"n": 1' + b"0" * 5000 + b"}\n"
    table.write_bytes(table.read_bytes() + broken)
    found = read(kind, folder)
    assert len([it for it in found if not it.fault]) == usable
    assert len([it for it in found if it.fault and it.source.startswith("train.jsonl:")]) >= 5


def test_rows_of_parquet_files_are_those_of_json_lines(tmp_path: Path) -> None:
    rows = [code_contests_row(), code_contests_row(name="Other")]
    lines = write_rows(tmp_path / "lines" / "a.jsonl", *rows)
    (tmp_path / "arrow").mkdir()
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "arrow" / "a.parquet")
    (tmp_path / "arrow" / "b.parquet").write_bytes(b"no table")
    some = KINDS["code-contests"].read(tmp_path / "arrow")
    assert [next(some).tests for _ in rows] == [it.tests for it in read("code-contests", lines)]
    with pytest.raises(UserInputError, match="Parquet file cannot be read"):
        next(some)


def test_a_list_in_plain_json_reads_as_its_lines(tmp_path: Path) -> None:
    rows = [code_contests_row(), code_contests_row(name="Other")]
    lines = read("code-contests", write_rows(tmp_path / "lines" / "a.jsonl", *rows))
    write_files(tmp_path / "plain", {"a.json": json.dumps([*rows, 1])})
    *found, last = read("code-contests", tmp_path / "plain")
    assert [it.tests for it in found] == [it.tests for it in lines]
    assert last.fault == "the line is no JSON object"


def test_programs_in_other_languages_and_texts_that_no_file_holds_are_named(tmp_path: Path) -> None:
    solutions = {
        "language": [1, 2, 3, 3, 3, 0],
        "solution": ["print 1", "a\0b", "x = '\ud800'", RIGHT, RIGHT + "\n\n", "?"],
    }
    row = code_contests_row(solutions=solutions, incorrect_solutions=None)
    [problem] = read("code-contests", write_rows(tmp_path / "a.jsonl", row))
    assert [it.code for it in problem.programs] == [RIGHT]
    assert {(it.name, it.why) for it in problem.left_out} == {
        ("solutions-1", "in no language of pieforge"),
        ("solutions-2", "not text"),
        ("solutions-3", "not text"),
        ("solutions-5", "repeated"),
        ("solutions-6", "in no language of pieforge"),
    }


def test_of_an_input_with_two_answers_none_is_used() -> None:
    left_out: list = []
    tests = [FoundTest("a", b"1", b"1\n"), FoundTest("b", b"1", b" 1"), FoundTest("c", b"2", b"2")]
    assert [it.name for it in choose_tests(tests, left_out)] == ["a", "c"]
    tests.append(FoundTest("d", b"2", b"3"))
    assert [it.name for it in choose_tests(tests, left_out)] == ["a"]
    assert left_out[-1].why == "its input has another answer, too"


def test_of_many_tests_all_sizes_are_used() -> None:
    left_out: list = []
    tests = [FoundTest(str(at), b"x" * at, b"") for at in range(1, 1001)]
    kept = choose_tests([*tests, FoundTest("s", b"sample", b"", is_sample=True)], left_out)
    sizes = [len(it.input) for it in kept]
    assert len(kept) == MAX_TESTS
    assert (sizes[0], sizes[1], sizes[-1]) == (6, 1, 1000)
    assert len(left_out) == 1001 - MAX_TESTS


def test_of_many_submissions_of_codenet_the_fastest_and_the_slowest_are_used(
    tmp_path: Path,
) -> None:
    folder = SAMPLES["codenet"](tmp_path)
    table = folder / "metadata" / "p00001.csv"
    lines = table.read_text().splitlines()[:1]
    for at in range(500):
        name = f"s{at:09}"
        lines.append(f"{name},p00001,u1,1,Python,Python,py,Accepted,{(at * 37) % 500},1,1,")
        write_files(folder, {f"data/p00001/Python/{name}.py": f"print({at})\n"})
    table.write_text("\n".join(lines) + "\n")
    [problem] = [it for it in read("codenet", folder) if not it.fault]
    taken = sorted((int(it.name[1:]) * 37) % 500 for it in problem.programs)
    half = MAX_PROGRAMS // 2
    assert taken == [*range(half), *range(500 - half, 500)]


def test_files_that_are_none_or_lie_elsewhere_are_named_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.py").write_text("print('secret')\n")
    folder = SAMPLES["codenet"](tmp_path / "codenet")
    programs = folder / "data" / "p00001" / "Python"
    (programs / "s000000001.py").unlink()
    (programs / "s000000001.py").symlink_to(tmp_path / "elsewhere.py")
    (programs / "s000000002.py").unlink()
    os.mkfifo(programs / "s000000002.py")
    derived = folder / "derived" / "input_output" / "data" / "p00001" / "input.txt"
    derived.unlink()
    os.mkfifo(derived)
    [problem] = [it for it in read("codenet", folder) if not it.fault]
    assert {it.name for it in problem.programs} == {"s000000003", "s000000004"}
    assert {it.name for it in problem.left_out if it.why.startswith("no file")} == {
        "s000000001",
        "s000000002",
        "derived",
    }

    folder = SAMPLES["pie"](tmp_path / "pie")
    (folder / "merged_test_cases" / "p00001" / "output.0.txt").unlink()
    os.mkfifo(folder / "merged_test_cases" / "p00001" / "output.0.txt")
    [problem] = [it for it in read("pie", folder) if not it.fault]
    assert [it.name for it in problem.left_out] == ["test-0"]


def test_the_checkers_of_code_contests_plus_are_used_with_testlib_alone(tmp_path: Path) -> None:
    folder = write_rows(tmp_path / "a.jsonl", code_contests_plus_row())
    [problem] = read("code-contests", folder)
    assert not problem.files
    assert {(it.part, it.name) for it in problem.left_out} == {
        ("validator", "checker"),
        ("validator", "validator"),
    }
    write_files(folder, {"testlib.h": TESTLIB})
    [problem] = read("code-contests", folder)
    assert {*problem.files} == {"output_validator/checker.cpp", "input_validators/validator.cpp"}
    assert b"registerTestlibCmd" in problem.files["output_validator/checker.cpp"]
    assert problem.limits.cpu_s == 4.0


def test_the_original_archive_of_apps_reads_as_its_rows(tmp_path: Path) -> None:
    row = apps_row()
    rows = read("apps", write_rows(tmp_path / "rows" / "a.jsonl", row))
    names = {"question": ".txt", "solutions": ".json", "input_output": ".json"}
    files = {f"0007/{name}{ending}": row[name] for name, ending in names.items()}
    [problem] = read("apps", write_files(tmp_path / "archive", files))
    assert problem.tests == rows[0].tests
    assert problem.programs == rows[0].programs


def test_inputs_of_apps_may_be_lists_of_lines(tmp_path: Path) -> None:
    given = {"inputs": [["2", "1 2"], {"a": 1}], "outputs": [["3"], "3"]}
    row = apps_row(input_output=json.dumps(given))
    [problem] = read("apps", write_rows(tmp_path / "a.jsonl", row))
    assert [(it.input, it.answer) for it in problem.tests] == [(b"2\n1 2", b"3")]
    assert [it.why for it in problem.left_out] == ["its input is no text"]


def test_pages_give_title_statement_and_samples() -> None:
    title, statement, tests = read_description(PAGE)
    assert title == "Sum of a List"
    assert STATEMENT.split()[-1] in statement
    assert [(it.input.decode(), it.answer) for it in tests] == [(TESTS[0][0], TESTS[0][1].encode())]


def test_of_a_page_in_two_languages_the_english_part_is_read() -> None:
    part = "<h3>{} {}</h3><pre>\n{}\n</pre>"
    english = part.format("Sample Input", 1, "4") + part.format("Sample Output", 1, "8")
    japanese = part.format("入力例", 1, "4") + part.format("出力例", 1, "8")
    both = f'<span class="lang-ja">{japanese}</span><span class="lang-en">{english}</span>'
    for page in (both, english, japanese):
        *_, [test] = read_description(page)
        assert (test.input, test.answer) == (b"4\n", b"8\n")
    assert not re.search("入力", read_description(both)[1])
