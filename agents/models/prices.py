"""The price of a call: the configuration's, or that of genai-prices for the address and model."""

from urllib.parse import urlsplit

from genai_prices import Usage, calc_price

from pieforge.agents.models.settings import EndpointSettings
from pieforge.records import TokenUsage


def compute_price(usage: TokenUsage, settings: EndpointSettings, model: str) -> float | None:
    """Return the price of a call in US dollars; None if it is unknown.

    Only a provider's own address has its prices: a server of one's own may serve a model of the
    same name for nothing.
    """
    own = settings.usd_per_million_prompt_tokens, settings.usd_per_million_completion_tokens
    if own != (None, None):
        prompt, completion = own[0] or 0.0, own[1] or 0.0
        return (usage.prompt_tokens * prompt + usage.completion_tokens * completion) / 1e6
    if not urlsplit(settings.base_url).hostname:
        return 0.0  # an engine in this process
    tokens = Usage(input_tokens=usage.prompt_tokens, output_tokens=usage.completion_tokens)
    try:
        price = calc_price(tokens, model, provider_api_url=settings.base_url)
    except LookupError:
        return None
    return float(price.total_price)
