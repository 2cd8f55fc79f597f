"""Finished runs of any version are read, and never changed."""

import json
import shutil
from pathlib import Path

import pytest

from pieforge import earlier_schemas
from pieforge.audit.verify_run import VerifiedPair, verify_run
from pieforge.errors import RunFolderError
from pieforge.executors.records import Suite
from pieforge.graphs.finished_run import open_finished_run
from pieforge.graphs.results import PreparedProblem
from pieforge.graphs.run_folder import read_config
from pieforge.rows import Pair

OLD = Path(__file__).parent.parent / "fixtures" / "run_of_schema_2"
"""A run of one problem, written by version 2, without checkpoints and derived files."""


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
        [(problem_id, prepared)] = run.ledger.iter_results(PreparedProblem)
        tests = run.ledger.get(Suite, pair.tests_sha)
    assert pair.schema_version == earlier_schemas.VERSIONS[0]
    assert problem_id == prepared.problem_id == pair.problem_id == "overtakers"
    assert tests is not None
    assert len(tests.cases) == pair.equal_on
    assert contents(old) == before


def test_a_row_of_an_earlier_version_has_the_columns_of_today_and_keeps_its_figures(
    old: Path,
) -> None:
    [before] = [json.loads(line) for line in (old / "pairs.jsonl").read_text().splitlines()]
    python = {**before, "net_of_startup": True, "startup": 1e-5, "edit_kind": None}
    stopped = {**before, "speedup_bound": "lower"}
    same, net, bound = (
        Pair.model_validate(earlier_schemas.upgrade_row(row)) for row in (before, python, stopped)
    )
    assert same.timed_tests == tuple(before["ticks_tgt"])
    assert [it.src_ticks for it in same.timed] == list(before["ticks_src"].values())
    assert same.speedup == before["speedup"] == same.speedup_at_least
    assert same.tgt_agg_runtime == before["tgt_agg_runtime"] == same.tgt_gross_runtime
    assert same.src_runtime_is == "measured"
    assert net.tgt_gross_runtime - net.tgt_agg_runtime == pytest.approx(1e-5 * len(net.timed))
    assert net.edit_kind == "unknown"
    assert bound.src_runtime_is == "bound"
    assert {it.stratum: it.inputs for it in same.equal_on_strata} == before["equal_on_strata"]


async def test_verify_runs_the_pairs_of_version_2_again(old: Path) -> None:
    before, heard = contents(old), list[VerifiedPair]()
    [found] = await verify_run(old, heard.append)
    with open_finished_run(old) as run:
        [pair] = run.pairs
    assert heard == [found]
    assert found.equal_on == pair.equal_on
    assert found.strata == {it.stratum: it.inputs for it in pair.equal_on_strata}
    assert found.simulator == pair.confirmed_by
    # Its time is not compared: cachegrind's counts depend on the processor, by glibc's choices.
    assert not [line for line in found.broken if "output" in line or "tests" in line]
    assert contents(old) == before


def test_a_run_of_version_2_cannot_be_resumed(old: Path) -> None:
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
