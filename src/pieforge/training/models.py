"""A fine-tuned model's folder: weights, data, manifest and card. It is opened as data."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import JsonValue, ValidationError

from pieforge import __version__
from pieforge.errors import RunFolderError
from pieforge.files import translate_os_errors, write_text
from pieforge.records import FrozenModel, digest

MANIFEST = "model.json"
WEIGHTS = "weights"
_SUFFIXES = frozenset({".safetensors", ".gguf", ".json", ".txt", ".jinja", ".model", ".md"})
"""Files that hold data only. Pickled weights and modules can run code when they are loaded."""
_REMOTE_CODE = "auto_map"
"""Key of a model's configuration that names modules to import."""


class ParityResult(FrozenModel):
    """Greedy answers of the server compared with those of the trainer's model."""

    server: str
    prompts: int
    equal: int
    """With equal texts."""
    equal_templates: int
    """With as many tokens of the prompt; prompts that the server does not count are equal."""
    changed: int
    """For which the trained model's answer is not the base model's."""

    @property
    def fault(self) -> str:
        """Why the served model must not be used; empty if it may."""
        if self.equal < self.prompts or self.equal_templates < self.prompts:
            return (
                f"the server {self.server} answers {self.equal} of {self.prompts} prompts like the "
                f"trained model, {self.equal_templates} with as many tokens of the prompt"
            )
        return "" if self.changed else "the trained model answers every prompt like its base"


class StageCount(FrozenModel):
    """What one stage of the training (`sft`, `dpo`) took."""

    rows: int
    steps: int
    loss: float | None
    """Of the last logged step."""


class ModelManifest(FrozenModel):
    """A fine-tuned model: the file model.json of its folder."""

    name: str
    pieforge: str = __version__
    base: str
    """Name of the file or folder."""
    base_sha: str
    base_license: str
    trainer: str
    settings: dict[str, JsonValue]
    seed: int
    data_sha: str
    record_ids: tuple[str, ...]
    """The pairs that were selected; the trainer leaves out those that are too long."""
    too_long: int
    """Rows that are longer than the context."""
    stages: dict[str, StageCount]
    packages: dict[str, str]
    files: dict[str, str]
    """SHA-256 of each file in weights/."""
    parity: ParityResult | None
    """None where the trainer gave no answers to compare with."""

    @property
    def weights_sha(self) -> str:
        """What the model's answers depend on."""
        return combine_hashes(self.files)


def combine_hashes(files: Mapping[str, str]) -> str:
    """Return one hash of files by their names and hashes."""
    return digest(*(part for item in sorted(files.items()) for part in item))


def hash_files(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file below a folder of weights, or of the one file, by its path.

    Raises:
        RunFolderError: A file could hold code, or is a link; or there are no weights.
        StorageError: A file cannot be read.
    """
    single = folder.is_file()
    paths = [folder] if single else sorted(it for it in folder.rglob("*") if not it.is_dir())
    found = {}
    for path in paths:
        if (path.is_symlink() and not single) or path.suffix not in _SUFFIXES:
            raise RunFolderError(
                "this file of a model is a link, or could hold code",
                where=str(path),
                fix=f"keep files of these kinds only: {', '.join(sorted(_SUFFIXES))}",
            )
        with translate_os_errors(path, "cannot be read"), path.open("rb") as stream:
            found[path.name if single else str(path.relative_to(folder))] = hashlib.file_digest(
                stream, "sha256"
            ).hexdigest()
        if path.suffix == ".json" and _REMOTE_CODE in _read_object(path):
            raise RunFolderError(
                "the model's configuration names code to import",
                where=f"{path}, {_REMOTE_CODE}",
                fix="use a model that its server knows without further code",
            )
    if not any(name.endswith((".safetensors", ".gguf")) for name in found):
        raise RunFolderError(
            "there are no weights", where=str(folder), fix="write them as safetensors or GGUF"
        )
    return found


def _read_object(path: Path) -> Mapping[str, object]:
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise RunFolderError(
            f"this is no JSON: {error}", where=str(path), fix="restore the file"
        ) from error
    return found if isinstance(found, dict) else {}


def read_manifest(folder: Path) -> ModelManifest:
    """Return the manifest of a model's folder.

    Raises:
        RunFolderError: There is none, or it cannot be read.
    """
    path = folder / MANIFEST
    try:
        return ModelManifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise RunFolderError(
            "this is no folder of a fine-tuned model",
            where=str(path),
            fix="name a folder that `pieforge finetune` has written",
        ) from error
    except ValidationError as error:
        raise RunFolderError(
            f"this is no manifest of a model: {error.errors()[0]['msg']}",
            where=str(path),
            fix="fine-tune again",
        ) from error


def open_model_folder(folder: Path) -> ModelManifest:
    """Return the manifest of a model whose weights are those that it names.

    Raises:
        RunFolderError: A file is missing, was added, or is not the one that was written.
    """
    manifest = read_manifest(folder)
    found = hash_files(folder / WEIGHTS)
    differ = sorted(
        name for name in {**found, **manifest.files} if found.get(name) != manifest.files.get(name)
    )
    if differ:
        raise RunFolderError(
            f"{', '.join(differ)}: not the file that was written",
            where=str(folder / WEIGHTS),
            fix="restore the folder, or remove it and fine-tune again",
        )
    return manifest


def write_manifest(folder: Path, manifest: ModelManifest) -> None:
    """Write manifest and card of a model.

    Raises:
        StorageError: The disk is full or refuses the write.
    """
    write_text(folder / "README.md", _render_card(manifest))
    write_text(folder / MANIFEST, manifest.model_dump_json(indent=1) + "\n")


def _render_card(it: ModelManifest) -> str:
    parity = "not compared with a server"
    if it.parity is not None:
        parity = it.parity.fault or f"equal to the trainer's model on {it.parity.prompts} prompts"
    stages = (
        f"- {name}: {count.rows} rows, {count.steps} steps, last loss "
        + ("unknown" if count.loss is None else f"{count.loss:.4f}")
        for name, count in it.stages.items()
    )
    return "\n".join(
        [
            f"---\nlicense: {json.dumps(it.base_license)}\nlibrary_name: transformers\n---",
            f"# {it.name}\n",
            f"Fine-tuned by pieforge {it.pieforge} to make programs faster, from pairs of slow and"
            " fast programs.\n",
            f"- base: {it.base} (SHA-256 of its files: {it.base_sha[:16]}), license"
            f" {it.base_license}",
            f"- data: {len(it.record_ids)} pairs (SHA-256 of the files: {it.data_sha[:16]});"
            f" {it.too_long} rows left out as longer than the context",
            *stages,
            f"- trainer: {it.trainer}, seed {it.seed}; {_list_packages(it.packages)}",
            f"- served: {parity}\n",
        ]
    )


def _list_packages(packages: Mapping[str, str]) -> str:
    found: Iterable[str] = (f"{name} {number}" for name, number in sorted(packages.items()))
    return ", ".join(found) or "versions unknown"
