"""Put runs into one HTML file: data in compressed blocks, libraries and scripts inside the file.

Nothing that comes from a run is part of the HTML: the page's script unpacks the blocks and sets
what it finds as text. A content security policy allows exactly the scripts and styles of the file.
"""

import base64
import gzip
import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from pieforge import __version__
from pieforge.errors import UserInputError
from pieforge.export.realism import (
    GroupedProgram,
    compare_with_reference,
    list_slow_programs,
    measure_repetition,
    read_reference,
)
from pieforge.export.summary import describe_price
from pieforge.files import replace_file, translate_os_errors
from pieforge.graphs.funnel import STAGES
from pieforge.records import FrozenModel, Origin
from pieforge.report.comparison import compare_runs
from pieforge.report.figures import (
    compute_learning_curve,
    count_losses,
    count_speedups,
    get_counted_speedup,
    iter_yields,
    list_edits,
    sum_rounds,
)
from pieforge.report.run_data import ReportedRun, cut_text, read_run
from pieforge.rows import Pair, PairTests, ProgramRow, Reject
from pieforge.stored_rows import iter_rows

_MARK = b"<!doctype html><!-- pieforge report -->"
"""The beginning of every report: such a file may be replaced."""
_SCRIPTS = ("tabulator.min.js", "diff.min.js", "diff2html.min.js", "uPlot.iife.min.js", "report.js")
_STYLES = ("tabulator_simple.min.css", "diff2html.min.css", "uPlot.min.css", "report.css")
_BLOCK_CHARS = 400_000
"""Characters of JSON in a block that is unpacked when something in it is shown: 10 ms."""
_SHOWN_CHARS = 300
"""Characters of an input, an output or a message that the report shows."""
_DIGITS = 5
_TEXT_COLUMNS = frozenset({"src_code", "tgt_code"})


class ReportSummary(FrozenModel):
    """What a report holds."""

    file: str
    bytes: int
    runs: tuple[str, ...]
    pairs: int
    rejects: int
    programs: int
    missing: tuple[str, ...]
    """What could not be read of the runs, one sentence each."""


def write_report(
    folder: Path, other: Path | None, target: Path, reference: Path | None = None
) -> ReportSummary:
    """Write the report on a run, or on two runs, whole or not at all.

    Args:
        folder: The run folder.
        other: A second run folder to compare with.
        target: The file; one that exists is replaced if it is a report.
        reference: Folder of programs that people wrote, with which those of the runs are compared.

    Raises:
        RunFolderError: A folder has no pairs.jsonl, or a line of it is no pair.
        UserInputError: `target` exists and is no report, or `reference` has no program.
        StorageError: The disk is full or refuses the write.
    """
    _check_target(target)
    runs = [read_run(it, _SHOWN_CHARS) for it in (folder, other) if it is not None]
    languages = {pair.language for run in runs for pair in run.pairs}
    people = read_reference(reference, languages) if reference and languages else []
    html = render_report(runs, people).encode()
    with replace_file(target) as temporary:
        temporary.write_bytes(html)
    return ReportSummary(
        file=str(target),
        bytes=len(html),
        runs=tuple(run.name for run in runs),
        pairs=sum(len(run.pairs) for run in runs),
        rejects=sum(len(run.rejects) for run in runs),
        programs=sum(len(run.programs) for run in runs),
        missing=tuple(f"{run.name}: {note}" for run in runs for note in run.missing),
    )


def _check_target(target: Path) -> None:
    if not target.exists():
        return
    with translate_os_errors(target, "cannot be read"), target.open("rb") as stream:
        if stream.read(len(_MARK)) == _MARK:
            return
    raise UserInputError(
        "it exists already, and is no report",
        where=str(target),
        fix="remove it, or give another --out",
    )


