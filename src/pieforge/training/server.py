"""A model served on loopback, and a chat model that asks it.

The chat model's requests name the weights by their hash, not the port: a resumed run finds its
answers again, and starts the server only for a question that is new.
"""

import asyncio
import json
import logging
import socket
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Self

import httpx2

from pieforge.agents.models.backend import Backend
from pieforge.agents.models.client import ChatModel
from pieforge.agents.models.endpoint import CallLimits, Endpoint
from pieforge.agents.models.settings import ModelSettings
from pieforge.config import FinetuneSection
from pieforge.errors import EndpointError
from pieforge.training.models import WEIGHTS, ModelManifest, open_model_folder
from pieforge.training.processes import open_process, read_last_line
from pieforge.training.servers import choose_server, discover_servers

_START_S = 900.0
_POLL_S = 0.2
_OUTAGE_S = 60.0
"""A server of our own is back at once, or not at all."""
TIMEOUT_S = 900.0
"""Of one call: on a CPU a small model writes ten tokens a second."""
_logger = logging.getLogger(__name__)


class ModelServer:
    """A server of one model; use it with `async with`. It starts at the first `start`.

    Args:
        section: Says which server, and where it is installed.
        model: Folder or file of the weights.
        log: Receives its output.
        port: The port; a free one if it is None.

    Raises:
        MissingToolError, UserInputError: See `choose_server`.
    """

    def __init__(
        self, section: FinetuneSection, model: Path, log: Path, port: int | None = None
    ) -> None:
        self._place = model.resolve()
        self.kind, self._words = choose_server(section, self._place)
        self.calls = discover_servers()[self.kind].calls
        self.log = log
        self._port = port
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._base_url = ""
        self._stack = AsyncExitStack()

    @property
    def model(self) -> str:
        """The model's name at the server: of its folder and the one around it, without the rest."""
        return f"{self._place.parent.name}/{self._place.name}"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End the server."""
        await self._stack.aclose()

    async def start(self) -> str:
        """Return the server's base URL; start it if it does not run.

        Raises:
            EndpointError: It ended, or did not answer in time.
        """
        async with self._lock:
            if self._process is None or self._process.returncode is not None:
                await self.close()
                await self._start()
            return self._base_url

    async def wait(self) -> None:
        """Wait for the server's end."""
        if self._process is not None:
            await self._process.wait()

    async def _start(self) -> None:
        port = self._port or _find_free_port()
        arguments = discover_servers()[self.kind].list_arguments(self._place, self.model, port)
        command = [*self._words, *arguments]
        _logger.info("server starts", extra={"data": {"server": self.kind, "port": port}})
        opened = open_process(command, self._place.parent.parent, self.log)
        self._process = await self._stack.enter_async_context(opened)
        self._base_url = f"http://127.0.0.1:{port}/v1"
        try:
            async with asyncio.timeout(_START_S), httpx2.AsyncClient(trust_env=False) as client:
                while not await self._is_ready(client):  # noqa: ASYNC110  it sends no event
                    await asyncio.sleep(_POLL_S)
        except TimeoutError as error:
            raise self._create_error(f"does not answer after {_START_S:.0f} s") from error

    async def _is_ready(self, client: httpx2.AsyncClient) -> bool:
        """Return whether it has answered one token, so that the weights are loaded."""
        assert self._process is not None  # noqa: S101  it was started
        if self._process.returncode is not None:
            raise self._create_error(f"ended with status {self._process.returncode}")
        body = {
            "model": self.model,
            "messages": [{"role": "user", "content": "Say OK."}],
            "max_tokens": 1,
        }
        try:
            found = await client.post(
                f"{self._base_url}/chat/completions", json=body, timeout=_START_S
            )
        except httpx2.HTTPError:
            return False
        return found.status_code == httpx2.codes.OK

    def _create_error(self, what: str) -> EndpointError:
        return EndpointError(
            f"the server {self.kind} {what}: {read_last_line(self.log)}",
            where=str(self.log),
            fix="correct the cause, and give the same command again",
        )


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServedTransport(httpx2.AsyncBaseTransport):
    """Sends requests to a server that it starts for the first one, under the server's names."""

    def __init__(self, server: ModelServer) -> None:
        self._server = server
        self._inner = httpx2.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send one request."""
        try:
            base = httpx2.URL(await self._server.start())
        except EndpointError as error:
            raise httpx2.ConnectError(error.what, request=request) from error
        body = json.loads(await request.aread())
        path = request.url.path
        sent = httpx2.Request(
            request.method,
            base.copy_with(path=path),
            json={**body, "model": self._server.model},
            headers={"accept-encoding": "identity"},
            extensions=request.extensions,
        )
        return await self._inner.handle_async_request(sent)

    async def aclose(self) -> None:
        """End the server."""
        await self._inner.aclose()
        await self._server.close()


def open_server(folder: Path, section: FinetuneSection) -> tuple[ModelServer, ModelManifest]:
    """Return the server of a fine-tuned model's folder; nothing is started yet.

    Raises:
        RunFolderError: A file of the model is not the one that was written.
        MissingToolError, UserInputError: See `choose_server`.
    """
    manifest = open_model_folder(folder)
    return ModelServer(section, folder / WEIGHTS, folder / "server.log"), manifest


def create_chat_model(
    settings: ModelSettings,
    engine: str,
    name: str,
    transport: Callable[[], httpx2.AsyncBaseTransport],
    calls: int,
) -> ChatModel:
    """Return a chat model whose requests name an engine and no address.

    Args:
        settings: How it is asked.
        engine: What stands for the endpoint in requests.
        name: The model's name.
        transport: Creates what sends the requests.
        calls: Most calls at once.
    """
    backend = Backend(transport=transport, engine=engine, model=name)
    endpoint = Endpoint(settings, backend, "none", CallLimits(calls), use_proxy=False)
    return ChatModel(settings, [endpoint])


def name_engine(manifest: ModelManifest) -> str:
    """Return the endpoint of a fine-tuned model in requests."""
    return f"fine-tuned/{manifest.weights_sha[:16]}"


def create_settings(section: FinetuneSection, settings: ModelSettings) -> ModelSettings:
    """Return how a fine-tuned optimizer is asked: with the prompts that it was trained on."""
    defaults = ModelSettings()
    return defaults.model_copy(
        update={
            **{
                name: getattr(settings, name)
                for name in ("n", "temperature", "top_p", "max_tokens")
            },
            "timeout_s": max(TIMEOUT_S, settings.timeout_s),
            "outage_s": _OUTAGE_S,
            "strategies": {"best_score" if section.tag_speed else "instruction": 1.0},
            "usd_per_million_prompt_tokens": 0.0,
            "usd_per_million_completion_tokens": 0.0,
        }
    )


async def ask_greedily(
    server: ModelServer, probes: Sequence[Sequence[dict[str, str]]], tokens: int
) -> list[tuple[str, int]]:
    """Return a server's greedy answers, each with the number of its prompt's tokens; 0 if unknown.

    Raises:
        EndpointError: It does not answer.
    """
    found = []
    base = await server.start()
    async with httpx2.AsyncClient(trust_env=False, timeout=TIMEOUT_S) as client:
        for messages in probes:
            body = {
                "model": server.model,
                "messages": list(messages),
                "temperature": 0.0,
                "max_tokens": tokens,
            }
            try:
                answer = await client.post(f"{base}/chat/completions", json=body)
                answer.raise_for_status()
                values = answer.json()
                text = values["choices"][0]["message"]["content"]
                usage = values.get("usage") or {}
                found.append((str(text), int(usage.get("prompt_tokens") or 0)))
            except (httpx2.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
                raise EndpointError(
                    f"the server {server.kind} gives no answer: {error}", where=str(server.log)
                ) from error
    return found
