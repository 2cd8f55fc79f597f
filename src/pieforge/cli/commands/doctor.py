"""`pieforge doctor`: test this machine."""

import asyncio
from dataclasses import asdict

import click

from pieforge.cli.output import json_option, print_json
from pieforge.config import Config
from pieforge.doctor import MachineCheck, check_machine


@click.command()
@json_option
def command(as_json: bool) -> None:
    """Test every tool and every layer of the sandbox; name the fix for what is missing.

    Exit status 1 if something fails that `pieforge run` needs by default; other languages and
    simulators may be missing.
    """
    usual = Config()
    needed = {*usual.run.languages, usual.simulator.kind}
    found = asyncio.run(check_machine(needed=needed))
    fine = all(check.ok or not check.required for check in found)
    if as_json:
        print_json({"ok": fine, "checks": [asdict(check) for check in found]})
    else:
        for check in found:
            click.echo(f"{_format_mark(check)} {check.name}: {check.detail}")
            if not check.ok:
                click.echo(f"     fix: {check.fix}")
    raise SystemExit(0 if fine else 1)


def _format_mark(check: MachineCheck) -> str:
    if check.ok:
        return click.style("ok  ", fg="green")
    return click.style("FAIL", fg="red") if check.required else click.style("none", fg="yellow")
