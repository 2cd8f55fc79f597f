"""Trainers, one per file, which declares it as `TRAINER`; see `pieforge.training.job`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from pieforge.config import FinetuneSection
from pieforge.plugins import discover


@dataclass(frozen=True)
class Trainer:
    """A way to fine-tune.

    Attributes:
        title: What it is, for people.
        build_command: Returns the program and its arguments, to which the job's folder is added.
            Raises a ConfigError or a MissingToolError where the machine or the configuration does
            not have what it needs.
        is_local: Whether it needs the base model as a file or folder.
    """

    title: str
    build_command: Callable[[FinetuneSection], Sequence[str]]


def discover_trainers() -> Mapping[str, Trainer]:
    """Return every trainer, by name."""
    return discover(__name__, "TRAINER", Trainer)
