"""A run by its folder: open it, lock it, play it to its end, resume it."""

import logging
import os
import platform
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from pieforge import __version__, problems
from pieforge.agents.author import Author
from pieforge.agents.models.canaries import CanaryAnswers, EndpointChange, describe_change
from pieforge.agents.models.client import ChatModel, open_model
from pieforge.agents.models.endpoint import CallLimits
from pieforge.agents.models.prices import record_prices
from pieforge.agents.optimizer import Optimizer
from pieforge.agents.strategies import check_strategies
from pieforge.agents.tester import Tester
from pieforge.config import Config, LimitsSection
from pieforge.errors import ConfigError, ExitStatus, PieforgeError
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.job import Machine
from pieforge.executors.jobs import VersionsJob
from pieforge.executors.local import LocalExecutor
from pieforge.files import FileCache, lock_file, translate_os_errors
from pieforge.graphs.batch_calls import collect_batches, submit_awaited
from pieforge.graphs.budget import Budget
from pieforge.graphs.checkpoints import THREAD, play_from_checkpoints
from pieforge.graphs.classes.input_format import add_programs_apart, collect_formats
from pieforge.graphs.classes.snapshot import get_final_classes, initialize_classes
from pieforge.graphs.context import Context, EarlierRun, Exporter, Tuner
from pieforge.graphs.corpus import begin_view, leave_out_excluded, publish_run
from pieforge.graphs.evidence.speedup_prediction import iter_samples, load_timed_runs
from pieforge.graphs.gather import gather
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import CorpusAddition, CorpusView, PreparedProblem
from pieforge.graphs.run_folder import (
    open_configured_corpus,
    open_ledger,
    open_shared_ledger,
    read_config,
    record_tools,
)
from pieforge.graphs.self_play import build_graph
from pieforge.ledger import Ledger
from pieforge.logs import log_to_file
from pieforge.measurement import COUNTER
from pieforge.measurement.simulators import (
    Simulator,
    choose_confirmer,
    discover_simulators,
    require_support,
)
from pieforge.measurement.simulators.cached import CachedSimulator, MeasurementStore
from pieforge.measurement.simulators.metered import MeteredSimulator
from pieforge.plugins import choose, describe_origin, iter_installed
from pieforge.records import SCHEMA_VERSION, Pending, digest
from pieforge.sandbox.languages import discover_languages, get_language
from pieforge.sandbox.native.build import get_default_cache
from pieforge.sandbox.sandbox import Limits, Sandbox

Events = Callable[[dict[str, Any]], None]
"""Receives the nodes' progress: a dict with a `stage` and counts."""

_MIN_MEMORY_MB = 16
"""An interpreter needs as much to start."""
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunEnd:
    """How a run ended.

    Attributes:
        open: What stayed open.
        stopped: Key of the configuration that ended it before its last round; empty for none.
    """

    open: list[Pending]
    stopped: str = ""

    @property
    def status(self) -> ExitStatus:
        """The command's exit status."""
        if self.stopped.startswith("budget."):
            return ExitStatus.BUDGET_SPENT
        return ExitStatus.from_answer(not self.open)


def check_config(config: Config, *, is_replay: bool = False) -> None:
    """Check what would stop a run, before its folder is created and its name used up.

    Args:
        config: The configuration.
        is_replay: Whether no endpoint is asked, so that no key is needed.

    Raises:
        ConfigError, PackageError: The configuration names what is not there.
        MissingToolError: A language's compiler, or a simulator, is not installed.
    """
    processor = ""
    if config.simulator.kind != COUNTER:  # doctor and the sandbox report a missing counter
        processor = open_simulator(config, config.simulator.kind).processor
    check_languages(config, processor)
    environ = _invent_keys(config) if is_replay else os.environ
    for role, settings in config.active_models.items():
        check_strategies(role, settings.strategies)
        model = open_model(settings, environ, tables=config.endpoints)
        _check_prices(config, role, model)
    _load_problems(config)


