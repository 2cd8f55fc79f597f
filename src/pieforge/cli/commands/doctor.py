"""`pieforge doctor`: has this machine what it takes?"""

import click

from pieforge.cli.output import json_option


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Try every tool and every part of the sandbox for real; name the fix of what is missing.

    Exit status 1 if something fails without which `pieforge run` refuses by default; other
    languages and simulators may be missing.
    """
    from pieforge.cli.actions.doctor import run_doctor

    raise SystemExit(0 if run_doctor(as_json=as_json) else 1)
