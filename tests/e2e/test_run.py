"""A run, from the command to the files in its folder."""

import tomllib
from collections import Counter
from pathlib import Path

import networkx as nx
import pytest
from commands import Done, Pieforge, config, contents, rows

from pieforge.export.summary import read_summary
from pieforge.graphs.funnel import STAGES
from pieforge.graphs.run_folder import read_config
from pieforge.records import SCHEMA_VERSION, Growth
from pieforge.rows import Pair, Reject

pytestmark = pytest.mark.slow

PIE = [
    *("src_id", "tgt_id", "src_agg_runtime", "tgt_agg_runtime", "problem_id", "speedup"),
    *("src_code", "tgt_code", "fastest_agg_runtime", "src_status", "tgt_status"),
    *("fastest_agg_runtime_updated", "target_reward_updated", "src_reward_updated"),
    *("target_reward_updated_pct_bin", "src_reward_updated_pct_bin"),
]


def test_a_run_ends_well_and_prints_its_funnel_and_its_folder(finished: tuple[Path, Done]) -> None:
    _, done = finished
    assert done.status == 0, done.stderr
    for stage, counts in STAGES.items():
        assert f"{stage} {counts}" in " ".join(done.stdout.split())
    assert "run folder: out/run" in done.stdout
    assert "round 1" in done.stdout
    assert "round 2" in done.stdout
    assert "check problems (1)" in done.stderr


def test_the_folder_has_all_its_files(run_folder: Path) -> None:
    names = {path.name for path in run_folder.iterdir()}
    assert {"run.toml", "state", *contents(run_folder)} <= names
    assert {path.name for path in (run_folder / "state").iterdir()} == {
        "ledger.sqlite",
        "checkpoints.sqlite",
        "lock",
        "prices.jsonl",
    }


def test_every_pair_is_unique_and_begins_with_the_columns_of_pie(run_folder: Path) -> None:
    found = rows(run_folder / "pairs.jsonl")
    assert found
    for row in found:
        assert list(row)[: len(PIE)] == PIE
        pair = Pair.model_validate(row)
        assert pair.speedup >= 5
        assert pair.confirmed_by == "cachegrind"
        assert pair.repeats
        assert ("sanitized" in pair.builds_agree) == (pair.language == "cpp17")
        assert sum(it.src_seconds for it in pair.timed) == pytest.approx(pair.src_gross_runtime)
        assert pair.speedup == pair.src_agg_runtime / pair.tgt_agg_runtime


def test_every_pair_has_the_components_of_its_speedup(run_folder: Path) -> None:
    pairs = [Pair.model_validate(row) for row in rows(run_folder / "pairs.jsonl")]
    for pair in pairs:
        work = [item.cycles for item in pair.ratios]
        assert work == sorted(work)
        assert set(pair.timed_tests) < {item.test for item in pair.ratios}
        assert (pair.edit_kind == "unknown") == (not pair.edit_patterns)
    grown = [pair for pair in pairs if pair.growth is Growth.GROWS]
    card = (run_folder / "README.md").read_text()
    assert f"| grows | {len(grown)} |" in card
    for kind in {pair.edit_kind for pair in pairs}:
        assert f"| {kind} | {sum(pair.edit_kind == kind for pair in pairs)} |" in card
    assert all(pair.ratios[-1].ratio > pair.ratios[0].ratio for pair in grown)


def test_pairs_beyond_the_first_of_a_cluster_are_surplus_and_not_counted(
    finished: tuple[Path, Done],
) -> None:
    folder, done = finished
    pairs = [Pair.model_validate(row) for row in rows(folder / "pairs.jsonl")]
    clusters = Counter(pair.edit_cluster for pair in pairs)
    used = Counter(pair.edit_cluster for pair in pairs if not pair.surplus)
    assert all(clusters)
    assert max(clusters.values()) > 2
    assert used == {name: min(2, count) for name, count in clusters.items()}
    summary = read_summary(folder / "summary.json")
    every = summary.edits[0]
    assert (every.pairs, every.surplus) == (used.total(), len(pairs) - used.total())
    assert (every.clusters, every.problems) == (len(clusters), 1)
    assert every.distinct_edits == len({pair.edit_id for pair in pairs if not pair.surplus})
    line = f"{every.pairs} {every.surplus} {every.distinct_edits} {every.clusters}"
    assert f"all {line}" in " ".join(done.stdout.split())
    card = (folder / "README.md").read_text()
    assert f"| all | all | {line.replace(' ', ' | ')} |" in card


