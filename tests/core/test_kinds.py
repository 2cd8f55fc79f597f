"""What the ledger calls its records never changes, whatever happens to the names of classes."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator

import pieforge
from pieforge import schema_2
from pieforge.records import Record


def record_classes() -> Iterator[type[Record]]:
    """Yield every kind of record that the product defines."""
    for info in pkgutil.walk_packages(pieforge.__path__, "pieforge."):
        if not info.name.startswith(("pieforge.bundled", "pieforge.__main__")) and not (
            info.name.endswith((".inside", ".machine"))  # these run in gem5's own Python
        ):
            importlib.import_module(info.name)
    found = [Record]
    for kind in found:
        found += kind.__subclasses__()
    yield from (kind for kind in found[1:] if kind.__module__.startswith("pieforge."))


def test_every_record_names_its_kind_and_no_two_share_one() -> None:
    kinds = Counter(kind.KIND for kind in record_classes())
    assert [name for name, count in kinds.items() if count > 1] == []


def test_every_kind_that_version_2_kept_is_still_read_under_its_name() -> None:
    kinds = {kind.KIND for kind in record_classes()}
    assert schema_2.KINDS.keys() - kinds == set()
