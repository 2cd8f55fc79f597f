"""The action of `pieforge run`."""

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from shlex import quote

from pieforge.cli.output import format_count, print_json, print_line, print_table
from pieforge.cli.progress import RunProgress
from pieforge.config import Config
from pieforge.export.run_files import SUMMARY, export_run
from pieforge.files import read_jsonl
from pieforge.graphs.evidence.speedup_prediction import PrefilterSummary, summarize_prefilter
from pieforge.graphs.funnel import STAGES, build_funnels, sum_funnels
from pieforge.graphs.run import check_config, run_rounds
from pieforge.graphs.run_folder import create_run_folder
from pieforge.interruption import run_async, set_advice
from pieforge.ledger import Ledger
from pieforge.records import Pending
from pieforge.rows import EditCount, Summary


def begin_run(folder: Path, config: Config) -> None:
    """Create the folder of a new run.

    Raises:
        PieforgeError: The run could not begin on this machine, or the folder holds a run.
    """
    check_config(config)
    create_run_folder(folder, config)


def play(folder: Path, own: Config, again: str, *, as_json: bool) -> bool:
    """Run to the end and print the funnel; return whether nothing stayed open.

    Args:
        folder: The run folder.
        own: The user's configuration.
        again: The command that resumes the run.
        as_json: Whether to print JSON.
    """
    begun = time.monotonic()
    # What follows is in the ledger as soon as it is finished.
    set_advice(f"finished work is kept, continue with: {again}")
    with RunProgress() as progress:
        still_open = run_async(run_rounds(folder, own, progress, export_run))
    _report(folder, still_open, again, time.monotonic() - begun, as_json=as_json)
    return not still_open


def _report(
    folder: Path, still_open: list[Pending], again: str, seconds: float, *, as_json: bool
) -> None:
    ledger = Ledger(folder / "state" / "ledger.sqlite")
    rounds, prefilter = build_funnels(ledger), summarize_prefilter(ledger)
    ledger.close()
    rejects = Counter(
        (row["stage"], row["reason"]) for row in read_jsonl(folder / "rejects.jsonl")
    ).most_common()
    summary_text = (folder / SUMMARY).read_text(encoding="utf-8")
    edits = Summary.model_validate_json(summary_text).edits
    every = [*rounds, sum_funnels(rounds)]
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "rounds": [funnel.model_dump() for funnel in rounds],
                "total": every[-1].model_dump(exclude={"round"}),
                "rejects": [
                    {"stage": stage, "reason": reason, "count": count}
                    for (stage, reason), count in rejects
                ],
                "edits": [count.model_dump() for count in edits],
                "open": [pending.model_dump() for pending in still_open],
                **_dump_prefilter(prefilter),
            }
        )
        return
    headings = (f"round {funnel.round}" if funnel.round else "all" for funnel in every)
    rows = [
        [stage, counts, *(str(getattr(funnel, stage)) for funnel in every)]
        for stage, counts in STAGES.items()
    ]
    print_table("Funnel", ["stage", "counts", *headings], rows, text_columns=2)
    if rejects:
        refused = [[stage, reason, str(count)] for (stage, reason), count in rejects]
        print_table("\nRejects", ["stage", "reason", "count"], refused, text_columns=2)
    print_table(
        "\nDifferent edits", _EDITS, [_format_edits(it) for it in edits if not it.problem_id]
    )
    if prefilter:
        print_line(prefilter.sentence)
    if still_open:
        count, first = len(still_open), still_open[0]
        print_line(
            f"\n{count} left open by failures of the infrastructure: {first.subject}: {first.cause}"
        )
        print_line(f"try them again with: {again}")
    kept = format_count(every[-1].collect, "pair")
    print_line(f"\n{kept} kept; this call took {timedelta(seconds=round(seconds))}")
    print_line(f"run folder: {folder}")
    print_line(
        f"next: read its README.md; check its pairs with: pieforge verify {quote(str(folder))}"
    )


_EDITS = (
    "language",
    "pairs",
    "surplus",
    "distinct edits",
    "clusters",
    "effective",
    "largest cluster",
)


def _format_edits(count: EditCount) -> list[str]:
    numbers = (count.pairs, count.surplus, count.distinct_edits, count.clusters)
    shares = f"{count.effective_edits:.1f}", f"{100 * count.largest_share:.0f} %"
    return [count.language or "all", *map(str, numbers), *shares]


def _dump_prefilter(summary: PrefilterSummary | None) -> dict[str, object]:
    if summary is None:
        return {}
    rate = summary.false_reject_rate
    return {"prefilter": {**summary.model_dump(), "false_reject_rate": rate}}
