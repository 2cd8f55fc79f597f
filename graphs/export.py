"""The run folder's files: derived from the ledger, in sorted order, each whole or not at all."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import networkx as nx

from pieforge.files import write_jsonl, write_text
from pieforge.graphs.card import dataset_card
from pieforge.graphs.context import Context
from pieforge.graphs.funnel import funnels
from pieforge.graphs.lineage import lineage
from pieforge.graphs.stages import Checked, Confirmed, Grouped, Kept, Scaled, Settled, Sifted, Suite
from pieforge.graphs.standing import UNCLASSED, Standing, standings
from pieforge.records import Pair, Program, Reject
from pieforge.sandbox.confirm import Measured
from pieforge.sandbox.growth import exponent, growth


def export_run(context: Context) -> None:
    """Write pairs.jsonl, rejects.jsonl, programs.jsonl, lineage.graphml and the dataset card.

    Raises:
        StorageError: The disk is full; the older files are still whole.
    """
    folder = context.folder
    standing = standings(context)
    kept = sorted(
        (_restated(pair, standing) for pair in kept_pairs(context)),
        key=lambda pair: pair.record_id,
    )
    rows = list(pair_rows(context, kept))
    programs = sorted(all_programs(context, kept), key=lambda program: program.program_id)
    classes = {name: found.class_id for name, found in standing.items()}
    write_jsonl(folder / "pairs.jsonl", (row.model_dump(mode="json") for row in rows))
    rejects = sorted(_rejects(context), key=lambda reject: reject.record_id)
    write_jsonl(folder / "rejects.jsonl", (row.model_dump(mode="json") for row in rejects))
    write_jsonl(folder / "programs.jsonl", (_program_row(context, p, standing) for p in programs))
    graph = io.BytesIO()
    nx.write_graphml(lineage(programs, classes, kept), graph)
    write_text(folder / "lineage.graphml", graph.getvalue().decode())
    write_text(folder / "README.md", dataset_card(context.config, rows, funnels(context.ledger)))


def kept_pairs(context: Context) -> Iterator[Kept]:
    """Yield the pairs kept so far, in the order in which they were kept."""
    for _, end in context.ledger.rows(Settled):
        yield from end.pairs


def _restated(pair: Kept, standing: Mapping[str, Standing]) -> Kept:
    """Return a pair with the class that its slow program is in by now."""
    found = standing.get(pair.slow.program_id)
    if found is None:
        return pair
    return pair.model_copy(update={"class_id": found.class_id, "class_rank": found.class_rank})


def all_programs(context: Context, kept: list[Kept]) -> Iterator[Program]:
    """Yield every program once: submissions, the author's, and the fast sides of kept pairs."""
    seen: set[str] = set()
    for program in (
        *(p for prepared in context.prepared.values() for p in prepared.submissions),
        *(p for _, sifted in context.ledger.rows(Sifted) for p in sifted.programs),
        *(pair.fast for pair in kept),
    ):
        if program.program_id not in seen:
            seen.add(program.program_id)
            yield program


def pair_rows(context: Context, kept: list[Kept]) -> Iterator[Pair]:
    """Turn kept pairs into rows; the run time bins compare them with each other."""
    confirmed = {pair.record_id: _confirmed(context, pair) for pair in kept}
    seconds = {pair.record_id: _times(context, pair, confirmed[pair.record_id]) for pair in kept}
    fastest: dict[str, float] = {}
    known: dict[tuple[str, str], list[float]] = {}
    for pair in kept:
        slow, fast = (sum(side.values()) for side in seconds[pair.record_id])
        fastest[pair.class_id] = min(fastest.get(pair.class_id, fast), fast)
        known.setdefault((pair.slow.problem_id, pair.slow.language), []).extend((slow, fast))
    for pair in kept:
        slow_times, fast_times = seconds[pair.record_id]
        best = fastest[pair.class_id]
        others = known[pair.slow.problem_id, pair.slow.language]
        slow, fast = sum(slow_times.values()), sum(fast_times.values())
        yield Pair(
            src_agg_runtime=slow,
            tgt_agg_runtime=fast,
            fastest_agg_runtime=best,
            fastest_agg_runtime_updated=best,
            src_reward_updated=best / slow,
            target_reward_updated=best / fast,
            src_reward_updated_pct_bin=decile(slow, others),
            target_reward_updated_pct_bin=decile(fast, others),
            tc2time_src=slow_times,
            tc2time_tgt=fast_times,
            **_provenance(context, pair, confirmed[pair.record_id]),
        )


