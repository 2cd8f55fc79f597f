"""The report as a file: what is in it, what is refused, the figures."""

import hashlib
import json
import re
import sys
from html import unescape
from importlib.resources import files
from pathlib import Path

import pytest
from row_examples import OLD
from run_examples import edit_rows, make_run

from pieforge.cli import run_command_line
from pieforge.errors import ExitStatus, RunFolderError, UserInputError
from pieforge.report.comparison import compare_runs
from pieforge.report.figures import compute_learning_curve, count_losses, iter_yields, sum_rounds
from pieforge.report.run_data import read_run
from pieforge.report.write_report import write_report

PACKAGE = files("pieforge.report")


def test_vendored_files_are_those_of_the_manifest_each_package_with_its_license() -> None:
    manifest = json.loads((PACKAGE / "vendor" / "manifest.json").read_text())
    listed = {}
    for package in manifest:
        assert set(package) - {"bundled_in"} == {"name", "version", "license", "files"}
        assert any(it["path"].startswith("LICENSE") for it in package["files"].values())
        listed |= {name: it["sha256"] for name, it in package["files"].items()}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (PACKAGE / "vendor").iterdir()
        if path.name != "manifest.json"
    }
    assert found == listed
    # What another package's file contains is named, too.
    inner = {(it["name"], it["bundled_in"]) for it in manifest if "bundled_in" in it}
    assert inner == {(name, "diff2html.min.js") for name in ("@profoundlogic/hogan", "diff")}


def test_no_script_or_style_of_the_page_can_end_its_element() -> None:
    for path in (*(PACKAGE / "vendor").iterdir(), *(PACKAGE / "page").iterdir()):
        if path.name.endswith((".js", ".css")):
            assert not re.search("</(script|style)|<!--", path.read_text(), re.IGNORECASE), path


