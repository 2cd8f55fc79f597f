"""Which pairs a model learns from: PIE's high-quality rule, on training problems only."""

import json
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from pieforge import problems
from pieforge.config import Config
from pieforge.export.dataset import Criterion, DataSet, Selection
from pieforge.export.kinds import discover_kinds
from pieforge.files import translate_os_errors
from pieforge.problems.split import SplitPart, read_split
from pieforge.records import FrozenModel, digest

KINDS = {"sft": "trl-sft", "dpo": "trl-dpo"}
"""The export kind of each stage of the training."""


class TrainingData(FrozenModel):
    """The files that a trainer reads."""

    files: dict[str, str]
    """Path relative to the folder, by stage."""
    rows: dict[str, int]
    sha: str
    record_ids: tuple[str, ...]
    left_out: dict[str, int]
    """Pairs that were not selected, by reason."""


def create_selection(config: Config) -> Selection:
    """Return which pairs are trained on.

    Of each problem the fastest pairs, as in PIE's high-quality set; of each class and edit cluster
    no more than a few; none of a problem that the split keeps from training.
    """
    section, root = config.finetune, config.run.problem_folder or problems.BUNDLED
    split = read_split(root, problems.list_packages(root))
    return Selection(
        conditions=tuple(
            Criterion("problem_id", "!=", name)
            for name, part in split.items()
            if part is not SplitPart.TRAIN
        ),
        most={
            "problem_id": section.per_problem,
            "class_id": section.per_class,
            "edit_cluster": section.per_cluster,
        },
        seed=config.run.seed,
        tag_speed=section.tag_speed,
    )


def write_training_data(folders: Sequence[Path], config: Config, target: Path) -> TrainingData:
    """Write the files that a trainer reads; equal runs and settings give equal bytes.

    Args:
        folders: The run folders.
        config: The user's configuration.
        target: An existing folder.

    Raises:
        RunFolderError: A folder is no run that has exported its files.
        UserInputError: No pair is left.
        StorageError: The disk is full or refuses the write.
    """
    files, rows = {}, {}
    with (
        closing(DataSet(folders, create_selection(config))) as data,
        translate_os_errors(target),
    ):
        for stage, kind in KINDS.items():
            if stage == "sft" or config.finetune.dpo:
                folder = target / "data" / stage
                folder.mkdir(parents=True, exist_ok=True)
                rows[stage] = discover_kinds()[kind].write(data, folder)["train"]
                files[stage] = f"data/{stage}/train.jsonl"
        notes = (target / "data" / "sft" / "train.metadata.jsonl").read_text()
        return TrainingData(
            files=files,
            rows=rows,
            sha=_hash_data(target, files),
            record_ids=tuple(json.loads(line)["record_id"] for line in notes.splitlines()),
            left_out=dict(data.left_out),
        )


def _hash_data(target: Path, files: Mapping[str, str]) -> str:
    return digest(
        *(part for name in files.values() for part in (name, (target / name).read_bytes()))
    )