def _check_prices(config: Config, role: str, model: ChatModel) -> None:
    """Check that a budget in US dollars can be kept."""
    section = config.budget
    for name, limits in (("budget", section), (f"budget.{role}", getattr(section, role))):
        unpriced = [it for it in model.endpoints if not it.has_price]
        if limits.usd is not None and unpriced:
            raise ConfigError(
                f"{name}.usd = {limits.usd:g} cannot be kept: a model has no known price",
                where=str(unpriced[0].address),
                fix="set usd_per_million_prompt_tokens and usd_per_million_completion_tokens",
            )


def _load_problems(config: Config) -> dict[str, problems.Problem]:
    root = config.run.problem_folder or problems.BUNDLED
    return {p.problem_id: p for p in problems.load_problems(root, config.run.problems)}


@asynccontextmanager
async def open_executor(
    config: Config,
    ledger: Ledger,
    *,
    continue_after_failure: bool = False,
    cache: MeasurementStore | None = None,
    package_limits: Mapping[str, problems.PackageLimits] = MappingProxyType({}),
    report_cpu_s: Callable[[float], None] = lambda cpu_s: None,
) -> AsyncIterator[CachedExecutor]:
    """Open the sandbox and the simulators that a configuration asks for.

    Args:
        config: Says which.
        ledger: What is known of programs.
        continue_after_failure: See `CachedExecutor`.
        cache: What earlier runs have simulated.
        package_limits: What problem packages ask for, by problem id.
        report_cpu_s: Receives the CPU seconds of each simulation that is not cached.

    Raises:
        ConfigError: No simulator or language has that name.
        ContainmentError, MissingToolError: The machine cannot run untrusted code safely.
    """
    async with Sandbox.open(config.sandbox) as sandbox:
        counter: Simulator = MeteredSimulator(open_simulator(config, COUNTER), report_cpu_s)
        confirmer = counter
        if config.simulator.kind != COUNTER:
            confirmer = MeteredSimulator(
                open_simulator(config, config.simulator.kind), report_cpu_s
            )
            if cache is not None:
                confirmer = CachedSimulator(confirmer, cache)
        languages = discover_languages()
        machine = Machine(sandbox, {it.name: it for it in (counter, confirmer)}, languages)
        yield CachedExecutor(
            inner=LocalExecutor(machine, config.concurrency.jobs),
            ledger=ledger,
            counter=counter,
            confirmer=confirmer,
            languages=languages,
            limits=create_limits(config.limits),
            simulated_limits=create_limits(config.limits, cpu_s=config.simulator.cpu_s),
            problem_limits={
                name: apply_package_limits(config.limits, asked)
                for name, asked in package_limits.items()
            },
            continue_after_failure=continue_after_failure,
        )


def open_simulator(config: Config, name: str) -> Simulator:
    """Return a simulator with the settings that a configuration has for it.

    Raises:
        ConfigError: There is no simulator of that name.
        MissingToolError: It is not installed.
    """
    return choose("simulator", name, discover_simulators())(config.simulator.get_settings(name))


def create_limits(section: LimitsSection, cpu_s: float | None = None) -> Limits:
    """Return the limits of one run as the sandbox takes them."""
    return Limits(
        cpu_s=section.cpu_s if cpu_s is None else cpu_s,
        memory_bytes=section.memory_mb << 20,
        output_bytes=section.output_mb << 20,
    )


def apply_package_limits(section: LimitsSection, asked: problems.PackageLimits) -> Limits:
    """Return the limits of one run of a problem's programs."""
    memory_mb, output_mb = section.memory_mb, section.output_mb
    if asked.memory_mb is not None:
        memory_mb = max(_MIN_MEMORY_MB, min(asked.memory_mb, section.max_memory_mb))
    if asked.output_mb is not None:
        output_mb = min(asked.output_mb, section.max_output_mb)
    return Limits(
        cpu_s=max(section.cpu_s, min(asked.cpu_s or 0.0, section.max_cpu_s)),
        memory_bytes=memory_mb << 20,
        output_bytes=output_mb << 20,
    )


