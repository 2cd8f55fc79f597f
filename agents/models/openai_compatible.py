"""Any endpoint that speaks OpenAI's chat completions over HTTP."""

from pieforge.agents.models.backend import Backend

BACKEND = Backend()
