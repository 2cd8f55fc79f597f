"""The options of commands that run programs of one package: the limits of a run."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from pieforge.config import Config
    from pieforge.problems import PackageLimits

_OPTIONS = (
    click.option("--cpu-s", type=click.FloatRange(0, min_open=True), help="CPU seconds of a run."),
    click.option("--memory-mb", type=click.IntRange(16), help="Memory of a run, in MiB."),
    click.option("--output-mb", type=click.IntRange(1), help="Output of a run, in MiB."),
)


def limit_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options to a command; a limit that is not given is the package's."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


class LimitOptions(NamedTuple):
    """The limits of a run that the command line gives; None for the package's own."""

    cpu_s: float | None = None
    memory_mb: int | None = None
    output_mb: int | None = None

    def apply(self, config: "Config", asked: "PackageLimits") -> "tuple[Config, PackageLimits]":
        """Return a configuration and a package's limits with these in their place."""
        given = {name: value for name, value in self._asdict().items() if value is not None}
        most = {f"max_{name}": value for name, value in given.items()}
        limits = config.limits.model_copy(update=given | most)
        simulator = config.simulator
        if self.cpu_s is not None:
            simulator = simulator.model_copy(update={"cpu_s": self.cpu_s})
        config = config.model_copy(update={"limits": limits, "simulator": simulator})
        return config, asked.model_copy(update=given)
