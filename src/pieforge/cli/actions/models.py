"""The action of `pieforge models`."""

import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pieforge.agents.models.client import open_model
from pieforge.agents.models.prices import ModelPrice
from pieforge.agents.models.request import Message
from pieforge.agents.models.settings import ModelSettings
from pieforge.cli.output import print_json, print_line, print_table
from pieforge.config import Config, load_config
from pieforge.errors import PieforgeError
from pieforge.interruption import run_async


@dataclass(frozen=True)
class EndpointTrial:
    """What one tiny request showed."""

    name: str
    """Names of the tables and roles that use it."""
    endpoint: str
    model: str
    answers: bool
    seconds: float | None = None
    usd_per_million_prompt_tokens: float | None = None
    usd_per_million_completion_tokens: float | None = None
    error: str = ""


def try_models(path: Path | None, *, as_json: bool) -> bool:
    """Try each endpoint and print what it showed; return whether all of them answer.

    Raises:
        ConfigError: The configuration cannot be read, or names an unknown endpoint.
    """
    config = load_config(path) if path is not None else Config()
    trials = run_async(_try_all(config))
    fine = all(trial.answers for trial in trials)
    if as_json:
        print_json({"ok": fine, "endpoints": [asdict(trial) for trial in trials]})
        return fine
    rows = [
        [
            trial.name,
            trial.endpoint,
            trial.model,
            "yes" if trial.answers else "no",
            "" if trial.seconds is None else f"{trial.seconds:.2f}",
            _format_price(trial.usd_per_million_prompt_tokens),
            _format_price(trial.usd_per_million_completion_tokens),
        ]
        for trial in trials
    ]
    headings = ["used by", "endpoint", "model", "answers", "seconds", "USD/M in", "USD/M out"]
    print_table("Endpoints", headings, rows, text_columns=4)
    for trial in trials:
        if trial.error:
            print_line(f"\n{trial.name}: {trial.error}")
    return fine


def _format_price(usd: float | None) -> str:
    return "unknown" if usd is None else f"{usd:g}"


async def _try_all(config: Config) -> list[EndpointTrial]:
    named = {name: ModelSettings(endpoint=name) for name in config.endpoints}
    named |= config.active_models
    users: dict[str, list[str]] = {}
    found: dict[str, ModelSettings] = {}
    for name, settings in named.items():
        for _, each in settings.resolve(config.endpoints):
            key = f"{each.backend} {each.base_url} {each.model} {each.api_key_env}"
            users.setdefault(key, []).append(name)
            found.setdefault(key, each.model_copy(update={"endpoint": "", "endpoints": {}}))
    return [await _try_one(", ".join(users[key]), each) for key, each in found.items()]


async def _try_one(name: str, settings: ModelSettings) -> EndpointTrial:
    trial = EndpointTrial(
        name, settings.base_url or settings.backend, settings.model, answers=False
    )
    try:
        async with open_model(settings, os.environ) as model:
            message = Message(role="user", content="Say OK.")
            request = model.build_request((message,), seed=1, n=1)
            completion = await model.complete(request)
    except PieforgeError as error:
        return replace(trial, error=str(error))
    price = ModelPrice.find(request.endpoint, request.model, settings)
    return replace(
        trial,
        model=completion.model,
        answers=True,
        seconds=completion.seconds,
        usd_per_million_prompt_tokens=price.usd_per_million_prompt_tokens,
        usd_per_million_completion_tokens=price.usd_per_million_completion_tokens,
    )
