"""Finished runs are read whatever version wrote them, and are never changed."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from record_classes import record_classes

from pieforge import schema_2
from pieforge.audit.verify_run import VerifiedPair, verify_run
from pieforge.errors import RunFolderError
from pieforge.executors.records import Suite
from pieforge.graphs.finished_run import open_finished_run
from pieforge.graphs.funnel import STAGES
from pieforge.graphs.results import CollectResult, PreparedProblem
from pieforge.graphs.run_folder import read_config

OLD = Path(__file__).parent.parent / "fixtures" / "run_of_schema_2"
"""A run of one problem, as version 2 wrote it; checkpoints and derived files are left out."""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    return shutil.copytree(OLD, tmp_path / "old")


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_run_of_version_2_is_read_in_the_terms_of_today(old: Path) -> None:
    before = contents(old)
    with open_finished_run(old) as run:
        [pair] = run.pairs
        [(_, end)] = run.ledger.iter_results(CollectResult)
        [(problem_id, prepared)] = run.ledger.iter_results(PreparedProblem)
        tests = run.ledger.get(Suite, pair.tests_sha)
    assert pair.schema_version == schema_2.VERSION
    assert [kept.record_id for kept in end.pairs] == [pair.record_id]
    assert problem_id == prepared.problem_id == pair.problem_id == "overtakers"
    assert tests is not None
    assert len(tests.cases) == pair.equal_on
    assert contents(old) == before


def test_every_record_of_version_2_is_read_in_the_terms_of_today(old: Path) -> None:
    read = 0
    with open_finished_run(old) as run:
        for kind in record_classes():
            if kind.KIND in schema_2.KINDS:
                read += len(list(run.ledger.iter_results(kind)))
        [(_, end)] = run.ledger.iter_results(CollectResult)
    with sqlite3.connect(old / "state" / "ledger.sqlite") as db:
        (kept,) = db.execute("SELECT count(*) FROM stages").fetchone()
    db.close()
    assert read == kept
    stages = {reject.stage for reject in end.rejects}
    assert stages
    assert stages <= set(STAGES)


def test_values_that_version_2_called_otherwise_are_those_of_today() -> None:
    reject = {"stage": "scrutinise", "reason": "undefined_behaviour", "detail": "index"}
    found = schema_2.upgrade_record("collect", {"pairs": [{"shown": ["k"]}], "rejects": [reject]})
    assert found["pairs"] == [{"example_ids": ["k"]}]
    assert found["rejects"] == [
        {"stage": "sanitize", "reason": "undefined_behavior", "detail": "index"}
    ]
    assert schema_2.upgrade_row({"inputs_validated_by": "shape"}) == {
        "inputs_validated_by": "grammar"
    }


async def test_verify_runs_the_pairs_of_version_2_again(old: Path) -> None:
    before, heard = contents(old), list[VerifiedPair]()
    [found] = await verify_run(old, heard.append)
    with open_finished_run(old) as run:
        [pair] = run.pairs
    assert heard == [found]
    assert found.equal_on == pair.equal_on
    assert found.strata == pair.equal_on_strata
    assert found.simulator == pair.confirmed_by
    # Its time is not compared here: cachegrind's counts depend on the processor (glibc's choices).
    assert not [line for line in found.broken if "output" in line or "tests" in line]
    assert contents(old) == before


def test_a_run_of_version_2_is_not_gone_on_with(old: Path) -> None:
    with pytest.raises(RunFolderError, match="schema version 2") as caught:
        read_config(old)
    assert "pieforge verify" in caught.value.fix


def test_rows_of_an_unknown_version_are_refused_by_number(old: Path) -> None:
    path = old / "pairs.jsonl"
    row = path.read_text()
    path.write_text(row + row.replace('"schema_version": 2', '"schema_version": 9'))
    with (
        pytest.raises(RunFolderError, match="row 2 has schema version 9"),
        open_finished_run(old),
    ):
        pass
