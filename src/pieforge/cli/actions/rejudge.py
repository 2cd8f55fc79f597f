"""The action of `pieforge rejudge`."""

from pathlib import Path
from shlex import quote

from pieforge.audit import rejudge as audit
from pieforge.cli.output import format_count, print_json, print_line, print_table
from pieforge.cli.progress import RunProgress
from pieforge.config import Config
from pieforge.interruption import run_async, set_advice

_COLUMNS = ("problem", "slow", "fast", "before", "after")


def rejudge(source: Path, folder: Path, policy: Config, *, as_json: bool) -> bool:
    """Judge a run again and print what flipped; return whether nothing stayed open."""
    name = quote(folder.name)
    set_advice(f"finished work is kept, continue with the same command and --name {name}")
    with RunProgress() as progress:
        found = run_async(audit.rejudge(source, folder, policy, progress))
    if as_json:
        print_json(found.model_dump(mode="json"))
        return not found.open
    if found.flips:
        print_table(
            "Flipped", _COLUMNS, [_format_row(item) for item in found.flips], text_columns=5
        )
    before = format_count(found.pairs_before, "pair")
    print_line(
        f"{before} before, {found.pairs_after} now, {len(found.flips)} flipped; "
        f"{len(found.other_reasons)} are refused for other reasons"
    )
    for pending in found.open:
        print_line(f"left open: {pending.subject}: {pending.cause}")
    print_line(f"\nrun folder: {folder}")
    return not found.open


def _format_row(item: audit.FlippedVerdict) -> tuple[str, ...]:
    sides = (f"{side.verdict} {side.detail}".strip() for side in (item.before, item.after))
    return item.problem_id, item.slow_id, item.fast_id, *sides