def check_languages(config: Config, processor: str = "") -> None:
    """Return if programs of the run's languages can be compiled and simulated here.

    Args:
        config: The run's configuration.
        processor: The processor whose programs its simulator runs; empty for this machine's.

    Raises:
        ConfigError: There is no such language, or no simulator takes it that would have to.
        MissingToolError: Its compiler is not installed, or not the one for the processor.
    """
    for key in config.run.languages:
        language = get_language(key)
        name = choose_confirmer(config.simulator.kind, language, processor)
        require_support(COUNTER, language)
        language.find_tool()
        if name == config.simulator.kind:
            language.apply_cross_build(processor).find_tool()


@asynccontextmanager
async def open_context(
    folder: Path,
    config: Config,
    events: Events,
    export: Exporter,
    earlier: EarlierRun | None = None,
    inputs: Mapping[str, str] = MappingProxyType({}),
    *,
    sees_corpus: bool = False,
) -> AsyncIterator[Context]:
    """Open everything that a run works with, holding the folder's lock.

    Args:
        folder: The run folder.
        config: Its configuration.
        events: Receives the progress.
        export: Writes the run folder's files.
        earlier: See `Context`.
        inputs: Hashes of what else the results depend on, by name: kept with the tools' versions.
        sees_corpus: Whether it is a run that begins with what the corpus has.

    Raises:
        RunFolderError: Another process works in the folder, or its ledger cannot be read.
        PackageError: A problem package is wrong.
    """
    async with AsyncExitStack() as stack:
        state = folder / "state"
        with translate_os_errors(state):
            state.mkdir(parents=True, exist_ok=True)
        stack.enter_context(lock_file(state / "lock"))
        ledger = open_ledger(folder)
        stack.callback(ledger.close)
        found = _load_problems(config)
        for problem in found.values():
            problems.log_skipped(problem)
        package_limits = {name: problem.limits for name, problem in found.items()}
        budget = Budget(config.budget, ledger)
        stack.callback(budget.store_session)
        corpus = open_configured_corpus(config)
        if corpus is not None:
            stack.callback(corpus.close)
        executor = await stack.enter_async_context(
            open_executor(
                config,
                ledger,
                cache=corpus.measurements if corpus is not None else None,
                package_limits=package_limits,
                report_cpu_s=budget.add_simulation,
            )
        )
        tools = {**await list_tools(config, executor), **inputs}
        if earlier is not None and earlier.verdicts_sha:
            # A folder's verdicts come from one run.
            tools["rejudged"] = earlier.verdicts_sha
        record_tools(folder, config, tools)
        if earlier is not None:  # a run that is repeated or judged again sees what it saw
            view = earlier.ledger.get(CorpusView, "")
            if view is not None:
                if corpus is not None:
                    corpus.check_identity(view.corpus)
                ledger.put(view, "")
        elif corpus is not None and sees_corpus:
            view = begin_view(ledger, corpus, folder, config, found, tools)
        else:
            view = None
        found = leave_out_excluded(found, view)
        models = await _open_models(config, earlier, stack)
        record_prices(state / "prices.jsonl", (it for model in models for it in model.endpoints))
        author, optimizer, *testers = models
        prepared = await _prepare_problems(executor, config, found, events)
        root = config.run.problem_folder or problems.BUNDLED
        other_parts = problems.find_other_parts(root, found)
        formats = collect_formats(executor, found, prepared, seed=config.run.seed)
        apart = [problems.load_named_problem(root, name) for name in sorted(other_parts)]
        context = Context(
            folder=folder,
            config=config,
            ledger=ledger,
            executor=executor,
            author=Author(author),
            optimizer=Optimizer(optimizer),
            problems=found,
            prepared=prepared,
            formats=await add_programs_apart(executor, formats, found, apart),
            tools=tools,
            export=export,
            budget=budget,
            tester=Tester(testers[0]) if testers else None,
            earlier=earlier,
            shared=_open_shared(config, stack) if earlier is None else None,
            corpus=corpus,
            view=view,
            other_parts=other_parts,
        )
        await gather(initialize_classes(context, each) for each in context.formats)
        await load_timed_runs(context)
        stack.push_async_callback(context.tasks.close)
        yield context


