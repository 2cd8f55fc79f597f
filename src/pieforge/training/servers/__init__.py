"""Programs that serve a model on loopback, one per file, which declares it as `SERVER`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pieforge.config import FinetuneSection
from pieforge.errors import MissingToolError, UserInputError
from pieforge.plugins import choose, discover


@dataclass(frozen=True)
class ServerKind:
    """A program with OpenAI's chat completions API.

    Attributes:
        title: What it is, for people.
        takes: Whether it serves a path.
        find: Returns the words that start it; raises a MissingToolError where it is not installed.
        list_arguments: Returns the arguments for a model's path, its name, which is its path
            relative to the working folder, and a port on 127.0.0.1.
        calls: Most calls at once.
        order: Those that are faster where they are installed come first.
    """

    title: str
    takes: Callable[[Path], bool]
    find: Callable[[FinetuneSection], Sequence[str]]
    list_arguments: Callable[[Path, str, int], Sequence[str]]
    calls: int
    order: int


def discover_servers() -> Mapping[str, ServerKind]:
    """Return every server, by name."""
    return discover(__name__, "SERVER", ServerKind)


def choose_server(section: FinetuneSection, model: Path) -> tuple[str, Sequence[str]]:
    """Return the name of the server for a model, and the words that start it.

    Raises:
        ConfigError: There is no server of that name.
        MissingToolError: It, or every one that fits, is not installed.
        UserInputError: There is no such model, or the server does not take it.
    """
    if not model.exists():
        raise UserInputError("there is no such model", where=str(model), fix="correct the path")
    known = discover_servers()
    if section.server:
        kind = choose("server", section.server, known)
        if not kind.takes(model):
            raise UserInputError(
                f"{kind.title} does not serve it",
                where=str(model),
                fix="name another server, or a model of its format",
            )
        return section.server, kind.find(section)
    missing = []
    for name in sorted(known, key=lambda name: known[name].order):
        if known[name].takes(model):
            try:
                return name, known[name].find(section)
            except MissingToolError as error:
                missing.append(error.what)
    if missing:
        raise MissingToolError(
            "no server for the model is installed: " + "; ".join(missing),
            where=str(model),
            fix="install one of them",
        )
    raise UserInputError(
        "this is no model", where=str(model), fix="name a folder with safetensors, or a GGUF file"
    )


def holds_safetensors(path: Path) -> bool:
    """Return whether a folder holds weights as safetensors."""
    return path.is_dir() and any(path.glob("*.safetensors"))
