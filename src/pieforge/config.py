"""The configuration of a run: read once from TOML, closed to unknown keys, every default here."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from pieforge.agents.models.settings import EndpointSettings, ModelSettings
from pieforge.errors import ConfigError
from pieforge.measurement import COUNTER
from pieforge.plugins import suggest
from pieforge.records import FromUser, FrozenModel
from pieforge.sandbox.limits import SandboxSettings

REPLACED_KEYS = {
    "classes.index": 'corpus.path = "FILE": a corpus has the classes of earlier runs',
    "simulator.samples": 'corpus.path = "FILE": a corpus has the measurements of earlier runs',
}
"""Keys of earlier versions, and what to write instead."""


class RunSection(FrozenModel):
    """How much is made, and of what."""

    seed: int = 1
    """Seed of all random choices."""
    night: int | None = Field(default=None, ge=1)
    """Number of the run among those with the same seed: each night's author is asked for other
    programs. By default 1, or the next number in the corpus or in `ledger.shared`."""
    rounds: int = Field(default=2, ge=1)
    """Rounds; each can build on the pairs that the earlier ones kept."""
    attempts: int = Field(default=2, ge=1)
    """Programs that the author is asked for, per problem and round; calls alternate between the
    languages. Later rounds move calls from problems whose edits have enough pairs
    (`lessons.per_cluster`) to others."""
    deoptimizations: int = Field(default=2, ge=0)
    """Slower versions of fast programs that the author is asked for, per problem and round, each
    with one or two [anti-patterns](anti-patterns.md)."""
    batch: int = Field(default=100, ge=1)
    """Programs per batch; a checkpoint is taken after each batch."""
    languages: tuple[str, ...] = ("cpp17", "python")
    """Languages to write in; a problem is used with those that it has submissions in."""
    problems: tuple[str, ...] = ()
    """Names of the problem packages; empty for those of the part `train` in `split.toml` of their
    folder, or for all packages if it has no such file. All must be of one part."""
    problem_folder: Annotated[Path | None, FromUser()] = None
    """Folder of problem packages; the bundled ones by default. Relative to the configuration
    file."""

    @property
    def author_seed(self) -> str:
        """What the author's calls and their seeds derive from."""
        return f"{self.seed}/{self.night}" if self.night and self.night > 1 else str(self.seed)


class RetrievalSection(FrozenModel):
    """The examples that the optimizer is shown with the slow program."""

    examples: int = Field(default=4, ge=0)
    """Known pairs in the prompt, nearest first."""
    kept_pairs: bool = True
    """Whether pairs kept in earlier rounds are shown as examples, and their slow programs
    varied."""


class ClassesSection(FrozenModel):
    """When a program counts as new."""

    members: int = Field(default=3, ge=1)
    """Members of a class that are kept (PIE: 3)."""
    near_copy: float = Field(default=0.95, ge=0, le=1)
    """Members of a class with at least this similarity of their tokens count as copies."""
    runs: int = Field(default=32, ge=1)
    """Budget for finding a program's class, in runs of itself and of the members that it is
    compared with; the way down the tree is always run whole. Half of it where its text differs from
    a member's only in names, three quarters where in many statements, 2.25 times as much where in
    few statements with a comparison with a number among them."""


class LessonsSection(FrozenModel):
    """How many pairs may teach one edit."""

    per_cluster: int = Field(default=5, ge=1)
    """Pairs of a cluster of near edits that count. Those kept after them are marked `surplus`, and
    the next round varies other programs first. With 5, no edit is in more than 5 of the first 100
    pairs that are not surplus."""


class VerificationSection(FrozenModel):
    """Additional checks of a fast program against its slow one."""

    search: int = Field(default=0, ge=0)
    """Runs, of both programs together, of a search for a distinguishing input, for each candidate
    with equal outputs on all tests. Coverage and the operands of comparisons guide it; it takes two
    more compilations. C and C++ only. 0 for none."""


class KeepSection(FrozenModel):
    """Which pairs are kept."""

    by: Literal["either", "typical", "stress"] = "either"
    """Which inputs have to show that the fast program is faster by `simulator.threshold`: the
    package's tests (`typical`), inputs on which one of the two programs does the most work
    (`stress`), or one of both. A pair that only stress inputs show is not slower on the tests."""