def _open_shared(config: Config, stack: AsyncExitStack) -> Ledger | None:
    if config.ledger.shared is None:
        return None
    shared = open_shared_ledger(config.ledger.shared)
    stack.callback(shared.close)
    return shared


async def _open_models(
    config: Config, earlier: EarlierRun | None, stack: AsyncExitStack
) -> list[ChatModel]:
    """Return the models of author, optimizer and, if there is one, tester."""
    if earlier is not None and earlier.verdicts_sha:
        config = Config()  # the judging configuration's endpoints need not be there
    limits = CallLimits(config.concurrency.model_calls)
    environ = os.environ if earlier is None else _invent_keys(config)
    return [
        await stack.enter_async_context(
            open_model(settings, environ, tables=config.endpoints, limits=limits)
        )
        for settings in config.active_models.values()
    ]


def _invent_keys(config: Config) -> dict[str, str]:
    """Return a word for each key variable: a replay sends nothing."""
    resolved = (settings.resolve(config.endpoints) for settings in config.active_models.values())
    return {each.api_key_env: "none" for models in resolved for _, each in models}


async def list_tools(config: Config, executor: CachedExecutor) -> dict[str, str]:
    """Return what results depend on: versions, and the simulators' identities."""
    confirmer = executor.confirmer
    return {
        "pieforge": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in ("langgraph", "openai", "rapidfuzz", "tree-sitter")},
        executor.counter.name: executor.counter.sha,
        confirmer.name: confirmer.sha,
        **{f"{it.group}.{it.name}": describe_origin(it) for it in iter_installed()},
        **await executor.execute(VersionsJob(config.run.languages, confirmer.processor)),
    }


async def _prepare_problems(
    executor: CachedExecutor, config: Config, found: Mapping[str, problems.Problem], events: Events
) -> dict[str, PreparedProblem]:
    events({"stage": "problems", "total": len(found)})

    async def prepare_one(problem: problems.Problem) -> PreparedProblem:
        prepared = await prepare_problem(executor, problem, config)
        found = {
            "unused": list(prepared.unsound.values()),
            "inputs_grammar": prepared.grammar.kind,
        }
        events({"stage": "prepare", "problem": problem.problem_id, **found})
        return prepared

    done = await gather(prepare_one(problem) for problem in found.values())
    return dict(zip(found, done, strict=True))


async def run_rounds(
    folder: Path,
    own: Config,
    events: Events,
    export: Exporter,
    earlier: EarlierRun | None = None,
    tuner: Tuner | None = None,
) -> RunEnd:
    """Play a run to its end, from its last checkpoint.

    Args:
        folder: The run folder.
        own: The user's configuration; see `read_config`.
        events: Receives the progress; also how run.toml differs from `own`.
        export: Writes the run folder's files after each round.
        earlier: See `Context`.
        tuner: See `Context`; it is closed at the end.

    Raises:
        PieforgeError: What stopped the run; finished work is in the ledger.
    """
    differences: list[str] = []
    config = read_config(folder, own, report=differences.append)

    def report(event: dict[str, Any]) -> None:
        data = {name: value for name, value in event.items() if name != "stage"}
        _logger.info(event["stage"], extra={"data": data})
        events(event)

    with log_to_file(folder / "run.log"):
        _logger.info("run", extra={"data": {"pieforge": __version__, "folder": str(folder)}})
        try:
            for line in differences:
                report({"stage": "differs", "line": line})
            while True:
                # With batch endpoints, once more whenever answers have come.
                async with open_context(
                    folder, config, report, export, earlier, sees_corpus=True
                ) as opened:
                    context = replace(opened, tuner=tuner)
                    if earlier is None:
                        await collect_batches(context)
                    checkpoints = folder / "state" / "checkpoints.sqlite"
                    end = await play_from_checkpoints(checkpoints, partial(_play, context, report))
                    if not await submit_awaited(context):
                        return end
        except PieforgeError as error:
            _logger.info("stopped", extra={"data": {"error": str(error)}})
            raise
        finally:
            if tuner is not None:
                await tuner.close()


