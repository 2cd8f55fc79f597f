"""The shared class index: one file for each input format in a folder that runs share."""

import asyncio
import base64
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from pieforge.equivalence.class_tree import ClassIndex
from pieforge.equivalence.refinement import place_program
from pieforge.errors import RunFolderError
from pieforge.executors.cached import CachedExecutor
from pieforge.files import lock_file, translate_os_errors, write_text
from pieforge.graphs.classes.input_format import (
    FormatRunner,
    InputFormat,
    load_input,
    load_program,
    store_input,
    store_program,
    strip_language,
)
from pieforge.inputs import NamedInput
from pieforge.ledger import READABLE_VERSIONS
from pieforge.records import SCHEMA_VERSION, ProgramText, digest

_logger = logging.getLogger(__name__)

_LOCK_TIMEOUT_S = 600.0
_RETRY_S = 0.05
"""How long to wait for the lock, and between two tries."""


def read_index(
    folder: Path, input_format: InputFormat, executor: CachedExecutor
) -> tuple[ClassIndex | None, str]:
    """Return the classes that earlier runs have found in a format, and the file's digest.

    Their programs and inputs are stored in the run's ledger.

    Raises:
        RunFolderError: The file cannot be read, or another version of pieforge wrote it.
    """
    path = _get_path(folder, input_format)
    try:
        text = path.read_text(encoding="utf-8")
        kept = json.loads(text)
    except FileNotFoundError:
        return None, ""
    except (OSError, ValueError) as error:
        raise RunFolderError(
            f"the classes of earlier runs cannot be read: {error}",
            where=str(path),
            fix="restore the file, or remove it: its classes are then built again",
        ) from error
    # The form of these files is the same in all versions.
    if kept.get("schema_version") not in READABLE_VERSIONS:
        raise RunFolderError(
            f"the classes have schema version {kept.get('schema_version')}, "
            f"this pieforge reads {SCHEMA_VERSION}",
            where=str(path),
            fix="choose another folder in classes.index",
        )
    for problem_id, language, code in kept["programs"]:
        store_program(executor.ledger, ProgramText.create(problem_id, language, code))
    for name, data in kept["inputs"]:
        store_input(executor.ledger, NamedInput(name, base64.b64decode(data)))
    return ClassIndex.load(kept["classes"]), digest(text)


async def merge_index(
    folder: Path,
    input_format: InputFormat,
    executor: CachedExecutor,
    found: ClassIndex,
    loaded_from: str,
) -> None:
    """Add a run's classes to those of all runs.

    Where another run has added its classes in the meantime, this run's programs are placed among
    those: each is run on the distinguishing inputs of both, and no new inputs are generated.

    Args:
        folder: Where the files are.
        input_format: The format.
        executor: Runs programs.
        found: The run's classes.
        loaded_from: Digest of the file that the run began with.

    Raises:
        RunFolderError: The file cannot be read, or another run keeps it locked for long.
        StorageError: It cannot be written.
    """
    _make_folder(folder)
    async with _lock(folder / ".lock"):
        theirs, sha = read_index(folder, input_format, executor)
        # An unchanged file needs no merge: the run began with its classes.
        if theirs is not None and sha != loaded_from:
            await _merge_classes(theirs, found, input_format, executor)
            found = theirs
        write_text(_get_path(folder, input_format), json.dumps(_dump_index(found, executor)) + "\n")


async def _merge_classes(
    into: ClassIndex, found: ClassIndex, input_format: InputFormat, executor: CachedExecutor
) -> None:
    runner = FormatRunner(executor, input_format)
    for name in found.list_programs():
        known = name in into.graph
        path = [load_input(executor.ledger, sha) for sha in found.list_path_inputs(name)]
        first = {item.data: item for item in (*input_format.first, *path)}
        placed = await place_program(
            into, name, found.get_language(name), runner, first=list(first.values()), runs=0
        )
        mark = found.get_mark(name)
        if placed.class_id and mark and not known:
            into.mark(name, mark)


def _dump_index(found: ClassIndex, executor: CachedExecutor) -> dict[str, Any]:
    programs = [
        load_program(executor.ledger, name)
        for name in dict.fromkeys(map(strip_language, found.list_programs()))
    ]
    inputs = [load_input(executor.ledger, sha) for sha in found.power.splits]
    return {
        "schema_version": SCHEMA_VERSION,
        "programs": [[p.problem_id, p.language, p.code] for p in programs],
        "inputs": [[item.name, base64.b64encode(item.data).decode()] for item in inputs],
        "classes": found.dump(),
    }


def _make_folder(folder: Path) -> None:
    with translate_os_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)


def _get_path(folder: Path, input_format: InputFormat) -> Path:
    return folder / f"{input_format.format_id[:32]}.json"


@asynccontextmanager
async def _lock(path: Path) -> AsyncIterator[None]:
    """Hold a lock file; wait while another process holds it."""
    end = time.monotonic() + _LOCK_TIMEOUT_S
    waiting = False
    with ExitStack() as held:
        while True:
            try:
                held.enter_context(lock_file(path))
                break
            except RunFolderError as error:
                if time.monotonic() > end:
                    raise RunFolderError(
                        "another run keeps the shared classes locked",
                        where=str(path),
                        fix="wait for it to end, then go on with: pieforge run --resume RUN",
                    ) from error
            if not waiting:
                waiting = True
                _logger.info("waiting for another run's lock on %s", path)
            await asyncio.sleep(_RETRY_S)
        yield
