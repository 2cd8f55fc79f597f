"""The action of `pieforge finetune`."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from pieforge.cli.output import format_count, print_json, print_line
from pieforge.cli.progress import RunProgress
from pieforge.config import Config
from pieforge.errors import ExitStatus
from pieforge.files import lock_file, translate_os_errors
from pieforge.interruption import run_async, set_advice
from pieforge.training.finetuning import FinetuneOutcome, finetune


def finetune_model(
    config: Config, runs: Sequence[Path], folder: Path, *, as_json: bool
) -> ExitStatus:
    """Fine-tune, print what was made; return the exit status."""
    set_advice(
        f"checkpoints are kept, continue with the same command and --name {quote(folder.name)}"
    )
    lock = folder.parent / f".{folder.name}.lock"
    with translate_os_errors(lock):
        lock.parent.mkdir(parents=True, exist_ok=True)
    with lock_file(lock):
        with RunProgress() as progress:
            found = run_async(finetune(runs, config, folder, progress))
        lock.unlink(missing_ok=True)
    model = found.model
    fault = found.why or (model.parity.fault if model is not None and model.parity else "")
    if as_json:
        print_json({"folder": str(folder), **found.model_dump(mode="json"), "fault": fault})
    else:
        _report(folder, found, fault)
    return ExitStatus.from_answer(not fault)


def _report(folder: Path, found: FinetuneOutcome, fault: str) -> None:
    for reason, count in found.data.left_out.items():
        print_line(f"left out: {format_count(count, 'pair')} ({reason})")
    if (model := found.model) is None:
        print_line(f"no model was made: {fault}")
        return
    if model.too_long:
        print_line(f"left out: {format_count(model.too_long, 'row')} longer than the context")
    for name, stage in model.stages.items():
        loss = "unknown" if stage.loss is None else f"{stage.loss:.4f}"
        rows, steps = format_count(stage.rows, "row"), format_count(stage.steps, "step")
        print_line(f"{name}: {rows}, {steps}, last loss {loss}")
    if fault:
        print_line(f"do not use it: {fault}")
    elif model.parity is not None:
        print_line(
            f"served by {model.parity.server}: {model.parity.equal} of {model.parity.prompts} "
            f"greedy answers equal, {model.parity.changed} unlike the base model's"
        )
    print_line(f"model: {folder}")
    print_line(f"next: pieforge serve-model {quote(str(folder))}")
