"""`pieforge serve-model`: serve a model on loopback."""

from pathlib import Path

import click

from pieforge.cli.output import FILE


@click.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("config", type=FILE, required=False)
@click.option("--server", default="", help="Server; by default the first installed one that fits.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port; by default a free one.")
def command(model: Path, config: Path | None, server: str, port: int | None) -> None:
    """Serve MODEL on 127.0.0.1 until Ctrl-C, and print the [endpoints] table for a configuration.

    MODEL is a folder that `pieforge finetune` wrote, a folder with safetensors, or a GGUF file.
    CONFIG says in [finetune] which interpreter has the server.
    """
    from pieforge.config import Config, load_config

    section = (load_config(config) if config is not None else Config()).finetune
    if server:
        section = section.model_copy(update={"server": server})
    from pieforge.cli.actions.serve_model import serve_model

    raise SystemExit(serve_model(model, section, port))
