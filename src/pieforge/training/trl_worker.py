"""The trainer `trl`, in an interpreter that has torch: `python trl_worker.py FOLDER`.

It reads job.json in the folder and imports nothing of pieforge, whose process never imports torch.
Supervised fine-tuning on prompt and completion, then, if there are preferences, DPO. It appends its
progress to progress.jsonl, continues from its last checkpoint, and writes weights/ and, as the last
file, result.json; see `pieforge.training.job`.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    GgufConfig,
    TrainerCallback,
    set_seed,
)
from trl import DPOConfig, DPOTrainer, SFTConfig, SFTTrainer

_PACKAGES = ("torch", "transformers", "trl", "peft")


def main(folder: Path) -> None:
    """Train as job.json says."""
    job = json.loads((folder / "job.json").read_text())
    settings = job["settings"]
    set_seed(job["seed"])
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    model, tokenizer = _load(Path(job["base"]))
    # A folder made from GGUF has no sampling settings, and servers would ignore temperature.
    model.generation_config.do_sample = True
    limit = min(settings["context_tokens"], model.config.max_position_embeddings)
    base_answers = [_answer(model, tokenizer, it, job["probe_tokens"]) for it in job["probes"]]

    stages: dict[str, dict[str, Any]] = {}
    too_long = 0
    for stage, path in job["data"].items():
        rows = [json.loads(line) for line in (folder / path).read_text().splitlines()]
        fitting = [row for row in rows if _count_tokens(tokenizer, row) <= limit]
        too_long += len(rows) - len(fitting)
        stages[stage] = {"rows": len(fitting), "steps": 0, "loss": None}
        if fitting:
            model, found = _train(stage, model, tokenizer, fitting, job, folder, limit)
            stages[stage] |= found
    result: dict[str, Any] = {
        "stages": stages,
        "too_long": too_long,
        "packages": {name: version(name) for name in _PACKAGES},
        "probes": [],
    }
    if any(stage["rows"] for stage in stages.values()):
        model.save_pretrained(folder / "weights", safe_serialization=True)
        tokenizer.save_pretrained(folder / "weights")
        # The answers of what was written, not of what is in memory.
        written, _ = _load(folder / "weights")
        for messages, before in zip(job["probes"], base_answers, strict=True):
            after = _answer(written, tokenizer, messages, job["probe_tokens"])
            result["probes"].append({**after, "base_text": before["text"]})
    temporary = folder / "result.json.tmp"
    temporary.write_text(json.dumps(result, indent=1))
    temporary.rename(folder / "result.json")


def _load(path: Path) -> tuple[Any, Any]:
    """Return model and tokenizer of a folder, or of a GGUF file; float32, no remote code."""
    more: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
    where = path
    if path.suffix == ".gguf":
        where, more["gguf_file"] = path.parent, path.name
    tokenizer = AutoTokenizer.from_pretrained(where, **more)
    if path.suffix == ".gguf":
        more["quantization_config"] = GgufConfig(dequantize=True)
    model = AutoModelForCausalLM.from_pretrained(where, dtype=torch.float32, **more)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return model, tokenizer


def _count_tokens(tokenizer: Any, row: dict[str, Any]) -> int:  # noqa: ANN401
    answers = [row[name] for name in ("completion", "chosen", "rejected") if name in row]
    return max(
        len(tokenizer.apply_chat_template(row["prompt"] + it, return_dict=True)["input_ids"])
        for it in answers
    )


def _answer(model: Any, tokenizer: Any, messages: Any, most: int) -> dict[str, Any]:  # noqa: ANN401
    """Return the greedy answer to a prompt, and the number of the prompt's tokens."""
    inputs = tokenizer.apply_chat_template(
        messages, add_generation_prompt=True, return_tensors="pt", return_dict=True
    ).to(model.device)
    length = inputs["input_ids"].shape[1]
    with torch.no_grad():
        found = model.eval().generate(
            **inputs, max_new_tokens=most, do_sample=False, temperature=None, top_p=None, top_k=None
        )
    text = tokenizer.decode(found[0, length:], skip_special_tokens=True)
    return {"text": text, "prompt_tokens": length}