def render_report(runs: Sequence[ReportedRun], people: Sequence[GroupedProgram] = ()) -> str:
    """Return the report on one run or two as HTML; equal runs give equal bytes.

    Args:
        runs: The runs.
        people: Programs that people wrote, to compare with; may be empty.
    """
    blocks: dict[str, str] = {}
    overviews = []
    for number, run in enumerate(runs):
        overviews.append(_describe_run(run) | _describe_realism(run, people))
        blocks |= {f"run{number}-{name}": _pack(it) for name, it in _iter_blocks(run)}
    properties = Pair.model_fields
    main = {
        "version": __version__,
        "stages": STAGES,
        "columns": {name: it.description for name, it in properties.items()},
        "runs": overviews,
        "comparison": _dump(compare_runs(*runs)) if len(runs) > 1 else None,
    }
    own, vendor = (Path(__file__).parent / name for name in ("page", "vendor"))
    sources = {
        name: (own if name.startswith("report.") else vendor).joinpath(name).read_text("utf-8")
        for name in (*_SCRIPTS, *_STYLES)
    }
    # The libraries may be passed on only together with their licenses.
    licenses = [it.read_text("utf-8") for it in sorted(vendor.glob("LICENSE.*"))]
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    return environment.from_string((own / "report.html.j2").read_text("utf-8")).render(
        mark=Markup(_MARK.decode()),  # noqa: S704  ours
        policy="; ".join(
            [
                "default-src 'none'",
                f"script-src {_list_hashes(sources[name] for name in _SCRIPTS)}",
                f"style-src {_list_hashes(sources[name] for name in _STYLES)}",
                "base-uri 'none'",
                "form-action 'none'",
            ]
        ),
        # Files of this package: a test checks that none has an end tag.
        scripts=[Markup(sources[name]) for name in _SCRIPTS],  # noqa: S704
        styles=[Markup(sources[name]) for name in _STYLES],  # noqa: S704
        licenses=licenses,
        main=_pack(main),
        blocks=blocks,
    )


def _list_hashes(texts: Iterable[str]) -> str:
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()) for text in texts)
    return " ".join(f"'sha256-{it.decode()}'" for it in hashes)


def _pack(value: object) -> str:
    """Return JSON as gzip in base64, whose letters cannot end an HTML element."""
    text = json.dumps(_round(value), separators=(",", ":"), allow_nan=False)
    # Without a time, so that equal data gives equal bytes.
    return base64.b64encode(gzip.compress(text.encode(), 9, mtime=0)).decode()


def _round(value: object) -> object:
    """Return JSON with a few digits of each number; infinity and NaN become null."""
    if isinstance(value, float):
        return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _round(it) for key, it in value.items()}
    if isinstance(value, list | tuple):
        return [_round(it) for it in value]
    return value


def _dump(model: FrozenModel) -> dict[str, Any]:
    return model.model_dump(mode="json")


def _describe_run(run: ReportedRun) -> dict[str, Any]:
    """Return what the overview and the table of pairs show."""
    summary = run.summary
    return {
        "name": run.name,
        "missing": run.missing,
        "funnel": [_dump(it) for it in (*summary.rounds, summary.total)] if summary else [],
        "spend": [_dump(it) for it in summary.spend] if summary else [],
        "price": describe_price(summary) if summary else "",
        "losses": [_dump(it) for it in count_losses(run)],
        "rounds": [_dump(it) for it in sum_rounds(run)],
        "yields": [_dump(it) for it in iter_yields(run)],
        "speedups": count_speedups(run.pairs),
        "learning": compute_learning_curve(list_edits(run.pairs)),
        "problems": {name: problem.title for name, problem in run.problems.items()},
        "rejects": len(run.rejects),
        "pairs": _list_columns([_describe_pair(run, pair) for pair in run.pairs]),
    }


def _describe_realism(run: ReportedRun, people: Sequence[GroupedProgram]) -> dict[str, Any]:
    """Return how much a run repeats, and how its programs differ from those of people."""
    # Where the run has no inputs, tests.jsonl cannot be read.
    tests = iter_rows(run.folder / "tests.jsonl", PairTests) if run.inputs else ()
    return {
        "repetition": _dump(measure_repetition(run.pairs, (row for _, row in tests))),
        "realism": [
            _dump(it) for it in compare_with_reference(list_slow_programs(run.pairs), people)
        ],
    }


def _describe_pair(run: ReportedRun, pair: Pair) -> dict[str, Any]:
    author, optimizer = run.find_call(pair.src_id), run.find_call(pair.tgt_id)
    return {
        "id": pair.record_id,
        "problem": pair.problem_id,
        "language": pair.language,
        "speedup": pair.speedup,
        "counted": get_counted_speedup(pair),
        "kind": pair.edit_kind,
        "patterns": ", ".join(pair.edit_patterns),
        "growth": pair.growth,
        "round": pair.round,
        "author": author.strategy if author else "",
        "model": optimizer.model if optimizer else "",
        "slow": pair.src_id,
        "fast": pair.tgt_id,
    }


