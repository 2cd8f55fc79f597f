"""One fine-tuning: select, train, compare the served model with the trained one, register."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from pieforge.agents.models.canaries import PROMPTS
from pieforge.config import Config
from pieforge.errors import ConfigError, RunFolderError, TrainerError, UserInputError
from pieforge.files import read_jsonl, translate_os_errors
from pieforge.plugins import choose
from pieforge.records import FrozenModel
from pieforge.training.job import (
    LOG,
    Report,
    TrainerResult,
    TrainingJob,
    run_trainer,
    write_job,
)
from pieforge.training.models import (
    MANIFEST,
    WEIGHTS,
    ModelManifest,
    ParityResult,
    combine_hashes,
    hash_files,
    open_model_folder,
    write_manifest,
)
from pieforge.training.selection import TrainingData, write_training_data
from pieforge.training.server import ModelServer, ask_greedily
from pieforge.training.servers import choose_server
from pieforge.training.trainers import discover_trainers

PROBE_TOKENS = 32
_TRAINING_KEYS = (
    *("dpo", "context_tokens", "lora_rank", "epochs", "max_steps", "batch"),
    *("learning_rate", "checkpoint_steps"),
)
"""Keys of `[finetune]` that a trainer gets."""


class FinetuneOutcome(FrozenModel):
    """A model, or why there is none."""

    data: TrainingData
    model: ModelManifest | None
    why: str = ""
    """Why nothing was trained."""


def check_finetuning(config: Config) -> Sequence[str]:
    """Return the trainer's words; check all that training needs, before anything is trained.

    Raises:
        ConfigError, MissingToolError, UserInputError: Something is missing.
    """
    section = config.finetune
    trainer = choose("trainer", section.trainer, discover_trainers())
    if section.base is None:
        raise ConfigError(
            "no model is named to start from",
            where="finetune.base",
            fix="name a folder with safetensors, or a GGUF file",
        )
    # A GGUF file becomes a folder by the training.
    if not section.base.is_file():
        choose_server(section, section.base)
    return trainer.build_command(section)


async def finetune(
    runs: Sequence[Path], config: Config, target: Path, report: Report
) -> FinetuneOutcome:
    """Fine-tune a model on the pairs of runs, or go on where that was stopped.

    What is unfinished is in a folder next to `target`; the finished model's folder appears whole.

    Args:
        runs: Run folders.
        config: The user's configuration.
        target: The model's folder.
        report: Receives the progress.

    Raises:
        PieforgeError: What stopped it.
    """
    command = check_finetuning(config)
    section = config.finetune
    assert section.base is not None  # noqa: S101  checked
    work = _create_work_folder(target)
    try:
        data = write_training_data(runs, config, work)
    except UserInputError:
        shutil.rmtree(work, ignore_errors=True)
        raise
    if len(data.record_ids) < section.min_pairs:
        shutil.rmtree(work, ignore_errors=True)
        why = (
            f"{len(data.record_ids)} pairs are selected, finetune.min_pairs is {section.min_pairs}"
        )
        return FinetuneOutcome(data=data, model=None, why=why)
    job = create_job(config, section.base, data, work)
    if (target / MANIFEST).exists():
        found = open_model_folder(target)
        if (found.data_sha, found.base_sha, found.settings, found.seed) != (
            job.data_sha,
            job.base_sha,
            job.settings,
            job.seed,
        ):
            raise RunFolderError(
                "the folder holds a model of other pairs, settings or base",
                where=str(target),
                fix="choose another --name",
            )
        shutil.rmtree(work, ignore_errors=True)
        return FinetuneOutcome(data=data, model=found)
    write_job(work, job)
    report({"stage": "select", "pairs": len(data.record_ids)})
    result = await run_trainer(work, command, report)
    if not any(stage.rows for stage in result.stages.values()):
        shutil.rmtree(work, ignore_errors=True)
        why = f"all {result.too_long} rows are longer than the model's context"
        return FinetuneOutcome(data=data, model=None, why=why)
    try:
        files = hash_files(work / WEIGHTS)
    except RunFolderError as error:
        raise TrainerError(
            f"the trainer's weights cannot be used: {error.what}",
            where=error.where,
            fix=f"{error.fix}; then remove {work} and give the same command again",
        ) from error
    model = ModelManifest(
        name=target.name,
        base=section.base.name,
        base_sha=job.base_sha,
        base_license=section.base_license,
        trainer=section.trainer,
        settings=job.settings,
        seed=job.seed,
        data_sha=data.sha,
        record_ids=data.record_ids,
        too_long=result.too_long,
        stages=result.stages,
        packages=result.packages,
        files=files,
        parity=await _compare_server(config, work, job, result) if result.probes else None,
    )
    write_manifest(work, model)
    with translate_os_errors(target):
        shutil.rmtree(work / "checkpoints", ignore_errors=True)
        work.rename(target)
        # Last: without them an unfinished model would be trained again.
        for name in ("job.json", "result.json", "progress.jsonl"):
            (target / name).unlink(missing_ok=True)
    report({"stage": "trained", "name": target.name})
    return FinetuneOutcome(data=data, model=model)


def _create_work_folder(target: Path) -> Path:
    """Return the absolute path of an unfinished model's folder, without the data of before."""
    work = target.absolute().with_name(f".{target.name}.work")
    with translate_os_errors(work):
        work.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(work / "data", ignore_errors=True)
    return work


def create_job(config: Config, base: Path, data: TrainingData, work: Path) -> TrainingJob:
    """Return what the trainer is told.

    The probes are the canary prompts, and the first prompt that is trained on.
    """
    first = read_jsonl(work / data.files["sft"])[0]["prompt"]
    values = config.finetune.model_dump(mode="json")
    return TrainingJob(
        base=str(base.resolve()),
        base_sha=combine_hashes(hash_files(base)),
        data=data.files,
        data_sha=data.sha,
        settings={key: values[key] for key in _TRAINING_KEYS},
        seed=config.run.seed,
        probes=tuple(tuple(it) for it in (*([it.model_dump()] for it in PROMPTS), first)),
        probe_tokens=PROBE_TOKENS,
    )


async def _compare_server(
    config: Config, work: Path, job: TrainingJob, result: TrainerResult
) -> ParityResult:
    if len(result.probes) != len(job.probes):
        raise TrainerError(
            f"the trainer answered {len(result.probes)} of {len(job.probes)} probes",
            where=str(work / LOG),
            fix="let it answer all of them, or none",
        )
    async with ModelServer(config.finetune, work / WEIGHTS, work / "server.log") as server:
        served = await ask_greedily(server, job.probes, job.probe_tokens)
        kind = server.kind
    both = list(zip(result.probes, served, strict=True))
    return ParityResult(
        server=kind,
        prompts=len(both),
        equal=sum(probe.text == text for probe, (text, _) in both),
        equal_templates=sum(count in (0, probe.prompt_tokens) for probe, (_, count) in both),
        changed=sum(probe.text != probe.base_text for probe in result.probes),
    )
