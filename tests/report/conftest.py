"""Run folders for the report."""

import json
from pathlib import Path

import pytest
from run_examples import PROBLEMS, edit_rows, make_run


@pytest.fixture
def run_folder(tmp_path: Path) -> Path:
    """Return a run whose slow programs depart from submissions, with an edit per two pairs."""
    folder = make_run(tmp_path / "night")
    edit_rows(
        folder / "pairs.jsonl", lambda row: row | {"edit_id": f"e{int(row['src_id'][1:], 16) // 4}"}
    )
    authored = [json.loads(line) for line in (folder / "programs.jsonl").read_text().splitlines()]
    for row in authored:
        parent = f"s{int(row['problem_id'][7:])}"
        row["parent_ids"] = [parent] if row["origin"] == "author" else []
    first = next(row for row in authored if row["origin"] == "author")
    submissions = [
        first
        | {
            "program_id": f"s{at}",
            "problem_id": f"problem{at}",
            "origin": "submission",
            "code": f"int submission{at}();\n",
            "parent_ids": [],
            "call_id": "",
        }
        for at in range(PROBLEMS)
    ]
    text = "".join(json.dumps(row) + "\n" for row in (*authored, *submissions))
    (folder / "programs.jsonl").write_text(text)
    return folder
