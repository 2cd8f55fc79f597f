"""The configuration of a run: read once from TOML, closed to unknown keys, every default here."""

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from rapidfuzz import process

from pieforge.agents.llm.settings import ModelSettings
from pieforge.errors import ConfigError
from pieforge.sandbox.run import SandboxSettings


class Section(BaseModel):
    """Base of the sections: immutable, closed to unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RunSection(Section):
    """How much is made, and of what."""

    seed: int = 1
    """Everything that is drawn by lot follows from it."""
    rounds: int = Field(default=2, ge=1)
    """Rounds; each can build on the pairs that the earlier ones kept."""
    attempts: int = Field(default=2, ge=1)
    """Programs that the author is asked for, by problem and round; the calls take the languages
    in turn."""
    batch: int = Field(default=100, ge=1)
    """Programs that are asked for in one batch; a checkpoint is taken after each."""
    languages: tuple[str, ...] = ("cpp17", "python")
    """Languages to write in; a problem takes part with those that it has submissions in."""
    problems: tuple[str, ...] = ()
    """Names of the problem packages; empty for all."""
    problem_folder: Path | None = None
    """Folder of problem packages; the bundled ones by default. Relative to the configuration."""


class RetrievalSection(Section):
    """What the optimizer is shown beside the slow program."""

    examples: int = Field(default=4, ge=0)
    """Known pairs in the prompt, nearest first."""
    kept_pairs: bool = True
    """Whether pairs kept in earlier rounds are shown, and departed from."""


class ClassesSection(Section):
    """When a program counts as new."""

    members: int = Field(default=3, ge=1)
    """Members of a class that are kept (PIE: 3)."""
    near_copy: float = Field(default=0.95, ge=0, le=1)
    """Members of a class that share this part of their tokens are copies of each other."""
    runs: int = Field(default=32, ge=1)
    """What a program may cost to be classed, in runs of itself and of those that it is compared
    with; its way to a class that is known is run whole, however long it is. Half of it where its
    text differs from a member's in names alone, 1.4 times as much where in few statements."""
    index: Path | None = None
    """Folder of the classes that all runs together have found, one file for each input format.
    A program that behaves like one of an earlier run counts as known. Without it every run
    begins with the problems' own submissions alone, so that the same run can be made twice.
    Relative to the configuration."""


class SimulatorSection(Section):
    """Who confirms a speedup, and how large it must be."""

    kind: str = "cachegrind"
    """Name of the simulator."""
    threshold: float = Field(default=5.0, gt=1)
    """Least ratio of slow to fast simulated time (PIE: 5)."""
    tests: int = Field(default=2, ge=1)
    """At most so many tests are simulated, the costliest ones within the budget."""
    budget_mcycles: int = Field(default=300, ge=1)
    """Million cycles that a problem's slow submission may take on the simulated tests together."""
    cpu_s: float = Field(default=120.0, gt=0)
    """CPU seconds of one simulated run (PIE: 120)."""


class LimitsSection(Section):
    """Limits of one run of a program on one input."""

    cpu_s: float = Field(default=2.0, gt=0)
    """CPU seconds."""
    memory_mb: int = Field(default=256, ge=16)
    """Memory in MiB."""
    output_mb: int = Field(default=16, ge=1)
    """Output in MiB."""


class ConcurrencySection(Section):
    """How much is under way at once."""

    model_calls: int = Field(default=8, ge=1)
    """Calls to each model endpoint."""
    jobs: int = Field(default_factory=lambda: len(os.sched_getaffinity(0)), ge=1)
    """Compilations, runs and simulations; by default the cores that this process may use."""


class Config(Section):
    """A whole run's configuration."""

    run: RunSection = RunSection()
    author: ModelSettings = ModelSettings(temperature=1.0, top_p=0.9, n=3)
    """The model that writes new programs (PIE: temperature 1.0, top-p 0.9)."""
    optimizer: ModelSettings = ModelSettings(temperature=0.7, n=2)
    """The model that makes programs faster (PIE: temperature 0.7)."""
    tester: ModelSettings = ModelSettings(temperature=0.7, n=1)
    """The model that looks for inputs on which a slow and a fast program differ. The embedded
    engine cannot: nobody is asked until a `base_url` is set."""
    retrieval: RetrievalSection = RetrievalSection()
    classes: ClassesSection = ClassesSection()
    simulator: SimulatorSection = SimulatorSection()
    limits: LimitsSection = LimitsSection()
    concurrency: ConcurrencySection = ConcurrencySection()
    sandbox: SandboxSettings = SandboxSettings()

    @property
    def roles(self) -> tuple[ModelSettings, ...]:
        """The models that are asked."""
        tester = () if self.tester.backend == "embedded" else (self.tester,)
        return (self.author, self.optimizer, *tester)


def load(path: Path) -> Config:
    """Read a configuration.

    Raises:
        ConfigError: The file is missing or no TOML, a key is unknown or a value of the wrong type;
            the message names the key and, for a misspelt one, the nearest known.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError("there is no such configuration", where=str(path)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"cannot be read as TOML: {error}", where=str(path)) from error
    for role in ("author", "optimizer", "tester"):
        given = values.get(role)
        if isinstance(given, dict):
            values[role] = _defaults(role) | given
    for section, key in (("run", "problem_folder"), ("classes", "index")):
        given = values.get(section)
        if isinstance(given, dict) and isinstance(given.get(key), str):
            # Absolute from here on, so that the run can be taken up from anywhere.
            given[key] = str((path.parent / given[key]).resolve())
    return parse(values, where=str(path))


def _defaults(role: str) -> dict[str, Any]:
    section: ModelSettings = getattr(Config(), role)
    return section.model_dump(exclude_unset=True)


def parse(values: dict[str, Any], *, where: str) -> Config:
    """Check a configuration given as nested tables (see `load`)."""
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        if first["type"] == "extra_forbidden":
            raise ConfigError(
                f"unknown key {key!r}{more}", where=where, fix=_known_keys(first["loc"])
            ) from error
        raise ConfigError(
            f"{key} = {first['input']!r}: {first['msg']}{more}",
            where=where,
            fix="correct the value",
        ) from error


def _known_keys(location: tuple[int | str, ...]) -> str:
    model: type[BaseModel] = Config
    for part in location[:-1]:
        annotation = model.model_fields[str(part)].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    known = list(model.model_fields)
    nearest = process.extractOne(str(location[-1]), known, score_cutoff=60)
    hint = f"did you mean {nearest[0]!r}? " if nearest else ""
    return f"{hint}known keys here: {', '.join(known)}"