async def check_endpoints(context: Context) -> None:
    """Find what an endpoint refuses before the first call is paid for, and whether it has changed.

    Answers are compared with those of the run's last session, or of the user's last run.
    """
    files = FileCache((context.config.sandbox.cache or get_default_cache()) / "canaries")
    for agent in (context.author, context.optimizer, context.tester):
        if agent is None:
            continue
        async for address, now in agent.model.ask_canaries():
            context.budget.add_canaries(now.usage, now.usd)
            subject, name = str(address), f"{digest(str(SCHEMA_VERSION), str(address))}.json"
            stored = files.read(name)
            before = context.ledger.get(CanaryAnswers, subject)
            if before is None and stored is not None:
                before = CanaryAnswers.model_validate_json(stored)
            if before is not None and (change := describe_change(before, now)):
                _logger.warning("the endpoint has changed: %s (%s)", change, subject)
                context.ledger.put(EndpointChange(change=change), subject)
            context.ledger.put(now, subject)
            files.write(name, now.model_dump_json().encode())


async def _play(context: Context, report: Events, saver: AsyncSqliteSaver) -> RunEnd:
    """Play from the last checkpoint on."""
    config = context.config
    # A run that is judged again has the answers that it had.
    every = config.finetune.every if context.recorded is None else 0
    graph = build_graph(config.run.rounds, saver, finetune_every=every)
    where: Any = {
        "configurable": {"thread_id": THREAD},
        # Enough nodes to keep every job and call busy. More would only hold more state in memory:
        # the limits themselves are the executor's and the model client's.
        "max_concurrency": 2 * (config.concurrency.jobs + config.concurrency.model_calls),
        # LangGraph counts the steps of all rounds and batches; the default ends a run after 25.
        "recursion_limit": 100_000,
    }
    before = await graph.aget_state(where)
    if before.values and not before.next:
        open_count = len(before.values.get("open", []))
        report({"stage": "ended", "open": open_count})
        if not open_count and not before.values.get("stopped"):
            # Only the files are written again: one of them may have been lost.
            context.export(context)
            if context.ledger.get(CorpusAddition, "") is None:  # it was killed just before
                await _publish(context, report)
            return RunEnd([])
    if context.earlier is None:
        await check_endpoints(context)
    else:
        for subject, change in context.earlier.ledger.iter_results(EndpointChange):
            context.ledger.put(change, subject)
    resumed = bool(before.next) and not context.budget.is_limited
    if before.values and not resumed:
        # Playing the run again from the start redoes only what stayed open: all else is cached.
        # With a budget always: no checkpoint has the order in which a batch's calls are admitted.
        await saver.adelete_thread(THREAD)
    if resumed:
        report({"stage": "resumed", "round": before.values.get("round", 0)})
    async for _, _, event in graph.astream(
        None if resumed else {"round": 0},
        where,
        context=context,
        stream_mode=["custom"],
        subgraphs=True,
        # The ledger is the truth: a checkpoint that is written late costs only repeated lookups.
        durability="async",
    ):
        report(cast("dict[str, Any]", event))
    await _publish(context, report)
    after = await graph.aget_state(where)
    stopped = after.values.get("stopped", "")
    if stopped:
        report({"stage": "stopped", "key": stopped})
    return RunEnd(list(after.values.get("open", [])), stopped)


async def _publish(context: Context, report: Events) -> None:
    """Add a run to the corpus: only one that came to its end, and that is not repeated."""
    if context.corpus is not None and context.view is not None and context.earlier is None:
        classes, samples = get_final_classes(context), iter_samples(context)
        added = await publish_run(context, classes, samples)
        report({"stage": "corpus", **added})
