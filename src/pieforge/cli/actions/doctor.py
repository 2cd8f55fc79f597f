"""The action of `pieforge doctor`."""

import os
from dataclasses import asdict

from pieforge.cli.output import print_json, print_line
from pieforge.interruption import run_async
from pieforge.machine_check import MachineCheck, check_platform


def run_doctor(*, as_json: bool) -> bool:
    """Test this machine and print the checks; return whether a default run can start."""
    print_line("every tool and every layer of the sandbox is tried; this takes a while", err=True)
    found = list(check_platform())
    if found[0].ok:  # else nothing below can work, and parts of it cannot be imported
        found += _check_tools()
    fine = all(check.ok or not check.required for check in found)
    missing = " ".join(check.package for check in found if check.package and not check.ok)
    if missing:
        sudo = "sudo " if os.getuid() else ""
        missing = f"{sudo}apt-get install --no-install-recommends {missing}"
    if as_json:
        checks = [asdict(check) for check in found]
        print_json({"ok": fine, "install": missing, "checks": checks})
    else:
        for check in found:
            mark, color = _choose_mark(check)
            print_line(f" {check.name}: {check.detail}", mark=mark, color=color)
            if not check.ok:
                print_line(f"     fix: {check.fix}")
        if missing:
            print_line(f"\ninstall all that is missing: {missing}")
        verdict = (
            "a default run can start" if fine else "a default run cannot start: fix what FAILs"
        )
        print_line(f"\n{verdict}; `none` marks what only some configurations need, or is untested")
    return fine


def _check_tools() -> list[MachineCheck]:
    from pieforge.config import Config
    from pieforge.doctor import check_machine

    usual = Config()
    return run_async(check_machine(needed={*usual.run.languages, usual.simulator.kind}))


def _choose_mark(check: MachineCheck) -> tuple[str, str]:
    if check.ok:
        return "ok  ", "green"
    return ("FAIL", "red") if check.required else ("none", "yellow")