class StressSection(FrozenModel):
    """The search for stress inputs. C, C++ and Python only."""

    search: Literal["needed", "always"] = "needed"
    """`needed`: only for candidates that the tests do not show as fast, where `keep.by` lets stress
    inputs show them; `always`: for all, so that every row has both speedups."""
    cpu_s: float = Field(default=2.0, ge=0.1, le=3600)
    """Budget of one search in CPU seconds of a usual machine. It is spent in counted steps, so that
    the result is the same everywhere."""


class SimulatorSection(FrozenModel):
    """Which simulator confirms a speedup, and how large it must be.

    A table in this section with a simulator's name holds that simulator's own settings.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Any] = Field(init=False)
    """The simulators' own settings, by name."""

    kind: str = COUNTER
    """Name of the simulator. Cachegrind counts in any case: where another simulator confirms,
    counts rank the candidates and choose the inputs on which they are simulated."""
    threshold: float = Field(default=5.0, gt=1)
    """Least ratio of slow to fast simulated time (PIE: 5)."""
    tests: int = Field(default=2, ge=1)
    """Tests that cachegrind counts, at most: the most expensive ones within the budget."""
    budget_mcycles: int = Field(default=300, ge=1)
    """Million cycles that a problem's slow submission may take on the counted tests together."""
    cpu_s: float = Field(default=120.0, gt=0)
    """CPU seconds of one simulated run (PIE: 120)."""
    exact: bool | Literal["kept"] = False
    """Only for gem5: simulate the slow program to its end, too; `"kept"` does so only for pairs
    that are fast enough, after the decision. Otherwise it is stopped when the decision is certain,
    and the row's speedup is an estimate."""
    cap: float = Field(default=1.0, ge=1)
    """Only for gem5: the slow program is stopped at cap x threshold times the fast one's time."""
    instructions: int = Field(default=2_000_000, ge=1)
    """Only for gem5: instructions that the fast program may take on the chosen inputs together."""
    confidence: float = Field(default=0.99, gt=0.5, lt=1)
    """Only for gem5: a candidate is skipped if it is too slow with this probability, predicted from
    cachegrind's counts."""
    audit: float = Field(default=0.02, ge=0, le=1)
    """Only for gem5: share of the skipped candidates that is simulated all the same, to measure how
    often the prediction is wrong."""

    @model_validator(mode="after")
    def _parse_tables(self) -> Self:
        """Check each simulator's own settings, and keep them as such."""
        for name, given in self.__pydantic_extra__.items():
            self.__pydantic_extra__[name] = _validate_simulator_settings(name, given)
        return self

    def get_settings(self, name: str) -> BaseModel:
        """Return a simulator's own settings: those given, or its defaults."""
        found = self.__pydantic_extra__.get(name)
        return found if isinstance(found, BaseModel) else _discover_settings()[name]()


def _discover_settings() -> Mapping[str, type[BaseModel]]:
    """Return every simulator's settings, by name.

    The simulators are imported only for a configuration that has such a table, so that help and
    mistakes in other keys do not wait for them.
    """
    from pieforge.measurement.simulators import discover_settings

    return discover_settings()


def _validate_simulator_settings(name: str, given: object) -> BaseModel:
    """Return the settings in a simulator's table.

    Raises:
        ValidationError: There is no such simulator, or its settings cannot be read.
    """
    model = _discover_settings().get(name)
    if model is None:
        unknown = InitErrorDetails(type="extra_forbidden", loc=(name,), input=given)
        raise ValidationError.from_exception_data(name, [unknown])
    try:
        return model.model_validate(given)
    except ValidationError as error:
        # As custom errors: a table of pydantic's own types does not have all that it raises.
        lines = [
            InitErrorDetails(
                type=PydanticCustomError(e["type"], e["msg"]),
                loc=(name, *e["loc"]),
                input=e["input"],
            )
            for e in error.errors()
        ]
        raise ValidationError.from_exception_data(name, lines) from error


class LimitsSection(FrozenModel):
    """Limits of one run of a program on one input.

    A package's own limits on memory and output replace those here, and a longer time limit of a
    package replaces the one here, each up to the greatest values here.
    """

    cpu_s: float = Field(default=2.0, gt=0)
    """CPU seconds. A shorter time limit of a package has no effect: its slow programs have to come
    to their end."""
    memory_mb: int = Field(default=256, ge=16)
    """Memory in MiB, where the package names no limit."""
    output_mb: int = Field(default=16, ge=1)
    """Output in MiB, where the package names no limit."""
    max_cpu_s: float = Field(default=10.0, gt=0)
    """The most CPU seconds that a package can ask for."""
    max_memory_mb: int = Field(default=2048, ge=16)
    """The most memory that a package can ask for, in MiB; the format's usual limit by default."""
    max_output_mb: int = Field(default=64, ge=1)
    """The most output that a package can ask for, in MiB."""