def _list_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Return rows as one list per column, which compresses better."""
    return {name: [row[name] for row in rows] for name in rows[0]} if rows else {}


def _iter_blocks(run: ReportedRun) -> Iterator[tuple[str, object]]:
    """Yield the blocks that are unpacked when they are needed, by name."""
    programs = sorted(
        (*run.programs.values(), *_iter_unlisted_programs(run)), key=_rank_for_compression
    )
    block_of: dict[str, int] = {}
    for number, part in enumerate(_divide([(it.program_id, it.code) for it in programs])):
        block_of |= {name: number for name, _ in part}
        yield f"texts{number}", dict(part)
    yield (
        "programs",
        _list_columns(
            [
                {
                    "id": it.program_id,
                    "block": block_of[it.program_id],
                    "problem": it.problem_id,
                    "language": it.language,
                    "origin": it.origin,
                    "round": it.round,
                    "parents": it.parent_ids,
                    "call": it.call_id,
                    "verdict": it.verdict,
                    "class": it.class_id,
                    "split_by": it.split_by,
                }
                for it in programs
            ]
        ),
    )
    named = {it.call_id for it in programs}
    omitted = {"messages", "answers_sha", "extra_body", "omit"}
    yield (
        "calls",
        {
            key: call.model_dump(mode="json", exclude=omitted)
            for key, call in run.calls.items()
            if key in named
        },
    )
    yield (
        "rejects",
        _list_columns(
            [
                {
                    name: cut_text(it, _SHOWN_CHARS) if isinstance(it, str) else it
                    for name, it in row.model_dump(mode="json", exclude={"code"}).items()
                }
                for row in run.rejects
            ]
        ),
    )
    details = [
        (
            pair.record_id,
            {
                **pair.model_dump(mode="json", exclude=set(_TEXT_COLUMNS)),
                "inputs": [_dump(it) for it in run.inputs.get(pair.record_id, ())],
            },
        )
        for pair in run.pairs
    ]
    places: list[int] = []
    for number, rows in enumerate(_divide(details)):
        places += [number] * len(rows)
        yield f"details{number}", dict(rows)
    yield "places", places


def _iter_unlisted_programs(run: ReportedRun) -> Iterator[ProgramRow]:
    """Yield the programs that only pairs or rejects have, with what these say."""
    found: dict[str, ProgramRow] = {}

    def add(
        row: Pair | Reject, name: str, code: str, origin: Origin, parents: tuple[str, ...]
    ) -> None:
        if name and name not in run.programs and name not in found:
            found[name] = ProgramRow(
                program_id=name,
                problem_id=row.problem_id,
                language=row.language,
                code=code,
                origin=origin,
                round=row.round,
                parent_ids=parents,
                call_id="" if origin is Origin.AUTHOR and isinstance(row, Pair) else row.call_id,
                verdict="",
                class_id="",
                class_rank=0,
                equal_on=0,
                split_by="",
                split_stratum="",
                counted_seconds=0.0,
            )

    for pair in run.pairs:
        add(pair, pair.src_id, pair.src_code, Origin.AUTHOR, pair.parent_ids)
        add(pair, pair.tgt_id, pair.tgt_code, Origin.OPTIMIZER, (pair.src_id,))
    for row in run.rejects:
        if row.code:
            slow = (row.for_program_id,) if row.for_program_id else ()
            add(row, row.program_id, row.code, Origin.OPTIMIZER if slow else Origin.AUTHOR, slow)
    yield from found.values()


def _rank_for_compression(row: ProgramRow) -> tuple[str, ...]:
    """Return a key that puts similar texts next to each other."""
    family = (
        row.parent_ids[0] if row.origin is Origin.OPTIMIZER and row.parent_ids else row.program_id
    )
    return row.problem_id, row.language, family, row.origin, row.program_id


def _divide(rows: Iterable[tuple[str, Any]]) -> Iterator[list[tuple[str, Any]]]:
    """Yield the rows in parts of about `_BLOCK_CHARS`."""
    part: list[tuple[str, Any]] = []
    size = 0
    for row in rows:
        part.append(row)
        size += len(str(row[1]))
        if size >= _BLOCK_CHARS:
            yield part
            part, size = [], 0
    if part:
        yield part
