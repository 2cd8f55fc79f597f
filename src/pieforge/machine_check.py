"""A tested property of this machine, and the checks of the platform.

Imported before everything else that `pieforge doctor` uses: that may need what only Linux has.
"""

import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass

_PYTHONS = range(11, 14)
"""Minor versions of Python 3 that are supported (docs/how-to/install.md)."""


@dataclass(frozen=True)
class MachineCheck:
    """One property of this machine.

    Attributes:
        name: The property.
        ok: Whether it holds.
        detail: The observation that shows it.
        fix: What to do if it does not hold.
        required: Whether pieforge does not work without it. A language or a simulator is
            required only if the caller says so.
        package: The Debian package to install if it does not hold; empty if none helps.
    """

    name: str
    ok: bool
    detail: str
    fix: str = ""
    required: bool = True
    package: str = ""


def check_platform() -> Iterator[MachineCheck]:
    """Yield whether the processor and the system are supported, then what may differ elsewhere."""
    found = f"{platform.system()} on {platform.machine()}"
    ok = found == "Linux on x86_64"
    fix = "" if ok else "run pieforge on Linux on x86-64, such as a Debian 12 container or machine"
    yield MachineCheck("the platform is supported", ok, found, fix)
    python = ".".join(map(str, sys.version_info[:3]))
    versions = f"3.{_PYTHONS[0]} to 3.{_PYTHONS[-1]}"
    ok = sys.version_info[1] in _PYTHONS
    fix = "" if ok else f"if something fails, use Python {versions}"
    yield MachineCheck("this Python is supported", ok, python, fix, required=False)
    try:
        system = platform.freedesktop_os_release()
    except OSError:
        system = {}
    ok = not {"debian", "ubuntu"}.isdisjoint(
        (system.get("ID", ""), *system.get("ID_LIKE", "").split())
    )
    fix = "" if ok else "install the packages below by the names that they have here"
    detail = system.get("PRETTY_NAME", "no /etc/os-release")
    yield MachineCheck("the distribution is Debian or Ubuntu", ok, detail, fix, required=False)