def decile(seconds: float, others: list[float]) -> int:
    """Return 10 for a program among the fastest tenth of `others`, 1 for the slowest tenth."""
    slower_or_equal = sum(other >= seconds for other in others)
    return max(1, -(-10 * slower_or_equal // len(others)))


def _provenance(context: Context, pair: Kept, confirmed: Confirmed) -> dict[str, Any]:
    slow, fast = pair.slow, pair.fast
    workshop, prepared = context.workshop, context.prepared[slow.problem_id]
    language = workshop.languages[slow.language]
    tests = _tests(context, pair)
    measured = confirmed.slow, confirmed.fast[fast.program_id]
    return {
        "src_id": slow.program_id,
        "tgt_id": fast.program_id,
        "problem_id": slow.problem_id,
        "speedup": pair.speedup,
        "src_code": context.ledger.text(slow.code),
        "tgt_code": context.ledger.text(fast.code),
        "record_id": pair.record_id,
        "language": slow.language,
        "class_id": pair.class_id,
        "class_rank": pair.class_rank,
        "parent_ids": slow.parent_ids,
        "example_ids": pair.shown,
        "enabled_by": pair.enabled_by,
        "round": slow.round,
        "strategy": fast.strategy,
        "prompt_sha": fast.prompt_sha,
        "model": fast.model,
        "usage": fast.usage,
        "tests_sha": tests.sha,
        "equal_on": pair.equal_on,
        "equal_on_strata": tests.strata,
        "inputs_validated_by": prepared.validated_by,
        "builds_agree": pair.builds_agree,
        "repeats": pair.repeats,
        "compiler": workshop.sandbox.compiler_version(language),
        "flags": language.flags,
        "confirmed_by": context.config.simulator.kind,
        "simulator_sha": workshop.simulator.sha,
        "net_of_startup": language.net_of_startup,
        "speedup_gross": measured[0].gross / measured[1].gross,
        "startup": workshop.simulator.seconds(measured[0].startup),
        **_shape(context, pair),
        "license": context.problems[slow.problem_id].license,
    }


def _tests(context: Context, pair: Kept) -> Suite:
    """Return all inputs on which a pair's programs were compared."""
    checked = context.ledger.get(Checked, pair.slow.program_id)
    assert checked is not None  # noqa: S101  the pair was kept because of it
    fast = pair.fast.program_id
    sha = next(c.tests_sha for c in checked.candidates if c.program_id == fast)
    suite = context.ledger.get(Suite, sha)
    assert suite is not None  # noqa: S101  it was kept before its name was
    return suite


def _shape(context: Context, pair: Kept) -> dict[str, Any]:
    scaled = context.ledger.get(Scaled, pair.slow.program_id)
    assert scaled is not None  # noqa: S101  what was scrutinised was scaled, or its subject is open
    slope = exponent(scaled.ratios)
    return {
        "ratios": scaled.ratios,
        "growth": growth(slope),
        "growth_exponent": slope,
        "edit_kind": scaled.edit_kind,
    }


def _confirmed(context: Context, pair: Kept) -> Confirmed:
    confirmed = context.ledger.get(Confirmed, pair.slow.program_id)
    assert confirmed is not None  # noqa: S101  the pair was kept because of it
    return confirmed


def _times(
    context: Context, pair: Kept, confirmed: Confirmed
) -> tuple[dict[str, float], dict[str, float]]:
    def by_test(measured: Measured) -> dict[str, float]:
        seconds = map(context.workshop.simulator.seconds, measured.ticks)
        return dict(zip(measured.tests, seconds, strict=True))

    return by_test(confirmed.slow), by_test(confirmed.fast[pair.fast.program_id])


def _rejects(context: Context) -> Iterator[Reject]:
    for _, sifted in context.ledger.rows(Sifted):
        yield from sifted.rejects
    for _, grouped in context.ledger.rows(Grouped):
        yield from grouped.rejects
    for _, settled in context.ledger.rows(Settled):
        yield from settled.rejects


def _program_row(
    context: Context, program: Program, standing: Mapping[str, Standing]
) -> dict[str, Any]:
    row = program.model_dump(mode="json")
    row["code"] = context.ledger.text(program.code)
    return row | asdict(standing.get(program.program_id, UNCLASSED))
