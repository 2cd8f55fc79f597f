"""The action of `pieforge doctor`."""

import asyncio
from dataclasses import asdict

import click

from pieforge.cli.output import print_json
from pieforge.config import Config
from pieforge.doctor import MachineCheck, check_machine


def run_doctor(*, as_json: bool) -> bool:
    """Test this machine and print the checks; return whether a default run can start."""
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
        verdict = (
            "a default run can start" if fine else "a default run cannot start: fix what FAILs"
        )
        click.echo(f"\n{verdict}; `none` marks what only some configurations need")
    return fine


def _format_mark(check: MachineCheck) -> str:
    if check.ok:
        return click.style("ok  ", fg="green")
    return click.style("FAIL", fg="red") if check.required else click.style("none", fg="yellow")
