"""vLLM, where it is installed: many calls at once on a GPU."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from pieforge.config import FinetuneSection
from pieforge.errors import MissingToolError
from pieforge.training.servers import ServerKind, holds_safetensors


def _find(section: FinetuneSection) -> Sequence[str]:
    path = f"{section.venv}/bin" if section.venv is not None else None
    program = shutil.which("vllm", path=path)
    if program is None:
        raise MissingToolError("vllm is not installed", fix="pip install vllm")
    return [program]


def _list_arguments(_: Path, name: str, port: int) -> Sequence[str]:
    place = ("--host", "127.0.0.1", "--port", str(port))
    return ["serve", name, *place, "--served-model-name", name]


SERVER = ServerKind(
    title="vLLM",
    takes=holds_safetensors,
    find=_find,
    list_arguments=_list_arguments,
    calls=64,
    order=1,
)
