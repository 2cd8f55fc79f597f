"""TRL: supervised fine-tuning, then direct preference optimization."""

from collections.abc import Sequence
from pathlib import Path

from pieforge.config import FinetuneSection
from pieforge.training.packages import find_python
from pieforge.training.trainers import Trainer

_WORKER = Path(__file__).parent.parent / "trl_worker.py"


def _build_command(section: FinetuneSection) -> Sequence[str]:
    packages = ("torch", "transformers", "trl", "peft", "datasets", "accelerate", "gguf")
    # Isolated: the worker's folder holds modules of pieforge, which must not hide others.
    return [str(find_python(section, packages)), "-P", str(_WORKER)]


TRAINER = Trainer(title="TRL with transformers and peft", build_command=_build_command)
