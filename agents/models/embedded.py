"""The embedded engine, which comes with pieforge and needs no network."""

from pieforge.agents.embedded import ENGINE, MODEL
from pieforge.agents.embedded.app import EmbeddedTransport
from pieforge.agents.models.backend import Backend

BACKEND = Backend(transport=EmbeddedTransport, engine=ENGINE, model=MODEL)