class ConcurrencySection(FrozenModel):
    """Limits on concurrency."""

    model_calls: Annotated[int, FromUser(required=False)] = Field(default=8, ge=1)
    """Calls to model endpoints at once, of all roles together."""
    jobs: Annotated[int, FromUser(required=False)] = Field(
        default_factory=lambda: len(os.sched_getaffinity(0)), ge=1
    )
    """Jobs at once: compilations, runs, simulations. By default the cores that this process may
    use."""


class BudgetLimits(FrozenModel):
    """Limits on model calls; a run continues with higher ones by `--resume`."""

    usd: Annotated[float | None, FromUser()] = Field(default=None, gt=0)
    """US dollars. Every endpoint that this concerns must have a known price."""
    tokens: Annotated[int | None, FromUser()] = Field(default=None, ge=1)
    """Tokens of prompts and answers together."""
    attempts: Annotated[int | None, FromUser()] = Field(default=None, ge=1)
    """Answers asked for."""


class BudgetSection(BudgetLimits):
    """What a run may use, over all its sessions. The run ends in order when a limit is reached."""

    author: BudgetLimits = BudgetLimits()
    """The same limits for one role, as in `[budget.author]`."""
    optimizer: BudgetLimits = BudgetLimits()
    """The same."""
    tester: BudgetLimits = BudgetLimits()
    """The same."""
    simulator_cpu_hours: Annotated[float | None, FromUser()] = Field(default=None, gt=0)
    """CPU hours of simulations; looked at after each batch."""
    wall_hours: Annotated[float | None, FromUser()] = Field(default=None, gt=0)
    """Wall time in hours; looked at after each batch."""


class LedgerSection(FrozenModel):
    """Answers that outlive a run."""

    shared: Annotated[Path | None, FromUser(required=False)] = None
    """File of model answers that runs share, also at the same time: an answer that is in it is not
    paid again. Created if it is missing. Relative to the configuration file."""


class CorpusSection(FrozenModel):
    """What outlives a run: problems, programs, classes, pairs, rejects and measurements.

    A run sees the corpus as it was at the run's beginning, and adds to it at its end. Without one
    every run begins with the problems' submissions only.
    """

    path: Annotated[Path | None, FromUser()] = None
    """An SQLite file, for runs on one host; created if it is missing. Relative to the configuration
    file."""
    postgres: Annotated[str, FromUser()] = ""
    """Address of a PostgreSQL database, for runs on several hosts, in place of `path`:
    `postgresql://HOST/NAME`. A password comes from PGPASSWORD or ~/.pgpass."""
    cache_mb: Annotated[int, FromUser(required=False)] = Field(default=1024, ge=1)
    """The most MiB of simulated runs that are kept, so that none is simulated twice; the least
    recently used ones are removed."""


class MonitorSection(FrozenModel):
    """What an unattended run reports."""

    metrics: Annotated[Path | None, FromUser(required=False)] = None
    """File of metrics in Prometheus' text format, for the textfile collector of its node exporter;
    rewritten every 15 seconds. Relative to the configuration file."""
    on_failure: Annotated[tuple[str, ...], FromUser(required=False)] = ()
    """Program and arguments to start when a run ends with another exit status than 0, unless it
    was interrupted; it gets a JSON object on stdin."""
    webhook: Annotated[str, FromUser(required=False)] = ""
    """Address to which the same object is sent by POST."""