def test_nothing_of_a_run_is_part_of_the_html(run_folder: Path, tmp_path: Path) -> None:
    hostile = "</script><script>alert(1)</script><!--"
    edit_rows(run_folder / "pairs.jsonl", lambda row: row | {"src_code": hostile})
    edit_rows(run_folder / "problems.jsonl", lambda row: row | {"title": hostile})
    folder = run_folder.rename(tmp_path / "<img src=x>")
    write_report(folder, None, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text()
    assert "alert(1)" not in text
    assert "<img src=x>" not in text
    assert text.count("<script") == text.count("</script>")
    # Nothing is loaded: no address in an attribute, and a policy that forbids it.
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", text)
    assert not re.search(r"(src|href)=\"(?!#)", page)
    assert "default-src 'none'" in unescape(page)
    assert "unsafe" not in page


def test_the_licenses_of_the_libraries_are_in_the_report(run_folder: Path, tmp_path: Path) -> None:
    write_report(run_folder, None, tmp_path / "report.html")
    text = unescape((tmp_path / "report.html").read_text())
    for path in (PACKAGE / "vendor").iterdir():
        if path.name.startswith("LICENSE."):
            assert path.read_text().strip() in text


def test_equal_runs_give_equal_bytes(run_folder: Path, tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        write_report(run_folder, None, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_a_report_is_replaced_and_another_file_is_not(run_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    first = write_report(run_folder, None, out)
    edit_rows(run_folder / "rejects.jsonl", lambda row: None)
    second = write_report(run_folder, None, out)
    assert out.stat().st_size == second.bytes != first.bytes
    pairs = run_folder / "pairs.jsonl"
    before = pairs.read_bytes()
    with pytest.raises(UserInputError, match="is no report"):
        write_report(run_folder, None, pairs)
    assert pairs.read_bytes() == before


def test_what_is_missing_or_of_another_version_is_named_and_left_out(run_folder: Path) -> None:
    edit_rows(run_folder / "calls.jsonl", lambda row: {"call_id": row["call_id"]})
    (run_folder / "summary.json").write_text('{"rounds": 3}')
    (run_folder / "tests.jsonl").unlink()
    run = read_run(run_folder, 100)
    assert (len(run.pairs), run.calls, run.summary) == (24, {}, None)
    assert [note.split()[0] for note in run.missing] == [
        "calls.jsonl",
        "summary.json",
        "tests.jsonl",
    ]
    assert "line 1: role: Field required" in run.missing[0]


def test_of_a_run_of_an_earlier_schema_version_pairs_are_shown(tmp_path: Path) -> None:
    found = write_report(OLD, None, tmp_path / "old.html")
    assert (found.pairs, found.rejects) == (1, 0)
    assert found.missing == (
        "run_of_schema_2: of a run of an earlier row schema version, only pairs.jsonl is read",
    )


def test_a_run_without_pairs_has_a_report(run_folder: Path, tmp_path: Path) -> None:
    edit_rows(run_folder / "pairs.jsonl", lambda row: None)
    assert write_report(run_folder, run_folder, tmp_path / "none.html").pairs == 0


def test_a_line_that_is_no_pair_is_named_and_nothing_is_written(
    run_folder: Path, tmp_path: Path
) -> None:
    with (run_folder / "pairs.jsonl").open("a") as stream:
        stream.write("{}\n")
    with pytest.raises(RunFolderError, match="line 25"):
        write_report(run_folder, None, tmp_path / "out.html")
    assert [path.name for path in tmp_path.iterdir()] == ["night"]


def test_the_learning_curve_is_the_mean_over_all_parts_of_the_pairs() -> None:
    curve = compute_learning_curve(["a", "a", "b"])
    assert [size for size, _ in curve] == [1, 2, 3]
    assert [expected for _, expected in curve] == pytest.approx([1, 5 / 3, 2])
    assert compute_learning_curve([]) == []


def test_yields_and_losses_are_counted_by_group(run_folder: Path) -> None:
    edit_rows(
        run_folder / "pairs.jsonl",
        lambda row: None if row["problem_id"] == "problem0" and row["speedup"] > 6 else row,
    )
    run = read_run(run_folder, 100)
    yields = {(it.by, it.value): it for it in iter_yields(run)}
    one = yields["problem", "problem0"]
    assert (one.programs, one.kept, one.pairs, one.speedup) == (4, 1, 1, 5.0)
    assert one.low is not None
    assert one.high is not None
    assert one.low < one.share < one.high
    assert yields["optimizer's model", "optimizer model"].programs == 24
    assert yields["problem", "problem1"].edits == 4
    assert sum(it.count for it in count_losses(run)) == len(run.rejects)


def test_the_cost_of_a_round_is_that_of_its_calls(run_folder: Path) -> None:
    edit_rows(run_folder / "calls.jsonl", lambda row: row | {"usd": 0.5, "prompt_tokens": 7})
    [cost] = sum_rounds(read_run(run_folder, 100))
    assert (cost.calls, cost.tokens, cost.usd, cost.unpriced) == (2, 14, 1.0, 0)
    assert (cost.pairs, cost.edits) == (24, 12)


def test_a_run_compared_with_itself_differs_in_nothing(run_folder: Path) -> None:
    run = read_run(run_folder, 100)
    found = compare_runs(run, run)
    assert (found.problems, found.programs, found.disagreements) == (6, 24, ())
    for metric in found.metrics[:3]:
        assert metric.low == metric.difference == metric.high == (1.0 if metric.relative else 0.0)


def test_two_runs_differ_by_what_one_of_them_kept(run_folder: Path, tmp_path: Path) -> None:
    other = make_run(tmp_path / "other")
    for name in ("programs.jsonl", "pairs.jsonl"):
        (other / name).write_bytes((run_folder / name).read_bytes())
    # Pair 1 is refused there; it has the rejects of a kept one, of which the last stage counts.
    edit_rows(other / "pairs.jsonl", lambda row: None if row["record_id"][-1] == "1" else row)
    found = compare_runs(read_run(run_folder, 100), read_run(other, 100))
    kept = found.metrics[0]
    assert kept.first == 1.0
    assert kept.difference == pytest.approx(-2 / 24)
    assert kept.low is not None
    assert kept.high is not None
    assert kept.low < -2 / 24 < kept.high <= 0
    first, second = found.disagreements
    assert first.first.startswith("kept, 6x with ")
    assert first.second.startswith("refused by ")
    assert (bool(first.first_pair), first.second_pair) == (True, "")
    assert second.program_id != first.program_id


@pytest.mark.parametrize("speedup", [0.0, 1e308, float("nan")])
def test_a_foreign_run_with_a_speedup_that_cannot_be_is_compared(
    speedup: float, run_folder: Path, tmp_path: Path
) -> None:
    other = make_run(tmp_path / "other")
    edit_rows(other / "pairs.jsonl", lambda row: row | {"speedup": speedup})
    for folders in ((run_folder, other), (other, run_folder)):
        assert write_report(*folders, tmp_path / "out.html").pairs == 48


def test_the_command_prints_what_it_wrote(
    run_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["pieforge", "report", str(run_folder), "--json"])
    assert run_command_line() == ExitStatus.DONE
    found = json.loads(capsys.readouterr().out)
    out = run_folder / "report.html"
    assert (found["file"], found["bytes"]) == (str(out), out.stat().st_size)
    assert found["runs"] == ["night"]


def test_a_folder_that_is_no_run_is_refused_with_the_fix(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="has not ended its first round"):
        write_report(tmp_path, None, tmp_path / "out.html")
