"""The action of `pieforge run`."""

import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from shlex import quote

from pieforge.agents.embedded import MODEL
from pieforge.cli.monitor import RunMonitor
from pieforge.cli.output import format_count, print_json, print_line, print_table
from pieforge.config import Config
from pieforge.errors import ExitStatus
from pieforge.export.edit_counts import EditCount
from pieforge.export.run_files import SUMMARY, export_run
from pieforge.export.summary import RunSummary, describe_price, read_summary
from pieforge.graphs.context import EarlierRun
from pieforge.graphs.evidence.speedup_prediction import PrefilterSummary, summarize_prefilter
from pieforge.graphs.funnel import STAGES
from pieforge.graphs.run import RunEnd, check_config, run_rounds
from pieforge.graphs.run_folder import create_run_folder, number_night
from pieforge.interruption import run_async, set_advice
from pieforge.ledger import Ledger, LedgerReader
from pieforge.training.tuner import ModelTuner, check_tuning


def begin_run(folder: Path, config: Config, *, is_replay: bool = False) -> None:
    """Create the folder of a new run.

    Raises:
        PieforgeError: The run could not begin on this machine, or the folder holds a run.
    """
    check_config(config, is_replay=is_replay)
    if config.finetune.every and not is_replay:
        check_tuning(config)
    create_run_folder(folder, config if is_replay else number_night(config, folder.name))


def play(
    folder: Path, own: Config, again: str, *, replay: Path | None = None, as_json: bool
) -> ExitStatus:
    """Run to the end and print the funnel; return the exit status.

    Args:
        folder: The run folder.
        own: The user's configuration.
        again: The command that resumes the run.
        replay: The folder of a run whose models' answers are taken instead of asking.
        as_json: Whether to print JSON.
    """
    begun = time.monotonic()
    # What follows is in the ledger as soon as it is finished.
    set_advice(f"finished work is kept, continue with: {again}")
    with ExitStack() as stack:
        earlier = None
        if replay is not None:
            earlier = EarlierRun(LedgerReader(replay / "state" / "ledger.sqlite"))
            stack.callback(earlier.ledger.close)
        monitor = stack.enter_context(RunMonitor(own.monitor, folder, again))
        end = run_async(run_rounds(folder, own, monitor, export_run, earlier, ModelTuner()))
        monitor.status = end.status
    _report(folder, end, again, time.monotonic() - begun, as_json=as_json)
    return end.status


def _report(folder: Path, end: RunEnd, again: str, seconds: float, *, as_json: bool) -> None:
    ledger = Ledger(folder / "state" / "ledger.sqlite")
    prefilter = summarize_prefilter(ledger)
    ledger.close()
    summary = read_summary(folder / SUMMARY)
    if as_json:
        print_json(
            {
                "folder": str(folder),
                **summary.model_dump(),
                "stopped": end.stopped,
                "open": [pending.model_dump() for pending in end.open],
                **_dump_prefilter(prefilter),
            }
        )
        return
    every = [*summary.rounds, summary.total]
    headings = (f"round {funnel.round}" if funnel.round else "all" for funnel in every)
    rows = [
        [stage, counts, *(str(getattr(funnel, stage)) for funnel in every)]
        for stage, counts in STAGES.items()
    ]
    print_table("Funnel", ["stage", "counts", *headings], rows, text_columns=2)
    if summary.rejects:
        refused = [[it.stage, it.reason, str(it.count)] for it in summary.rejects]
        print_table("\nRejects", ["stage", "reason", "count"], refused, text_columns=2)
    print_table(
        "\nDifferent edits",
        _EDITS,
        [_format_edits(it) for it in summary.edits if not it.problem_id],
    )
    if summary.shown_by_stress:
        print_line(f"{format_count(summary.shown_by_stress, 'pair')} shown by stress inputs only")
    if any(each.model != MODEL for each in summary.spend):  # the embedded engines cost nothing
        _print_spend(summary)
    if prefilter:
        print_line(prefilter.sentence)
    if end.stopped:
        print_line(f"\nthe run ended by {end.stopped}; with a higher one it continues: {again}")
    elif end.open:
        count, first = len(end.open), end.open[0]
        print_line(
            f"\n{count} left open by failures of the infrastructure: {first.subject}: {first.cause}"
        )
        print_line(f"try them again with: {again}")
    kept = format_count(every[-1].collect, "pair")
    print_line(f"\n{kept} kept; this call took {timedelta(seconds=round(seconds))}")
    print_line(f"run folder: {folder}")
    print_line(f"look at it:  pieforge report {quote(str(folder))}")
    print_line(f"check it:    pieforge verify {quote(str(folder))}")


def _print_spend(summary: RunSummary) -> None:
    asked: dict[tuple[str, str], list[list[str]]] = {}
    for each in summary.spend:
        row = [
            each.strategy,
            str(each.calls),
            str(each.prompt_tokens),
            str(each.completion_tokens),
            "unpriced" if each.unpriced else f"{each.usd:.4f}",
            str(each.kept),
            "" if each.usd_per_kept is None else f"{each.usd_per_kept:.4f}",
        ]
        asked.setdefault((each.role, each.model), []).append(row)
    headings = ["strategy", "calls", "prompt tokens", "answer tokens", "USD", "kept", "USD/pair"]
    for (role, model), rows in asked.items():
        print_table(f"\nModel calls of the {role}, {model}", headings, rows)
    print_line(describe_price(summary))


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
