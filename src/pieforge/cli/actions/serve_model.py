"""The action of `pieforge serve-model`."""

import re
import tempfile
from pathlib import Path

import tomli_w

from pieforge.cli.output import print_line
from pieforge.config import FinetuneSection
from pieforge.errors import EndpointError, ExitStatus
from pieforge.interruption import run_async
from pieforge.training.models import MANIFEST, WEIGHTS, hash_files, open_model_folder
from pieforge.training.processes import read_last_line
from pieforge.training.server import TIMEOUT_S, ModelServer


def serve_model(path: Path, section: FinetuneSection, port: int | None) -> ExitStatus:
    """Serve a model until it is interrupted.

    Raises:
        EndpointError: The server ended.
        RunFolderError: The model is not the one that was written, or could hold code.
    """
    weights = path
    if (path / MANIFEST).exists():
        open_model_folder(path)
        weights = path / WEIGHTS
    elif path.exists():
        hash_files(path)
    with tempfile.TemporaryDirectory(prefix="pieforge-server-") as folder:
        log = Path(folder) / "server.log"
        name = re.sub(r"[^\w-]", "-", path.resolve().stem)
        run_async(_serve(ModelServer(section, weights, log, port), name))
    return ExitStatus.DONE


async def _serve(server: ModelServer, name: str) -> None:
    async with server:
        base_url = await server.start()
        table = {"base_url": base_url, "model": server.model, "timeout_s": TIMEOUT_S}
        print_line(f"# served by {server.kind} until Ctrl-C")
        print_line(tomli_w.dumps({"endpoints": {name: table}}))
        await server.wait()
        raise EndpointError(
            f"the server {server.kind} ended: {read_last_line(server.log)}", where=name
        )
