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


def upgrade_record(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return a ledger's record with the names of today."""
    del kind
    return values


def upgrade_row(values: dict[str, Any]) -> dict[str, Any]:
    """Return a row of pairs.jsonl with the names of today; it keeps its schema version."""
    return values
