"""A training as a folder: what a trainer reads and writes, and how it is run.

A trainer is a program that is called with the folder. It reads job.json and the files in data/, and
writes

- progress.jsonl: one object a line: training, step, steps, loss
- weights/: the model as safetensors, with what its server needs; files that can hold code are
  refused
- result.json, last and by rename: `TrainerResult`

If it is killed, it is called again with the same folder, where it may keep checkpoints/.
"""

import asyncio
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import Field, JsonValue, ValidationError

from pieforge.errors import TrainerError
from pieforge.files import translate_os_errors, write_text
from pieforge.records import FrozenModel
from pieforge.training.models import StageCount
from pieforge.training.processes import open_process, read_last_line

Report = Callable[[dict[str, Any]], None]
"""Receives the progress: a dict with a `stage`."""
LOG = "trainer.log"
_RESULT = "result.json"
_POLL_S = 0.5
_LINES = 20
"""About so many steps are reported."""


class TrainingJob(FrozenModel):
    """The file job.json."""

    base: str
    """Path of the model to start from."""
    base_sha: str
    data: dict[str, str]
    """Files by stage, relative to the folder: `sft` (columns prompt, completion) and, where it is
    asked for, `dpo` (prompt, chosen, rejected); each value is a list of chat messages."""
    data_sha: str
    settings: dict[str, JsonValue]
    """The keys of `[finetune]` that training depends on."""
    seed: int
    probes: tuple[tuple[dict[str, str], ...], ...]
    """Prompts to be answered greedily by the base and by the trained model."""
    probe_tokens: int


class ProbeAnswer(FrozenModel):
    """The greedy answer of the trained model to one probe."""

    text: str
    base_text: str
    prompt_tokens: int


class TrainerResult(FrozenModel):
    """The file result.json."""

    stages: dict[str, StageCount]
    too_long: int = 0
    packages: dict[str, str] = Field(default_factory=dict)
    probes: tuple[ProbeAnswer, ...] = ()
    """One for each of the job's; none from a trainer that cannot answer."""


def write_job(folder: Path, job: TrainingJob) -> None:
    """Write a job, and drop what a trainer did for another one.

    Raises:
        StorageError: The disk is full or refuses the write.
    """
    path, text = folder / "job.json", job.model_dump_json(indent=1) + "\n"
    with translate_os_errors(folder):
        if path.exists() and path.read_text() == text:
            return
        for name in ("checkpoints", "weights"):
            shutil.rmtree(folder / name, ignore_errors=True)
        for name in (_RESULT, "progress.jsonl", LOG):
            (folder / name).unlink(missing_ok=True)
    write_text(path, text)


async def run_trainer(folder: Path, command: Sequence[str], report: Report) -> TrainerResult:
    """Run a trainer to its end, or on from where it was killed; return what it wrote.

    Raises:
        MissingToolError: It cannot be started.
        TrainerError: It failed, or wrote no result that can be read.
    """
    result, log = folder / _RESULT, folder / LOG
    if not result.exists():
        async with open_process([*command, str(folder)], folder, log) as process:
            known = 0
            while process.returncode is None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), _POLL_S)
                known = _report_progress(folder, known, report)
        if process.returncode:
            raise TrainerError(
                f"the trainer ended with status {process.returncode}: {read_last_line(log)}",
                where=str(log),
                fix="correct the cause and give the same command again: training goes on from its "
                "last checkpoint",
            )
    try:
        return TrainerResult.model_validate_json(result.read_bytes())
    except OSError as error:
        what = "the trainer ended without a result"
        raise TrainerError(what, where=str(result), fix=_PROTOCOL) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        what = f"the trainer's result cannot be read: {key}: {first['msg']}"
        result.unlink()
        raise TrainerError(what, where=str(result), fix=_PROTOCOL) from error


_PROTOCOL = "let the trainer write it as docs/how-to/finetune.md says"


def _report_progress(folder: Path, known: int, report: Report) -> int:
    """Report the lines after the known ones; return how many there are."""
    path = folder / "progress.jsonl"
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    for line in lines[known:]:
        if not line.endswith(b"\n"):
            break  # it is being written
        known += 1
        with suppress(ValueError, KeyError, TypeError):
            found = json.loads(line)
            keys = ("training", "step", "steps", "loss")
            event = {"stage": "train", **{key: found[key] for key in keys}}
            if found["step"] % max(1, found["steps"] // _LINES) == 0:
                report(event)
    return known
