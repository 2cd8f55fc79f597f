"""Fine-tuning within a run: what is checked before it begins, and rounds that train nothing."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from loop import create_context

from pieforge.config import Config, FinetuneSection, RunSection
from pieforge.errors import ConfigError, PackageError, UserInputError
from pieforge.graphs.results import FinetuneResult
from pieforge.ledger import Ledger
from pieforge.training.tuner import ModelTuner, check_tuning


def create_config(folder: Path, problems: tuple[str, ...] = (), **settings: object) -> Config:
    (folder / "base.gguf").write_text("")
    section = FinetuneSection.model_validate(
        {"trainer": "command", "command": ("true",), "base": folder / "base.gguf", **settings}
    )
    return Config(run=RunSection(problems=problems), finetune=section)


def test_a_run_that_could_not_be_evaluated_does_not_begin(tmp_path: Path) -> None:
    check_tuning(create_config(tmp_path))
    check_tuning(create_config(tmp_path, ("echosong",)))
    for name in ("doorlamps", "cliffwatch"):  # for validation, held out
        with pytest.raises(ConfigError, match="part train"):
            check_tuning(create_config(tmp_path, (name,)))
    with pytest.raises(UserInputError, match="no reference set"):
        check_tuning(create_config(tmp_path, reference=tmp_path / "none.jsonl"))


async def test_a_round_with_too_few_pairs_trains_nothing(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    context = create_context(cast("Any", SimpleNamespace(ledger=ledger)), create_config(tmp_path))
    found = await ModelTuner().finetune(context, "001", lambda _: None)
    assert (found.name, found.why) == ("", "0 pairs are kept, finetune.min_pairs is 8")
    ledger.close()


@pytest.mark.parametrize("name", ["../elsewhere", "/etc", ""])
def test_a_ledger_cannot_name_a_model_outside_of_its_folder(tmp_path: Path, name: str) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    context = create_context(cast("Any", SimpleNamespace(ledger=ledger)), create_config(tmp_path))
    with pytest.raises(PackageError, match="cannot be the name"):
        ModelTuner().open_optimizer(context, FinetuneResult(name=name, engine="e"))
    ledger.close()
