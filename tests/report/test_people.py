"""The report's comparison with programs that people wrote."""

from pathlib import Path

import pytest
from browser import open_browser
from run_examples import edit_rows

from pieforge.errors import UserInputError
from pieforge.report.write_report import write_report

PEOPLE = Path(__file__).parents[2] / "problems"


def test_a_reference_without_programs_in_the_runs_languages_writes_nothing(
    run_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "people").mkdir()
    out = tmp_path / "out.html"
    with pytest.raises(UserInputError, match="it has no program in cpp17 or python"):
        write_report(run_folder, None, out, tmp_path / "people")
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.browser
def test_the_overview_compares_features_by_language(run_folder: Path, tmp_path: Path) -> None:
    edit_rows(run_folder / "pairs.jsonl", lambda row: row if row["language"] == "python" else None)
    out = tmp_path / "out.html"
    write_report(run_folder, None, out, PEOPLE)
    with open_browser() as page:
        page.open(out)
        shown = page.ask("document.querySelector('main').textContent")
        table = "[aria-label='Features of python programs']"
        rows = page.ask(
            f'[...document.querySelectorAll("{table} tbody th")].map(it => it.textContent)'
        )
        assert page.messages == []
    assert "python: 6 slow programs and " in shown
    assert "too few programs or groups for a classifier" in shown
    assert len(rows) == 13
    assert "nesting of loops and branches" in rows
