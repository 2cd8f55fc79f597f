"""A run from its folder: opened, locked, played to its end, taken up again after a break."""

import asyncio
import os
import platform
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

import aiosqlite
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from pieforge import __version__, problems
from pieforge.agents.author import Author
from pieforge.agents.models.client import open_model
from pieforge.agents.optimizer import Optimizer
from pieforge.agents.tester import Tester
from pieforge.config import Config, LimitsSection
from pieforge.errors import MissingToolError
from pieforge.executors.cached import Workshop
from pieforge.files import locked
from pieforge.graphs.classes.input_format import formats
from pieforge.graphs.classes.snapshot import begin, publish
from pieforge.graphs.context import Context, Exporter
from pieforge.graphs.evidence.speedup_prediction import begin_corpus, publish_samples
from pieforge.graphs.gather import together
from pieforge.graphs.problems.preparation import prepare
from pieforge.graphs.results import Prepared
from pieforge.graphs.run_folder import read_config, settle_tools
from pieforge.graphs.self_play import build
from pieforge.ledger import Ledger
from pieforge.measurement.simulators import (
    COUNTER,
    Simulator,
    confirming,
    require_support,
    simulators,
)
from pieforge.measurement.simulators.cached import Remembered
from pieforge.plugins import choose
from pieforge.sandbox.languages import Language, language, languages
from pieforge.sandbox.native.build import default_cache
from pieforge.sandbox.sandbox import Limits, Sandbox

Events = Callable[[dict[str, Any]], None]
"""Receives what the nodes say of their progress: a dict with a `stage` and counts."""

_THREAD = "run"


def check(config: Config) -> None:
    """Refuse what would stop a run before it begins, as long as its name can be used again.

    Raises:
        ConfigError, PackageError: The configuration names what is not there.
        MissingToolError: A language's compiler, or a simulator, is not installed.
    """
    processor = ""
    if config.simulator.kind != COUNTER:  # whose lack is told after that of the walls
        processor = opened_simulator(config, config.simulator.kind).processor
    check_languages(config, processor)
    for settings in config.roles:
        open_model(settings, os.environ)
    _problems(config)


def _problems(config: Config) -> dict[str, problems.Problem]:
    root = config.run.problem_folder or problems.BUNDLED
    return {p.problem_id: p for p in problems.load_all(root, config.run.problems)}


@asynccontextmanager
async def opened_workshop(
    config: Config, ledger: Ledger, *, to_the_end: bool = False, afresh: bool = False
) -> AsyncIterator[Workshop]:
    """Open the sandbox and the simulators that a configuration asks for.

    Args:
        config: Says which.
        ledger: What is known of programs.
        to_the_end: See `Workshop`.
        afresh: Whether to simulate even what the cache remembers.

    Raises:
        ConfigError: No simulator or language has that name.
        ContainmentError, MissingToolError: The machine cannot run untrusted code safely.
    """
    async with Sandbox.open(config.sandbox) as sandbox:
        counter = opened_simulator(config, COUNTER)
        yield Workshop(
            ledger=ledger,
            sandbox=sandbox,
            counter=counter,
            confirmer=_confirmer(config, counter, afresh=afresh),
            languages=dict(languages()),
            limits=run_limits(config.limits),
            simulated_limits=run_limits(config.limits, cpu_s=config.simulator.cpu_s),
            gate=asyncio.Semaphore(config.concurrency.jobs),
            to_the_end=to_the_end,
        )


def _confirmer(config: Config, counter: Simulator, *, afresh: bool) -> Simulator:
    """Return the simulator that decides: the counter itself, or another one, which is dear."""
    if config.simulator.kind == COUNTER:
        return counter
    confirmer = opened_simulator(config, config.simulator.kind)
    cache = config.sandbox.cache or default_cache()
    return confirmer if afresh else Remembered(confirmer, cache / "simulated")


def opened_simulator(config: Config, name: str) -> Simulator:
    """Return a simulator with the settings that a configuration has for it.

    Raises:
        ConfigError: There is no simulator of that name.
        MissingToolError: It is not installed.
    """
    return choose("simulator", name, simulators())(config.simulator.settings(name))


def run_limits(section: LimitsSection, cpu_s: float | None = None) -> Limits:
    """Return the limits of one run as the sandbox takes them."""
    return Limits(
        cpu_s=section.cpu_s if cpu_s is None else cpu_s,
        memory_bytes=section.memory_mb << 20,
        output_bytes=section.output_mb << 20,
    )


def check_languages(config: Config, processor: str = "") -> None:
    """Return if programs of the run's languages can be compiled and simulated here.

    Args:
        config: The run's configuration.
        processor: Whose programs its simulator runs; empty for this machine's.

    Raises:
        ConfigError: There is no such language, or no simulator takes it that would have to.
        MissingToolError: Its compiler is not installed, or not the one for the processor.
    """
    for key in config.run.languages:
        spoken = language(key)
        name = confirming(config.simulator.kind, spoken, processor)
        require_support(COUNTER, spoken)
        spoken.tool_path()
        if name == config.simulator.kind:
            spoken.crossed(processor).tool_path()