class FinetuneSection(FrozenModel):
    """Fine-tuning of the optimizer on kept pairs, by `pieforge finetune` and within a run."""

    every: int = Field(default=0, ge=0)
    """In a run: fine-tune after every so many rounds, evaluate, and ask the better model from then
    on; 0 for never. The last round is followed by none."""
    trainer: Annotated[str, FromUser()] = "trl"
    """Name of a file in src/pieforge/training/trainers: `trl`, or `command`."""
    command: Annotated[tuple[str, ...], FromUser()] = ()
    """Only for `command`: program and arguments of the trainer; the job's folder is added."""
    venv: Annotated[Path | None, FromUser(required=False)] = None
    """Virtual environment with the packages of the extra `train`, for `trl` and for servers; by
    default pieforge's own. Relative to the configuration file."""
    base: Annotated[Path | None, FromUser()] = None
    """The model to start from: a folder with safetensors, or a GGUF file. Relative to the
    configuration file."""
    base_license: str = "unknown"
    """License of that model, for the card of the fine-tuned one."""
    server: Annotated[str, FromUser()] = ""
    """What serves the model: `transformers`, `llama_cpp` or `vllm`; by default the first that is
    installed and takes the model."""
    reference: Annotated[Path | None, FromUser()] = None
    """In a run: slow programs to evaluate on; by default reference.jsonl of the problem folder.
    Those of the part `validation` are taken. Relative to the configuration file."""
    per_problem: int = Field(default=4, ge=1)
    """Pairs of one problem, at most; the fastest ones (PIE: 4)."""
    per_class: int = Field(default=2, ge=1)
    """Pairs of one class, at most."""
    per_cluster: int = Field(default=5, ge=1)
    """Pairs of one edit cluster, at most."""
    min_pairs: int = Field(default=8, ge=1)
    """With fewer selected pairs nothing is trained."""
    tag_speed: bool = False
    """Whether prompts ask for a score from 1 to 10, as PIE's do: the fast program's tenth in
    training, and 10 afterwards."""
    dpo: bool = False
    """Whether direct preference optimization follows, of fast programs over refused ones."""
    context_tokens: int = Field(default=4096, ge=64)
    """Tokens of prompt and answer together; longer rows are left out, as are those that the model
    has no context for."""
    lora_rank: int = Field(default=0, ge=0)
    """Rank of the adapters that are trained in place of all weights; 0 for all weights."""
    epochs: float = Field(default=1.0, gt=0)
    """Passes over the rows."""
    max_steps: int | None = Field(default=None, ge=1)
    """Limit on the optimization steps of a stage, instead of `epochs`."""
    batch: int = Field(default=1, ge=1)
    """Rows of one step."""
    learning_rate: float = Field(default=1e-4, gt=0)
    """Highest learning rate."""
    checkpoint_steps: int = Field(default=50, ge=1)
    """Steps between checkpoints, from which a killed training goes on."""
    margin: float = Field(default=0.02, ge=0, le=1)
    """In a run: a model is promoted if the lower end of the 90 % interval of its %Opt minus the
    present optimizer's is at least the negative of this share."""


class StopSection(FrozenModel):
    """When a run is done before its last round."""

    kept: Annotated[int | None, FromUser()] = Field(default=None, ge=1)
    """Kept pairs; looked at after each batch, all of whose pairs are kept."""


class Config(FrozenModel):
    """A whole run's configuration."""

    run: RunSection = RunSection()
    endpoints: Annotated[dict[str, EndpointSettings], FromUser()] = Field(default_factory=dict)
    author: ModelSettings = ModelSettings(temperature=1.0, top_p=0.9, n=3)
    """The model that writes new programs (PIE: temperature 1.0, top-p 0.9)."""
    optimizer: ModelSettings = ModelSettings(temperature=0.7, n=2)
    """The model that makes programs faster (PIE: temperature 0.7)."""
    tester: ModelSettings = ModelSettings(temperature=0.7, n=1)
    """The model that looks for inputs on which a slow and a fast program differ. There is no
    embedded one: the role is off until a `base_url` or an endpoint is set."""
    retrieval: RetrievalSection = RetrievalSection()
    classes: ClassesSection = ClassesSection()
    lessons: LessonsSection = LessonsSection()
    verification: VerificationSection = VerificationSection()
    simulator: SimulatorSection = SimulatorSection()
    keep: KeepSection = KeepSection()
    stress: StressSection = StressSection()
    limits: LimitsSection = LimitsSection()
    budget: BudgetSection = BudgetSection()
    stop: StopSection = StopSection()
    finetune: FinetuneSection = FinetuneSection()
    ledger: LedgerSection = LedgerSection()
    corpus: CorpusSection = CorpusSection()
    monitor: MonitorSection = MonitorSection()
    concurrency: ConcurrencySection = ConcurrencySection()
    sandbox: SandboxSettings = SandboxSettings()

    @property
    def active_models(self) -> dict[str, ModelSettings]:
        """The models that are asked, by role."""
        tester = {} if self.tester.is_embedded else {"tester": self.tester}
        return {"author": self.author, "optimizer": self.optimizer, **tester}


