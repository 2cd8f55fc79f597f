"""`pieforge verify`: does every pair of a run still hold?"""

from pathlib import Path

import click

from pieforge.cli.output import FOLDER, json_option


@click.command()
@click.argument("folder", type=FOLDER)
@click.option("--simulator", default="", help="Who has to confirm; each row's own by default.")
@json_option
def command(folder: Path, simulator: str, as_json: bool) -> None:
    """Compile, run and simulate every pair in FOLDER anew, from its own row and the stored tests.

    Other builds, repeats and the hack checks are tried again, too. With --simulator a pair holds
    only if that one, on inputs that it chooses, finds it fast enough. Tells where the inputs come
    from that the pairs were tried on and, of a pair that no longer holds, the first input on which
    its programs differ, made small. Exit status 1 if there is such a pair.
    """
    from pieforge.cli.actions.verify import verify

    raise SystemExit(0 if verify(folder, simulator, as_json=as_json) else 1)