@asynccontextmanager
async def opened(
    folder: Path, config: Config, events: Events, export: Exporter
) -> AsyncIterator[Context]:
    """Open everything that a run works with, holding the folder's lock.

    Raises:
        RunFolderError: Another process works in the folder, or its ledger cannot be read.
        PackageError: A problem package is wrong.
    """
    async with AsyncExitStack() as stack:
        state = folder / "state"
        state.mkdir(parents=True, exist_ok=True)
        stack.enter_context(locked(state / "lock"))
        ledger = Ledger(state / "ledger.sqlite")
        stack.callback(ledger.close)
        workshop = await stack.enter_async_context(opened_workshop(config, ledger))
        settle_tools(folder, config, _tools(config, workshop))
        author = await stack.enter_async_context(open_model(config.author, os.environ))
        optimizer = await stack.enter_async_context(open_model(config.optimizer, os.environ))
        tester = None
        if config.tester in config.roles:
            tester = Tester(await stack.enter_async_context(open_model(config.tester, os.environ)))
        found = _problems(config)
        prepared = await _prepared(workshop, config, found, events)
        context = Context(
            folder=folder,
            config=config,
            ledger=ledger,
            workshop=workshop,
            author=Author(author),
            optimizer=Optimizer(optimizer),
            problems=found,
            prepared=prepared,
            formats=formats(workshop, found, prepared, seed=config.run.seed),
            model_gate=asyncio.Semaphore(config.concurrency.model_calls),
            export=export,
            tester=tester,
        )
        await together(begin(context, spoken) for spoken in context.formats)
        await begin_corpus(context)
        yield context


def _tools(config: Config, workshop: Workshop) -> dict[str, str]:
    """Return what results depend on: versions, and the simulator's identity."""
    return {
        "pieforge": __version__,
        "python": platform.python_version(),
        **{name: version(name) for name in ("langgraph", "openai", "rapidfuzz", "tree-sitter")},
        "bubblewrap": workshop.sandbox.walls.version(),
        workshop.counter.name: workshop.counter.sha,
        workshop.confirmer.name: workshop.confirmer.sha,
        **{
            language: workshop.sandbox.compiler_version(workshop.languages[language])
            for language in config.run.languages
        },
        **{
            f"{language}+{build.name}": _version(
                workshop, workshop.languages[language].built(build)
            )
            for language in config.run.languages
            for build in workshop.languages[language].builds
        },
    }


def _version(workshop: Workshop, build: Language) -> str:
    """Return what compiles a build; the build may do without."""
    try:
        return workshop.sandbox.compiler_version(build)
    except MissingToolError:
        return "not installed"


async def _prepared(
    workshop: Workshop, config: Config, found: Mapping[str, problems.Problem], events: Events
) -> dict[str, Prepared]:
    events({"stage": "problems", "total": len(found)})

    async def one(problem: problems.Problem) -> Prepared:
        prepared = await prepare(workshop, problem, config)
        unused = list(prepared.unused.values())
        events({"stage": "prepare", "problem": problem.problem_id, "unused": unused})
        return prepared

    done = await together(one(problem) for problem in found.values())
    return dict(zip(found, done, strict=True))


async def play(folder: Path, events: Events, export: Exporter) -> list[str]:
    """Play a run to its end, from wherever it stands; return the subjects that stayed open.

    Args:
        folder: The run folder.
        events: Told of the progress.
        export: Writes the run folder's files after each round.

    Raises:
        PieforgeError: What stopped the run; everything that was finished is in the ledger.
    """
    config = read_config(folder)
    checkpoints = folder / "state" / "checkpoints.sqlite"
    async with (
        opened(folder, config, events, export) as context,
        aiosqlite.connect(checkpoints) as db,
    ):
        saver = AsyncSqliteSaver(db)
        graph = build(config.run.rounds, saver)
        where: Any = {
            "configurable": {"thread_id": _THREAD},
            "max_concurrency": 2 * (config.concurrency.jobs + config.concurrency.model_calls),
            "recursion_limit": 100_000,
        }
        before = await graph.aget_state(where)
        if before.values and not before.next:
            # It had ended: all that is left to do, if anything, is what stayed open.
            await saver.adelete_thread(_THREAD)
        resumed = bool(before.next)
        if resumed:
            events({"stage": "resumed", "round": before.values.get("round", 0)})
        async for _, _, event in graph.astream(
            None if resumed else {"round": 0},
            where,
            context=context,
            stream_mode=["custom"],
            subgraphs=True,
            durability="async",
        ):
            events(cast("dict[str, Any]", event))
        await publish(context)
        publish_samples(context)
        after = await graph.aget_state(where)
        return list(after.values.get("open", []))
