"""The folder of a fine-tuned model is data: every file is known, and none can hold code."""

from pathlib import Path

import pytest

from pieforge.errors import RunFolderError
from pieforge.training.models import (
    WEIGHTS,
    ModelManifest,
    ParityResult,
    StageCount,
    hash_files,
    open_model_folder,
    write_manifest,
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """Return the folder of a model."""
    weights = tmp_path / "m" / WEIGHTS
    weights.mkdir(parents=True)
    (weights / "model.safetensors").write_bytes(b"weights")
    (weights / "config.json").write_text('{"model_type": "llama"}')
    manifest = ModelManifest(
        name="m",
        base="base",
        base_sha="a" * 64,
        base_license="Apache-2.0",
        trainer="trl",
        settings={"epochs": 1.0},
        seed=1,
        data_sha="b" * 64,
        record_ids=("k1", "k2"),
        too_long=3,
        stages={"sft": StageCount(rows=2, steps=2, loss=0.25)},
        packages={"torch": "2"},
        files=hash_files(weights),
        parity=None,
    )
    write_manifest(tmp_path / "m", manifest)
    return tmp_path / "m"


def test_a_model_is_opened_as_it_was_written(model: Path) -> None:
    found = open_model_folder(model)
    assert set(found.files) == {"model.safetensors", "config.json"}
    card = (model / "README.md").read_text()
    for words in (
        "Apache-2.0",
        "2 pairs",
        "3 rows left out",
        "2 steps, last loss 0.2500",
        "torch 2",
    ):
        assert words in card


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("model.safetensors", "other", "not the file that was written"),
        ("more.txt", "", "more.txt: not the file"),
        ("pytorch_model.bin", "", "could hold code"),
        ("modeling.py", "", "could hold code"),
        ("sub/model.pt", "", "could hold code"),
        ("config.json", '{"auto_map": {"AutoModel": "modeling.X"}}', "names code to import"),
        ("config.json", "{", "no JSON"),
    ],
)
def test_a_changed_or_added_file_is_refused(
    model: Path, name: str, content: str, message: str
) -> None:
    path = model / WEIGHTS / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    with pytest.raises(RunFolderError, match=message):
        open_model_folder(model)


def test_a_link_and_missing_weights_are_refused(model: Path) -> None:
    weights = model / WEIGHTS
    (weights / "model.safetensors").rename(model / "elsewhere")
    with pytest.raises(RunFolderError, match="there are no weights"):
        open_model_folder(model)
    (weights / "model.safetensors").symlink_to(model / "elsewhere")
    with pytest.raises(RunFolderError, match="is a link"):
        open_model_folder(model)
    (model / "model.json").write_text("{}")
    with pytest.raises(RunFolderError, match="no manifest"):
        open_model_folder(model)


def test_a_served_model_must_answer_like_the_trained_one_and_unlike_its_base() -> None:
    same = ParityResult(server="s", prompts=4, equal=4, equal_templates=4, changed=1)
    assert not same.fault
    for name, word in {
        "equal": "answers 0 of 4",
        "equal_templates": "0 with",
        "changed": "base",
    }.items():
        assert word in same.model_copy(update={name: 0}).fault
