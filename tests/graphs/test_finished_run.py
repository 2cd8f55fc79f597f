"""Finished runs of any version are read, and never changed."""

import json
import shutil
from pathlib import Path

import pytest

from pieforge import earlier_schemas
from pieforge.audit.verify_run import RowState, VerifiedPair, VerifyOptions, verify_run
from pieforge.config import Config, RunSection
from pieforge.errors import RunFolderError
from pieforge.executors.records import Suite
from pieforge.graphs.finished_run import open_finished_run
from pieforge.graphs.results import PreparedProblem
from pieforge.graphs.run_folder import read_config
from pieforge.problems import BUNDLED
from pieforge.records import SCHEMA_VERSION
from pieforge.rows import Pair
from pieforge.sandbox.sandbox import SandboxSettings

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
        [row] = run.rows
        pair = row.pair
        assert pair is not None
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


@pytest.mark.slow
async def test_verify_runs_the_pairs_of_version_2_again(
    old: Path, settings: SandboxSettings, tmp_path: Path
) -> None:
    before, heard = contents(old), list[VerifiedPair]()
    # Inputs follow from the constants of submissions, too: the package had these alone.
    shutil.copytree(BUNDLED / "overtakers", tmp_path / "overtakers")
    for name in ("accepted/fast_merge.cpp", "time_limit_exceeded/slow_sorted.cpp"):
        (tmp_path / "overtakers" / "submissions" / name).unlink()
    options = VerifyOptions(
        own=Config(sandbox=settings, run=RunSection(problem_folder=tmp_path)),
        report=lambda found, left: heard.append(found),
    )
    [found] = (await verify_run(old, options)).pairs
    with open_finished_run(old) as run:
        pair = run.rows[0].pair
    assert pair is not None
    assert heard == [found]
    assert found.equal_on == pair.equal_on
    assert found.strata == {it.stratum: it.inputs for it in pair.equal_on_strata}
    assert found.simulator == pair.confirmed_by
    # Its figures are not compared: what they follow from is not in a ledger of that version.
    assert found.state is RowState.UNVERIFIED
    assert any("earlier schema version" in why for why in found.missing)
    assert contents(old) == before


def test_a_run_of_version_2_cannot_be_resumed(old: Path) -> None:
    with pytest.raises(RunFolderError, match="schema version 2") as caught:
        read_config(old)
    assert "pieforge verify" in caught.value.fix


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"{", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"3", "no JSON object"),
        (b"{}", "schema_version is None"),
        (b'{"schema_version": [2]}', "schema_version is [2]"),
        (b'{"schema_version": 99}', "schema_version is 99; this pieforge reads 2, 3"),
        (b'{"schema_version": 2}', "no pair of version 2"),
        (b'{"schema_version": %d, "src_id": "p1"}' % SCHEMA_VERSION, "it is no pair: tgt_id"),
    ],
)
def test_a_line_that_is_no_row_is_named_and_does_not_stop_the_others(
    line: bytes, fault: str, old: Path
) -> None:
    path = old / "pairs.jsonl"
    path.write_bytes(line + b"\n" + path.read_bytes())
    with open_finished_run(old) as run:
        wrong, right = run.rows
    assert wrong.pair is None
    assert fault in wrong.fault
    assert right.number == 2
    assert right.pair is not None
