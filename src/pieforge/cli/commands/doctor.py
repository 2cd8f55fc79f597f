"""`pieforge doctor`: test the tools and the sandbox of this machine."""

import click

from pieforge.cli.output import json_option
from pieforge.errors import ExitStatus


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Test every tool and every layer of the sandbox; name the fix for what is missing.

    Exit status 1 if something fails that `pieforge run` needs by default; other languages and
    simulators may be missing.
    """
    from pieforge.cli.actions.doctor import run_doctor

    raise SystemExit(ExitStatus.from_answer(run_doctor(as_json=as_json)))
