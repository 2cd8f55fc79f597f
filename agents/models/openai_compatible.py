"""Any endpoint that supports OpenAI's chat completions API over HTTP."""

from pieforge.agents.models.backend import Backend

BACKEND = Backend()