def test_every_reject_has_a_typed_reason_and_what_was_refused(run_folder: Path) -> None:
    found = [Reject.model_validate(row) for row in rows(run_folder / "rejects.jsonl")]
    assert found
    programs = {row["program_id"] for row in rows(run_folder / "programs.jsonl")}
    for reject in found:
        assert reject.stage in STAGES
        assert reject.code or not reject.program_id
        assert {reject.program_id, reject.for_program_id} <= {"", *programs}


def test_the_second_round_keeps_pairs_that_the_first_enabled(run_folder: Path) -> None:
    pairs = {row["record_id"]: Pair.model_validate(row) for row in rows(run_folder / "pairs.jsonl")}
    enabled = [pair for pair in pairs.values() if pair.enabled_by]
    assert enabled
    for pair in enabled:
        assert pair.round == 2
        assert pairs[pair.enabled_by].round == 1
        assert pair.parent_ids[0] == pairs[pair.enabled_by].src_id
    graph = nx.read_graphml(run_folder / "lineage.graphml")
    edges = [edge for edge in graph.edges if graph.edges[edge]["relation"] == "enabled_by"]
    assert sorted(edges) == sorted((p.record_id, p.enabled_by) for p in enabled)
    assert all(graph.nodes[a]["round"] == 2 and graph.nodes[b]["round"] == 1 for a, b in edges)


def test_lineage_reads_back_with_every_program_and_class(run_folder: Path) -> None:
    graph = nx.read_graphml(run_folder / "lineage.graphml")
    programs = rows(run_folder / "programs.jsonl")
    kinds = dict(graph.nodes(data="kind"))
    assert {name for name, kind in kinds.items() if kind == "program"} == {
        row["program_id"] for row in programs
    }
    for row in programs:
        if row["class_id"]:
            assert graph.edges[row["program_id"], row["class_id"]]["relation"] == "member_of"


def test_the_configuration_comes_back_from_the_folder(run_folder: Path, pieforge: Pieforge) -> None:
    values = tomllib.loads((run_folder / "run.toml").read_text())
    assert values["schema_version"] == SCHEMA_VERSION
    assert values["tools"]["pieforge"]
    settings = read_config(run_folder)
    assert settings.run.problems == ("echosong",)
    assert settings.simulator.budget_mcycles == 20


def test_json_is_one_object_whose_funnel_is_the_cards(pieforge: Pieforge) -> None:
    problems = ["echosong", "lanternoil"]
    mine = config(pieforge.folder / "my.toml", attempts=1, rounds=1, problems=problems)
    done = pieforge("run", mine, "--name", "a", "--json")
    assert done.status == 0, done.stderr
    found = done.json()
    folder = pieforge.folder / found["folder"]
    assert folder == pieforge.folder / "datasets_out" / "a"
    assert found["open"] == []
    assert len(found["rounds"]) == 1
    card = (folder / "README.md").read_text()
    for stage, counts in STAGES.items():
        figures = f"{found['rounds'][0][stage]} | {found['total'][stage]}"
        assert f"| {stage} | {counts} | {figures} |" in card
    assert found["total"]["collect"] == len(rows(folder / "pairs.jsonl"))
    assert found["total"]["author"] == 2


def test_the_same_seed_gives_the_same_bytes_for_any_number_of_jobs(
    run_folder: Path, pieforge: Pieforge
) -> None:
    """The finished run had four jobs at once."""
    done = pieforge("run", config(pieforge.folder / "my.toml", jobs=1), "--name", "a")
    assert done.status == 0, done.stderr
    assert contents(pieforge.folder / "datasets_out" / "a") == contents(run_folder)


def test_another_seed_gives_other_programs(run_folder: Path, pieforge: Pieforge) -> None:
    mine = config(pieforge.folder / "my.toml", seed=2, attempts=1, rounds=1)
    done = pieforge("run", mine, "--name", "a")
    assert done.status == 0, done.stderr
    made = {row["program_id"] for row in rows(pieforge.folder / "datasets_out/a/programs.jsonl")}
    before = {row["program_id"] for row in rows(run_folder / "programs.jsonl")}
    assert made - before
