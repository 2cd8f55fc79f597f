"""Compute the verdicts of a finished run again, under present code and another policy.

What the models answered is taken from the run's ledger, so that no model is asked. Everything else
is done as in a run: programs are compiled, run, compared, checked and measured again, in a folder
of its own.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from pieforge.config import Config
from pieforge.errors import RunFolderError
from pieforge.export.run_files import export_run
from pieforge.files import read_jsonl, write_jsonl
from pieforge.graphs.context import EarlierRun
from pieforge.graphs.finished_run import open_finished_run
from pieforge.graphs.run import Events, check_languages, run_rounds
from pieforge.graphs.run_folder import begin_or_continue
from pieforge.records import SCHEMA_VERSION, FrozenModel, Pending, digest
from pieforge.rows import Reject

_FILES = ("pairs.jsonl", "rejects.jsonl")
_NOT_JUDGED = "not judged"


class PairVerdict(FrozenModel):
    """What a run says of a slow program and one candidate, or of a slow program alone."""

    verdict: str
    """`kept`, or the stage and the reason of the reject."""
    detail: str = ""
    """The speedup, or what the reject says."""


class FlippedVerdict(FrozenModel):
    """A verdict that is not the same any more."""

    problem_id: str
    slow_id: str
    fast_id: str
    """Empty for a verdict on the slow program alone."""
    before: PairVerdict
    after: PairVerdict

    @property
    def is_flip(self) -> bool:
        """Whether a pair is kept now and was not, or the other way round."""
        return "kept" in {self.before.verdict, self.after.verdict}


class Rejudgement(FrozenModel):
    """A finished run and its verdicts under another policy."""

    folder: str
    """The new run folder."""
    pairs_before: int
    pairs_after: int
    flips: tuple[FlippedVerdict, ...]
    """Pairs that are kept now and were not, or the other way round."""
    other_reasons: tuple[FlippedVerdict, ...]
    """What is refused as before, at another stage or for another reason."""
    open: tuple[Pending, ...] = ()
    """What failures of the infrastructure left open."""


async def rejudge(source: Path, folder: Path, policy: Config, events: Events) -> Rejudgement:
    """Judge a finished run again, in a new folder; go on where the folder is begun already.

    Args:
        source: The finished run; it is not changed.
        folder: The new run folder.
        policy: Configuration to judge by. Its problems, languages, rounds and seed are those of
            the run; its models are not asked.
        events: Receives the progress.

    Raises:
        RunFolderError: The run cannot be read, was written by another schema version, or the
            folder holds another run.
        PackageError: The run's problems are not in the configuration's problem folder.
    """
    before, shas = dict(_iter_verdicts(source)), (digest(_read(source / name)) for name in _FILES)
    with open_finished_run(source, policy) as run:
        if run.ledger.version != SCHEMA_VERSION:
            raise RunFolderError(
                f"the run has an earlier schema version than {SCHEMA_VERSION}",
                where=str(source),
                fix="check its pairs with pieforge verify",
            )
        config = policy.model_copy(update={"run": run.config.run})
        check_languages(config)
        begin_or_continue(folder, config)
        earlier = EarlierRun(run.ledger, digest(*shas))
        still_open = (await run_rounds(folder, config, events, export_run, earlier)).open
    after = dict(_iter_verdicts(folder))
    changed = list(_iter_changes(before, after))
    flips = [item for item in changed if item.is_flip]
    write_jsonl(folder / "flips.jsonl", (item.model_dump(mode="json") for item in flips))
    return Rejudgement(
        folder=str(folder),
        pairs_before=_count_kept(before),
        pairs_after=_count_kept(after),
        flips=tuple(flips),
        other_reasons=tuple(item for item in changed if not item.is_flip),
        open=tuple(still_open),
    )


_Verdicts = Mapping[tuple[str, str, str], PairVerdict]
"""By problem, slow program and candidate."""


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunFolderError(f"cannot be read: {error.strerror}", where=str(path)) from error


def _iter_verdicts(folder: Path) -> Iterator[tuple[tuple[str, str, str], PairVerdict]]:
    path = folder / "rejects.jsonl"
    for number, row in enumerate(read_jsonl(path), 1):
        try:
            reject = Reject.model_validate(row)
        except ValidationError as error:
            raise RunFolderError(f"row {number} is no reject: {error}", where=str(path)) from error
        name, slow = reject.program_id, reject.for_program_id
        if not name and reject.stage != "vet":
            continue  # a reply without a program
        subject = (slow, name) if slow else (name, "")
        verdict = PairVerdict(verdict=f"{reject.stage}: {reject.reason}", detail=reject.detail)
        yield (reject.problem_id, *subject), verdict
    with open_finished_run(folder) as run:
        for stored in run.rows:
            if (pair := stored.pair) is None:
                raise RunFolderError(f"row {stored.number}: {stored.fault}", where=str(folder))
            kept = PairVerdict(verdict="kept", detail=f"{pair.speedup:.2f}x")
            yield (pair.problem_id, pair.src_id, pair.tgt_id), kept


def _count_kept(verdicts: _Verdicts) -> int:
    return sum(item.verdict == "kept" for item in verdicts.values())


def _iter_changes(before: _Verdicts, after: _Verdicts) -> Iterator[FlippedVerdict]:
    for key in sorted(before.keys() | after.keys()):
        problem_id, slow, fast = key
        # A candidate is not judged where its slow program is refused by itself.
        old, new = (
            side.get(key) or side.get((problem_id, slow, "")) or PairVerdict(verdict=_NOT_JUDGED)
            for side in (before, after)
        )
        if old.verdict != new.verdict:
            yield FlippedVerdict(
                problem_id=problem_id, slow_id=slow, fast_id=fast, before=old, after=new
            )
