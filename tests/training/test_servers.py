"""Which server a model gets, and trainers that break their protocol."""

import json
import sys
from pathlib import Path

import pytest

from pieforge.config import FinetuneSection
from pieforge.errors import ConfigError, MissingToolError, TrainerError, UserInputError
from pieforge.training.job import TrainingJob, run_trainer, write_job
from pieforge.training.packages import find_python
from pieforge.training.servers import choose_server, discover_servers
from pieforge.training.trainers import discover_trainers

JOB = TrainingJob(
    base="b", base_sha="1", data={}, data_sha="2", settings={}, seed=1, probes=(), probe_tokens=1
)


def test_a_server_is_chosen_by_the_models_format_and_by_what_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (tmp_path / "m.gguf").write_text("")
    for name in ("llama-server", "vllm"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    section = FinetuneSection()
    assert choose_server(section, tmp_path / "m.gguf")[0] == "llama_cpp"
    with pytest.raises(UserInputError, match="this is no model"):
        choose_server(section, folder)
    (folder / "model.safetensors").write_text("")
    assert choose_server(section, folder)[0] == "vllm"
    (tmp_path / "vllm").unlink()
    with pytest.raises(
        MissingToolError, match=r"vllm is not installed; not installed for .*: torch"
    ):
        choose_server(section, folder)
    with pytest.raises(UserInputError, match=r"llama\.cpp does not serve it"):
        choose_server(FinetuneSection(server="llama_cpp"), folder)
    with pytest.raises(ConfigError, match="did you mean 'vllm'"):
        choose_server(FinetuneSection(server="vlm"), folder)
    with pytest.raises(UserInputError, match="there is no such model"):
        choose_server(section, tmp_path / "none")
    assert set(discover_servers()) == {"llama_cpp", "transformers", "vllm"}
    assert set(discover_trainers()) == {"command", "trl"}


def test_an_environment_without_the_packages_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingToolError, match="torch"):
        find_python(FinetuneSection(), ("pydantic", "torch"))
    with pytest.raises(MissingToolError, match="cannot be started"):
        find_python(FinetuneSection(venv=tmp_path), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ended without a result"),
        ("{", "cannot be read"),
        ('{"stages": {"sft": {"rows": 1}}}', r"stages\.sft\.steps: Field required"),
        ('{"stages": {}, "more": 1}', "more: Extra inputs"),
    ],
)
async def test_a_trainer_without_a_usable_result_is_at_fault(
    tmp_path: Path, text: str, message: str
) -> None:
    write_job(tmp_path, JOB)
    (tmp_path / "text").write_text(text)
    script = "import os, sys; os.path.getsize('text') and os.rename('text', 'result.json')"
    with pytest.raises(TrainerError, match=message):
        await run_trainer(tmp_path, [sys.executable, "-c", script], lambda _: None)
    assert not (tmp_path / "result.json").exists()


def test_what_a_trainer_did_for_another_job_is_dropped(tmp_path: Path) -> None:
    write_job(tmp_path, JOB)
    (tmp_path / "result.json").write_text(json.dumps({}))
    (tmp_path / "checkpoints").mkdir()
    write_job(tmp_path, JOB)
    assert (tmp_path / "checkpoints").is_dir()
    write_job(tmp_path, JOB.model_copy(update={"seed": 2}))
    assert {path.name for path in tmp_path.iterdir()} == {"job.json"}
