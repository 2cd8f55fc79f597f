from pathlib import Path

import pytest
from row_examples import read_pair

from pieforge.export.lineage import build_lineage
from pieforge.export.rows import list_changes
from pieforge.graphs.funnel import Funnel, build_funnels, sum_funnels
from pieforge.graphs.results import CollectResult, DeduplicateResult, KeptPair, ParseRepliesResult
from pieforge.ledger import Ledger
from pieforge.measurement.cost import compute_decile
from pieforge.records import Origin, Program, compute_program_id
from pieforge.rows import ProgramRow


def program(name: str, origin: Origin, *parents: str, round_number: int = 1) -> Program:
    return Program(
        program_id=name,
        problem_id="problem",
        language="cpp17",
        code="",
        origin=origin,
        round=round_number,
        parent_ids=parents,
    )


def as_row(program: Program, class_id: str = "") -> ProgramRow:
    return ProgramRow(
        **program.model_dump(exclude={"model"}),
        verdict="",
        class_id=class_id,
        class_rank=int(bool(class_id)),
        equal_on=0,
        split_by="",
        split_stratum="",
        counted_seconds=0.0,
    )


def kept(name: str, slow: Program, fast: Program, *enabled_by: str) -> KeptPair:
    return KeptPair(
        record_id=name,
        slow=slow,
        fast=fast,
        class_id="c1",
        class_rank=1,
        speedup=7.5,
        enabled_by=enabled_by,
    )


@pytest.mark.parametrize(("seconds", "bin_"), [(1.0, 10), (5.0, 6), (10.0, 1)])
def test_the_fastest_tenth_is_bin_ten_and_the_slowest_bin_one(seconds: float, bin_: int) -> None:
    assert compute_decile(seconds, [float(i) for i in range(1, 11)]) == bin_


def test_the_same_edit_of_two_programs_has_the_same_changed_lines() -> None:
    before, after = "a\nb\nc\n", "a\nB\nc\n"
    assert list_changes(before, after) == [(["b"], ["B"])]
    assert list_changes("x\n" + before, "x\n" + after) == list_changes(before, after)
    assert list_changes(before, after) != list_changes(before, "a\nb\nC\n")


def test_a_single_program_is_among_the_fastest() -> None:
    assert compute_decile(3.0, [3.0]) == 10


def test_lineage_says_what_each_thing_was_made_from() -> None:
    rows = [
        as_row(program("seed", Origin.SUBMISSION, round_number=0)),
        as_row(program("slow", Origin.AUTHOR, "seed", "other"), "c1"),
        as_row(program("fast", Origin.OPTIMIZER, "slow", "example")),
    ]
    pair = read_pair().model_copy(
        update={"record_id": "k2", "src_id": "slow", "tgt_id": "fast", "enabled_by": "k1"}
    )
    graph = build_lineage(rows, [pair])
    assert graph.edges["slow", "seed"]["relation"] == "departs_from"
    assert graph.edges["slow", "other"]["relation"] == "shown"
    assert graph.edges["fast", "slow"]["relation"] == "optimizes"
    assert graph.edges["slow", "c1"]["relation"] == "member_of"
    assert graph.edges["k2", "k1"]["relation"] == "enabled_by"
    assert graph.nodes["k2"]["kind"] == "pair"


def test_a_funnel_counts_each_round_over_its_batches() -> None:
    ledger = Ledger(Path(":memory:"))
    slow, fast = (
        it.model_copy(
            update={"program_id": compute_program_id(it.problem_id, it.language, it.code)}
        )
        for it in (program("slow", Origin.AUTHOR), program("fast", Origin.OPTIMIZER))
    )
    for batch in range(2):
        key = f"001/{batch:04}"
        ledger.put(ParseRepliesResult(programs=(slow,), rejects=(), attempts=3), key)
        ledger.put(
            DeduplicateResult(
                members=(slow.program_id,),
                classes={slow.program_id: "c1"},
                ranks={slow.program_id: batch + 1},
                rejects=(),
                compiled=2,
                ran=1,
            ),
            key,
        )
        ledger.put(
            CollectResult(
                pairs=(kept("k", slow, fast),),
                rejects=(),
                passed={"vet": 1, "confirm": 1},
                open=(),
            ),
            key,
        )
    (first,) = build_funnels(ledger)
    assert (first.author, first.compiled, first.run_programs, first.collect) == (6, 4, 2, 2)
    assert (first.classes, first.vet, first.optimize, first.confirm) == (1, 2, 0, 2)


def test_the_total_adds_the_rounds() -> None:
    rounds = [Funnel(round=1, author=2, collect=1), Funnel(round=2, author=3)]
    assert sum_funnels(rounds) == Funnel(round=0, author=5, collect=1)
