"""Fine-tuning within a run: what the nodes `finetune`, `evaluate` and `promote` call."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import httpx2

from pieforge import problems
from pieforge.agents.models.client import ChatModel
from pieforge.agents.optimizer import Optimizer
from pieforge.config import Config
from pieforge.errors import BudgetError, ConfigError, InfrastructureError, RunFolderError
from pieforge.evaluation.reference import REFERENCE_FILE, read_reference
from pieforge.evaluation.samples import EvaluatedProgram
from pieforge.export.rows import iter_kept_pairs
from pieforge.files import check_relative_path, write_text
from pieforge.graphs.context import Context
from pieforge.graphs.evaluation import (
    RESULT,
    EvaluationPlan,
    choose_part,
    evaluate,
    read_evaluation,
)
from pieforge.graphs.results import FinetuneResult
from pieforge.problems.split import SplitPart, choose_problems, read_split
from pieforge.training.finetuning import check_finetuning, finetune
from pieforge.training.server import (
    ServedTransport,
    create_chat_model,
    create_settings,
    name_engine,
    open_server,
)

MODELS = "models"
"""Folder of the models in a run folder."""
_CONFIGURED = "configured"
"""The evaluation of the configured optimizer."""
_Report = Callable[[dict[str, Any]], None]


def check_tuning(config: Config) -> None:
    """Check what would stop the first fine-tuning of a run, before the run begins.

    Raises:
        ConfigError, MissingToolError, UserInputError: Something is missing.
    """
    check_finetuning(config)
    root = config.run.problem_folder or problems.BUNDLED
    split = read_split(root, problems.list_packages(root))
    chosen = choose_problems(split, config.run.problems)
    if any(split.get(name) is not SplitPart.TRAIN for name in chosen) or not chosen:
        raise ConfigError(
            "finetune.every is set, and not all problems of the run are in the part train of a "
            "split",
            where=f"run.problems and {root / 'split.toml'}",
            fix="name training problems, and give the folder a split with validation problems",
        )
    _plan_validation(config)


def _plan_validation(config: Config) -> EvaluationPlan:
    root = config.run.problem_folder or problems.BUNDLED
    programs = read_reference(config.finetune.reference or root / REFERENCE_FILE)
    everything = config.model_copy(update={"run": config.run.model_copy(update={"problems": ()})})
    return EvaluationPlan(choose_part(everything, programs, SplitPart.VALIDATION))


class ModelTuner:
    """Implements `pieforge.graphs.context.Tuner`."""

    def __init__(self) -> None:
        self._opened: dict[str, ChatModel] = {}

    async def finetune(self, context: Context, key: str, report: _Report) -> FinetuneResult:
        """Train on the run's exported pairs."""
        kept = sum(not pair.surplus for pair in iter_kept_pairs(context))
        if kept < (least := context.config.finetune.min_pairs):
            return FinetuneResult(why=f"{kept} pairs are kept, finetune.min_pairs is {least}")
        folder = context.folder / MODELS / f"round-{key}"
        found = await finetune([context.folder], context.config, folder, report)
        if found.model is None:
            return FinetuneResult(why=found.why)
        if found.model.parity is not None and found.model.parity.fault:
            return FinetuneResult(why=f"{folder.name} is not used: {found.model.parity.fault}")
        return FinetuneResult(
            name=folder.name,
            engine=name_engine(found.model),
            record_ids=found.model.record_ids,
        )

    async def evaluate(
        self, context: Context, model: FinetuneResult | None, report: _Report
    ) -> Sequence[EvaluatedProgram]:
        """Ask a model, or the configured optimizer, about the validation programs."""
        name = model.name if model is not None else _CONFIGURED
        check_relative_path(name)
        folder = context.folder / MODELS / "evaluations" / name
        if (folder / RESULT).exists():
            return read_evaluation(folder).programs
        config, optimizer = context.config, None
        if model is not None:
            settings = create_settings(config.finetune, config.optimizer)
            config = config.model_copy(update={"optimizer": settings})
            optimizer = self.open_optimizer(context, model)
        found = await evaluate(folder, config, _plan_validation(config), report, optimizer)
        again = f"pieforge run --resume {context.folder} CONFIG"
        if found.stopped:
            raise BudgetError(
                f"{found.stopped} is used up by the evaluation of {name}",
                where=str(folder),
                fix=f"raise it, and continue with: {again}",
            )
        if found.open:
            raise InfrastructureError(
                f"the evaluation of {name} left {len(found.open)} programs open: "
                f"{found.open[0].cause}",
                where=str(folder),
                fix=again,
            )
        write_text(folder / RESULT, found.model_dump_json(indent=1) + "\n")
        return found.programs

    def open_optimizer(self, context: Context, model: FinetuneResult) -> Optimizer:
        """Return a model as an optimizer; the same one each time."""
        if model.name not in self._opened:
            check_relative_path(model.name)
            section = context.config.finetune
            settings = create_settings(section, context.config.optimizer)
            calls = 1
            transport: Callable[[], httpx2.AsyncBaseTransport] = partial(
                httpx2.MockTransport, _refuse
            )
            if context.earlier is None:  # otherwise all answers are known
                folder = context.folder / MODELS / model.name
                server, manifest = open_server(folder, section)
                if name_engine(manifest) != model.engine:
                    raise RunFolderError(
                        "this is not the model that the run has promoted",
                        where=str(folder),
                        fix="restore the folder",
                    )
                transport, calls = partial(ServedTransport, server), server.calls
            self._opened[model.name] = create_chat_model(
                settings, model.engine, model.name, transport, calls
            )
        return Optimizer(self._opened[model.name])

    async def close(self) -> None:
        """End the servers of all models."""
        while self._opened:
            await self._opened.popitem()[1].__aexit__()


def _refuse(request: httpx2.Request) -> httpx2.Response:
    """Refuse a question of a run that only repeats another."""
    raise httpx2.ConnectError("the repeated run has no such answer", request=request)
