"""Classes that outlive a run: one file for each input format in a folder that runs share."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from pieforge import schema_2
from pieforge.equivalence.class_tree import ClassIndex
from pieforge.equivalence.refinement import place
from pieforge.errors import RunFolderError
from pieforge.executors.cached import Workshop
from pieforge.files import explained, locked, write_text
from pieforge.graphs.classes.input_format import Format, FormatBench, bare, keep_input, kept_input
from pieforge.inputs import NamedInput
from pieforge.records import SCHEMA_VERSION, digest

_PATIENCE_S = 600.0
_PAUSE_S = 0.05
"""How long to wait for the lock, and between two tries."""


def read(folder: Path, spoken: Format, workshop: Workshop) -> tuple[ClassIndex | None, str]:
    """Return the classes that earlier runs have found in a format, and the file's digest.

    Their programs and inputs become known to the run's ledger.

    Raises:
        RunFolderError: The file cannot be read, or another version of pieforge wrote it.
    """
    path = _path(folder, spoken)
    try:
        text = path.read_text(encoding="utf-8")
        kept = json.loads(text)
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError) as error:
        raise RunFolderError(
            f"the classes of earlier runs cannot be read: {error}",
            where=str(path),
            fix="bring the file back, or remove it: its classes will be found anew",
        ) from error
    # The form of these files is the same in both versions.
    if kept.get("schema_version") not in (schema_2.VERSION, SCHEMA_VERSION):
        raise RunFolderError(
            f"the classes have schema version {kept.get('schema_version')}, "
            f"this pieforge reads {SCHEMA_VERSION}",
            where=str(path),
            fix="choose another folder in classes.index",
        )
    for problem_id, language, code in kept["programs"]:
        workshop.register(problem_id, language, code)
    for name, data in kept["inputs"]:
        keep_input(workshop.ledger, NamedInput(name, base64.b64decode(data)))
    return ClassIndex.load(kept["classes"]), digest(text)


async def merge(
    folder: Path, spoken: Format, workshop: Workshop, found: ClassIndex, begun_from: str
) -> None:
    """Add a run's classes to those of all runs.

    Where another run has added its own in the meantime, this run's programs are placed among
    those: all are run on the inputs that separated any of them, and nothing is drawn.

    Args:
        folder: Where the files are.
        spoken: The format.
        workshop: Runs programs.
        found: The run's classes.
        begun_from: Digest of the file that the run began with.

    Raises:
        RunFolderError: The file cannot be read, or another run keeps it locked for long.
        StorageError: It cannot be written.
    """
    _make(folder)
    async with _locked(folder / ".lock"):
        theirs, sha = read(folder, spoken, workshop)
        if theirs is not None and sha != begun_from:
            await _add(theirs, found, spoken, workshop)
            found = theirs
        write_text(_path(folder, spoken), json.dumps(_described(found, workshop)) + "\n")


async def _add(into: ClassIndex, found: ClassIndex, spoken: Format, workshop: Workshop) -> None:
    bench = FormatBench(workshop, spoken)
    for name in found.programs():
        known = name in into.graph
        path = [kept_input(workshop.ledger, sha) for sha in found.path(name)]
        first = {item.data: item for item in (*spoken.first, *path)}
        placed = await place(
            into, name, found.language(name), bench, first=list(first.values()), runs=0
        )
        mark = found.mark_of(name)
        if placed.class_id and mark and not known:
            into.mark(name, mark)


def _described(found: ClassIndex, workshop: Workshop) -> dict[str, Any]:
    sources = [workshop.source(name) for name in dict.fromkeys(map(bare, found.programs()))]
    inputs = [kept_input(workshop.ledger, sha) for sha in found.power.splits]
    return {
        "schema_version": SCHEMA_VERSION,
        "programs": [[s.problem_id, s.language, workshop.ledger.text(s.code)] for s in sources],
        "inputs": [[item.name, base64.b64encode(item.data).decode()] for item in inputs],
        "classes": found.dump(),
    }


def _make(folder: Path) -> None:
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)


def _path(folder: Path, spoken: Format) -> Path:
    return folder / f"{spoken.format_id[:32]}.json"


@asynccontextmanager
async def _locked(path: Path) -> AsyncIterator[None]:
    """Hold a lock file, waiting for whoever holds it."""
    end = time.monotonic() + _PATIENCE_S
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(locked(path))
                break
            except RunFolderError as error:
                if time.monotonic() > end:
                    raise RunFolderError(
                        "another run keeps the classes of all runs locked",
                        where=str(path),
                        fix="wait for it to end, then go on with: pieforge run --resume RUN",
                    ) from error
            await asyncio.sleep(_PAUSE_S)
        yield
