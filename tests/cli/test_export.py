"""`pieforge export` as it is typed."""

import json
import sys
from pathlib import Path

import pytest
from run_examples import make_run

from pieforge.cli import run_command_line
from pieforge.errors import ExitStatus, UserInputError


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["pieforge", "export", *map(str, arguments)])
    return run_command_line()


def test_rows_and_reasons_are_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = make_run(tmp_path / "night"), tmp_path / "out"
    options = ("--where", "speedup>=10", "--split", "train=3", "--split", "test=1")
    assert run(monkeypatch, folder, "--to", "pie", "--out", out, *options) == ExitStatus.DONE
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "left out: 5 pairs (not speedup>=10.0)"
    assert lines[-1] == f"19 pairs as pie: {out}"
    written = json.loads((out / "export.json").read_text())
    assert lines[1:3] == [f"{name}: {count} rows" for name, count in written["rows"].items()]


def test_json_is_the_written_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = make_run(tmp_path / "night"), tmp_path / "out"
    run(monkeypatch, folder, "--to", "trl-sft", "--out", out, "--json")
    assert json.loads(capsys.readouterr().out) == json.loads((out / "export.json").read_text())


def test_a_missing_option_says_how_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserInputError, match="Missing option '--out'"):
        run(monkeypatch, "night", "--to", "pie")
