"""`transformers serve`: the least to install next to the trainer; one call at a time."""

from collections.abc import Sequence
from pathlib import Path

from pieforge.config import FinetuneSection
from pieforge.errors import MissingToolError
from pieforge.training.packages import find_python
from pieforge.training.servers import ServerKind, holds_safetensors


def _find(section: FinetuneSection) -> Sequence[str]:
    packages = ("torch", "transformers", "fastapi", "uvicorn", "openai")
    program = find_python(section, packages).with_name("transformers")
    if not program.exists():
        raise MissingToolError(
            f"there is no program {program}",
            where="finetune.venv",
            fix="reinstall transformers there",
        )
    return [str(program)]


def _list_arguments(_: Path, name: str, port: int) -> Sequence[str]:
    # float32, as in training: other precisions give other answers, and are slower on most CPUs.
    place = ("--host", "127.0.0.1", "--port", str(port))
    return ["serve", name, *place, "--dtype", "float32"]


SERVER = ServerKind(
    title="transformers serve",
    takes=holds_safetensors,
    find=_find,
    list_arguments=_list_arguments,
    calls=1,
    order=3,
)
