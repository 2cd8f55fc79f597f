"""Schema version 2: what finished runs of it hold, in the terms of today's.

Readers of finished runs know both versions; a run of version 2 is never gone on with.
"""

from collections.abc import Mapping
from typing import Any

VERSION = 2

KINDS: Mapping[str, str] = {
    "adversarial_inputs": "Tested",
    "check_outputs": "Checked",
    "class_index": "ClassState",
    "collect": "Settled",
    "completion": "Completion",
    "confirm": "Simulated",
    "deduplicate": "Grouped",
    "feedback": "Memory",
    "fit_scaling": "Scaled",
    "fuzzing": "Searched",
    "measure": "Confirmed",
    "measured_cost": "Measured",
    "observation": "Observation",
    "optimize": "Optimised",
    "output_comparison": "Finding",
    "parse_replies": "Sifted",
    "plan_round": "Plan",
    "prepared_problem": "Prepared",
    "program_source": "Source",
    "race": "Race",
    "run_outcome": "Outcome",
    "sanitize": "Scrutinised",
    "sanitizer_report": "Scrutiny",
    "startup": "Startup",
    "suite": "Suite",
    "test_case": "TestCase",
    "time_model": "Fitted",
    "timed_runs": "Corpus",
    "vet": "Vetted",
}
"""Name of each kind of record in a ledger of version 2, by its name today."""


_FIELDS: Mapping[str, Mapping[str, str]] = {
    "class_index": {"begun_from": "loaded_from"},
    "collect": {
        "vetted": "vet",
        "optimised": "optimize",
        "right": "check_outputs",
        "fast_enough": "measure",
        "scrutinised": "sanitize",
    },
    "optimize": {"shown": "example_ids", "shown_fast": "example_fast_ids"},
    "prepared_problem": {
        "everything": "all_inputs",
        "ladder": "size_ladder",
        "judging": "output_rules",
        "shape": "grammar",
        "unused": "unsound",
    },
    "sanitize": {"scrutiny": "report"},
    "timed_runs": {"begun_from": "loaded_from"},
}
"""Fields with another name today, by kind of record: name then, name today."""

_STAGES: Mapping[str, str] = {
    "author": "parse_replies",
    "run": "run_programs",
    "class": "deduplicate",
    "optimise": "optimize",
    "verify": "check_outputs",
    "confirm": "measure",
    "scrutinise": "sanitize",
    "simulate": "confirm",
}
"""Stages of rejects with another name today."""


def upgrade_record(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return a ledger's record with the names and values of today.

    Args:
        kind: Its kind, as it is called today.
        values: Its fields, as version 2 wrote them.
    """
    found: dict[str, Any] = _upgrade_reasons(_rename(values, _FIELDS.get(kind, {})))
    if kind == "collect":
        found["pairs"] = [_rename(pair, {"shown": "example_ids"}) for pair in found["pairs"]]
    if kind == "prepared_problem":
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


def _upgrade_reasons(value: Any) -> Any:  # noqa: ANN401
    """Return a record with the reasons and stages of today, however deep they stand in it."""
    if isinstance(value, list):
        return [_upgrade_reasons(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {name: _upgrade_reasons(item) for name, item in value.items()}
    if found.get("reason") == "undefined_behaviour":
        found["reason"] = "undefined_behavior"
    if "stage" in found:
        found["stage"] = _STAGES.get(found["stage"], found["stage"])
    return found
