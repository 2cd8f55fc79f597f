"""Schema version 2: what readers of finished runs look for, in the terms of today.

Such a run is verified, and never gone on with.
"""

from collections.abc import Mapping
from typing import Any

VERSION = 2

KINDS: Mapping[str, str] = {"prepared_problem": "Prepared", "suite": "Suite"}
"""Name in a ledger of version 2 of each kind of record that is read there, by today's name."""

_FIELDS: Mapping[str, str] = {
    "everything": "all_inputs",
    "ladder": "size_ladder",
    "judging": "output_rules",
    "shape": "grammar",
    "unused": "unsound",
}
"""Fields of a prepared problem with another name today: name then, name today."""


def upgrade_record(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return a ledger's record with the names and values of today.

    Args:
        kind: Its kind, by today's name.
        values: Its fields, as version 2 wrote them.
    """
    if kind != "prepared_problem":
        return values
    found = _rename(values, _FIELDS)
    found["grammar"] = _rename(found["grammar"], {"plain": "unstructured"})
    found["validated_by"] = _upgrade_validator(found["validated_by"])
    return found


def upgrade_row(values: dict[str, Any]) -> dict[str, Any]:
    """Return a row of pairs.jsonl with the values of today; it keeps its schema version."""
    name = "inputs_validated_by"
    return {**values, name: _upgrade_validator(values[name])} if name in values else values


def _rename(values: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in values.items()}


def _upgrade_validator(name: str) -> str:
    return "grammar" if name == "shape" else name
