"""llama.cpp's server, for a GGUF file."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from pieforge.config import FinetuneSection
from pieforge.errors import MissingToolError
from pieforge.training.servers import ServerKind


def _find(_: FinetuneSection) -> Sequence[str]:
    program = shutil.which("llama-server")
    if program is None:
        raise MissingToolError(
            "llama-server is not installed", fix="install llama.cpp and put it into the PATH"
        )
    return [program]


def _find_file(path: Path) -> Path | None:
    """Return the one GGUF file that a path is, or that a folder holds."""
    files = [path] if path.is_file() else list(path.glob("*.gguf"))
    return files[0] if len(files) == 1 and files[0].suffix == ".gguf" else None


def _list_arguments(model: Path, name: str, port: int) -> Sequence[str]:
    alias = ("--alias", name, "--jinja")
    return ["--model", str(_find_file(model)), *alias, "--host", "127.0.0.1", "--port", str(port)]


SERVER = ServerKind(
    title="llama.cpp",
    takes=lambda path: _find_file(path) is not None,
    find=_find,
    list_arguments=_list_arguments,
    calls=1,
    order=2,
)
