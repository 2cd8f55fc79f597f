"""The price of a call: the configuration's, or that of genai-prices for the address and model."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from genai_prices import Usage, calc_price

from pieforge.agents.models.settings import EndpointSettings
from pieforge.files import read_jsonl, write_jsonl
from pieforge.records import FrozenModel, TokenUsage

if TYPE_CHECKING:
    from pieforge.agents.models.endpoint import Endpoint

_SAMPLE = 1000
"""Tokens by which a price is found: some models cost more for each token of very long prompts."""


class ModelPrice(FrozenModel):
    """The price of a model in US dollars for a million tokens; None if it is unknown."""

    endpoint: str
    model: str
    usd_per_million_prompt_tokens: float | None
    usd_per_million_completion_tokens: float | None
    source: str
    """`configuration`, or the package and its version."""

    @classmethod
    def find(cls, url: str, model: str, settings: EndpointSettings) -> "ModelPrice":
        """Return the present price of an endpoint's model."""
        samples = TokenUsage(prompt_tokens=_SAMPLE), TokenUsage(completion_tokens=_SAMPLE)
        found = [compute_price(usage, settings, model) for usage in samples]
        prompt, completion = (
            None if usd is None else round(usd * 1e6 / _SAMPLE, 6) for usd in found
        )
        return cls(
            endpoint=url,
            model=model,
            usd_per_million_prompt_tokens=prompt,
            usd_per_million_completion_tokens=completion,
            source="configuration"
            if settings.has_own_price
            else f"genai-prices {version('genai-prices')}",
        )


def record_prices(path: Path, endpoints: Iterable["Endpoint"]) -> None:
    """Add the present prices of endpoints to a file that shows what a run counted with.

    Args:
        path: JSON lines. They are a record: prices are never read back from a run folder.
        endpoints: The endpoints.

    Raises:
        RunFolderError, StorageError: The file is damaged, or cannot be read or written.
    """
    rows = read_jsonl(path) if path.exists() else []
    for endpoint in endpoints:
        row = ModelPrice.find(endpoint.url, endpoint.model, endpoint.settings).model_dump()
        rows += [] if row in rows else [row]
    write_jsonl(path, rows)


def compute_price(usage: TokenUsage, settings: EndpointSettings, model: str) -> float | None:
    """Return the price of a call in US dollars; None if it is unknown.

    Only a provider's own address has its prices: a server of one's own may serve a model of the
    same name for nothing.
    """
    if settings.has_own_price:
        prompt = settings.usd_per_million_prompt_tokens or 0.0
        completion = settings.usd_per_million_completion_tokens or 0.0
        return (usage.prompt_tokens * prompt + usage.completion_tokens * completion) / 1e6
    if not urlsplit(settings.base_url).hostname:
        return 0.0  # an engine in this process
    tokens = Usage(input_tokens=usage.prompt_tokens, output_tokens=usage.completion_tokens)
    try:
        price = calc_price(tokens, model, provider_api_url=settings.base_url)
    except LookupError:
        return None
    return float(price.total_price)