def load_config(path: Path) -> Config:
    """Read a configuration.

    Raises:
        ConfigError: The file is missing or no TOML, a key is unknown or a value of the wrong type;
            the message names the key and the most similar known one.
    """
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        fix = "`pieforge init FILE` writes one"
        raise ConfigError("there is no such configuration", where=str(path), fix=fix) from error
    except (OSError, ValueError, RecursionError) as error:
        # TOML that cannot be parsed, text that is not UTF-8, and numbers of too many digits are
        # all a ValueError.
        fix = "correct it; docs/reference/configuration.md lists the keys"
        raise ConfigError(f"cannot be read as TOML: {error}", where=str(path), fix=fix) from error
    for role in ("author", "optimizer", "tester"):
        given = values.get(role)
        if isinstance(given, dict):
            values[role] = getattr(Config(), role).model_dump(exclude_unset=True) | given
    for key in list(iter_keys(values)):
        kinds = (key.field.annotation, *get_args(key.field.annotation))
        if isinstance(key.value, str) and Path in kinds:
            # Absolute from here on: the working folder is nothing to a configuration.
            try:
                key.table[key.name] = str((path.parent / key.value).resolve())
            except (OSError, ValueError, RuntimeError) as error:
                what = f"{key.path} = {key.value!r} is no path: {error}"
                raise ConfigError(what, where=str(path), fix="correct the value") from error
    return parse_config(values, where=str(path))


@dataclass(frozen=True)
class GivenKey:
    """A key that a configuration, as nested tables, has a value for.

    Attributes:
        path: Its name with those of its tables, such as `run.seed`.
        table: The table that holds it.
        value: What the table has for it.
        field: Its declaration.
    """

    path: str
    table: dict[str, Any]
    value: Any
    field: FieldInfo

    @property
    def name(self) -> str:
        """Its name in the table."""
        return self.path.rpartition(".")[2]

    @property
    def from_user(self) -> FromUser | None:
        """Its mark, if only the user's own configuration may say it."""
        return next((mark for mark in self.field.metadata if isinstance(mark, FromUser)), None)


def iter_keys(
    values: dict[str, Any], model: type[BaseModel] = Config, where: str = ""
) -> Iterator[GivenKey]:
    """Yield the known keys of a configuration, given as nested tables."""
    for name, value in values.items():
        field = model.model_fields.get(name)
        section: Any = field.annotation if field else None
        if model is SimulatorSection and field is None and isinstance(value, dict):
            section = _discover_settings().get(name)
        if isinstance(section, type) and issubclass(section, BaseModel):
            if isinstance(value, dict):
                yield from iter_keys(value, section, f"{where}{name}.")
        elif field is not None:
            yield GivenKey(f"{where}{name}", values, value, field)


def parse_config(values: dict[str, Any], *, where: str) -> Config:
    """Check a configuration given as nested tables (see `load_config`)."""
    try:
        return Config.model_validate(values)
    except ValidationError as error:
        wrong = [_describe_error(each) for each in error.errors()]
        fixes = dict.fromkeys(fix for _, fix in wrong)
        raise ConfigError(
            "; ".join(what for what, _ in wrong), where=where, fix="; ".join(fixes)
        ) from error


def _describe_error(error: ErrorDetails) -> tuple[str, str]:
    """Return what is wrong with a key, in the words of TOML, and the fix."""
    key = ".".join(map(str, error["loc"]))
    if key in REPLACED_KEYS:
        return f"the key {key!r} has been replaced", f"write {REPLACED_KEYS[key]}"
    if error["type"] == "extra_forbidden":
        return f"unknown key {key!r}", _suggest_keys(error["loc"])
    # pydantic's messages name Python's types.
    message = error["msg"].replace("valid tuple", "list").replace("valid dictionary", "table")
    return f"{key} = {error['input']!r}: {message}", f"correct {key}"


def _suggest_keys(location: tuple[int | str, ...]) -> str:
    model: type[BaseModel] = Config
    for part in location[:-1]:
        if model is SimulatorSection and part in _discover_settings():
            model = _discover_settings()[str(part)]
            continue
        if model is Config and part == "endpoints":
            return (
                f"{suggest(str(location[-1]), EndpointSettings.model_fields)}known keys here: "
                + (", ".join(EndpointSettings.model_fields))
            )
        annotation = model.model_fields[str(part)].annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            model = annotation
    known = [*model.model_fields, *(_discover_settings() if model is SimulatorSection else ())]
    return f"{suggest(str(location[-1]), known)}known keys here: {', '.join(known)}"
