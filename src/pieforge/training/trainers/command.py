"""Any program that keeps the protocol of `pieforge.training.job`."""

from collections.abc import Sequence

from pieforge.config import FinetuneSection
from pieforge.errors import ConfigError
from pieforge.training.trainers import Trainer


def _build_command(section: FinetuneSection) -> Sequence[str]:
    if not section.command:
        raise ConfigError(
            'finetune.trainer = "command" needs the program',
            where="finetune.command",
            fix='set it, such as ["python3", "my_trainer.py"]',
        )
    return section.command


TRAINER = Trainer(title="a program of the user's", build_command=_build_command)