class _StepWriter(TrainerCallback):  # type: ignore[misc]
    """Appends each logged step to progress.jsonl."""

    def __init__(self, stage: str, path: Path) -> None:
        self._stage = stage
        self._path = path

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:  # noqa: ANN401
        """Write a line for a step that has a loss."""
        if logs and "loss" in logs:
            line = {"training": self._stage, "step": state.global_step, "steps": state.max_steps}
            with self._path.open("a") as lines:
                lines.write(json.dumps({**line, "loss": float(logs["loss"])}) + "\n")


def _train(
    stage: str,
    model: Any,  # noqa: ANN401
    tokenizer: Any,  # noqa: ANN401
    rows: list[dict[str, Any]],
    job: dict[str, Any],
    folder: Path,
    limit: int,
) -> tuple[Any, dict[str, Any]]:
    """Return the trained model, with adapters merged, its steps and its last loss."""
    settings, checkpoints = job["settings"], folder / "checkpoints" / stage
    on_gpu = torch.cuda.is_available()
    common = {
        "output_dir": str(checkpoints),
        "max_length": limit,  # no row is longer, so that nothing is cut
        "per_device_train_batch_size": settings["batch"],
        "num_train_epochs": settings["epochs"],
        "max_steps": settings["max_steps"] or -1,
        "learning_rate": settings["learning_rate"],
        "seed": job["seed"],
        "logging_steps": 1,
        "save_strategy": "steps",
        "save_steps": settings["checkpoint_steps"],
        "save_total_limit": 1,
        "report_to": [],
        "use_cpu": not on_gpu,
        "bf16": on_gpu,
        "gradient_checkpointing": on_gpu,
        "dataloader_pin_memory": on_gpu,
        "disable_tqdm": True,
    }
    lora = None
    if settings["lora_rank"]:
        lora = LoraConfig(
            r=settings["lora_rank"],
            lora_alpha=2 * settings["lora_rank"],
            target_modules="all-linear",
            task_type="CAUSAL_LM",
        )
    more: dict[str, Any] = {
        "model": model,
        "train_dataset": Dataset.from_list(rows),
        "processing_class": tokenizer,
        "peft_config": lora,
        "callbacks": [_StepWriter(stage, folder / "progress.jsonl")],
    }
    if stage == "sft":
        trainer = SFTTrainer(
            args=SFTConfig(packing=False, loss_type="nll", completion_only_loss=True, **common),
            **more,
        )
        _check_mask(trainer, tokenizer, rows)
    else:
        trainer = DPOTrainer(args=DPOConfig(**common), **more)
    trainer.train(resume_from_checkpoint=_find_checkpoint(checkpoints))
    losses = [it["loss"] for it in trainer.state.log_history if "loss" in it]
    trained = trainer.model.merge_and_unload() if lora else trainer.model
    steps = trainer.state.global_step
    return trained, {"steps": steps, "loss": losses[-1] if losses else None}


def _find_checkpoint(folder: Path) -> str | None:
    """Return the last checkpoint that was written whole: its state is the last file."""
    found = sorted(folder.glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    for path in reversed(found):
        try:
            json.loads((path / "trainer_state.json").read_text())
        except (OSError, ValueError):
            continue
        return str(path)
    return None


def _check_mask(trainer: Any, tokenizer: Any, rows: list[dict[str, Any]]) -> None:  # noqa: ANN401
    """Stop unless exactly the completions carry loss.

    With some versions of its libraries TRL trains on the prompt, too, under a mere warning.
    """
    some = [trainer.train_dataset[at] for at in range(min(3, len(rows)))]
    batch = trainer.data_collator(some)
    for row, ids, labels in zip(rows, batch["input_ids"], batch["labels"], strict=False):
        text = tokenizer.decode(ids[labels != -100], skip_special_tokens=True)
        if text.strip() != row["completion"][0]["content"].strip():
            raise SystemExit(f"the loss would not be that of the completion alone: {text[:200]!r}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
