"""All kinds of records that the product stores in a ledger."""

import importlib
import pkgutil
from collections.abc import Iterator

import pieforge
from pieforge.records import Record


def record_classes() -> Iterator[type[Record]]:
    """Yield all record classes of the product."""
    for info in pkgutil.walk_packages(pieforge.__path__, "pieforge."):
        if not info.name.startswith(("pieforge.bundled", "pieforge.__main__")) and not (
            info.name.endswith(
                (".inside", ".machine", ".trl_worker")
            )  # these run in another Python
        ):
            importlib.import_module(info.name)
    found = [Record]
    for kind in found:
        found += kind.__subclasses__()
    yield from (kind for kind in found[1:] if kind.__module__.startswith("pieforge."))
