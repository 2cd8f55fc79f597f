"""Earlier schema versions: what readers of finished runs look for, in the terms of today.

Such a run is verified, and never gone on with.
"""

from collections.abc import Mapping
from typing import Any

VERSIONS = (2, 3, 4)

KINDS: Mapping[str, str] = {"prepared_problem": "Prepared", "suite": "Suite"}
"""Name in a ledger of version 2 of each kind of record that is read there, by today's name."""

_FIELDS: Mapping[str, str] = {
    "everything": "all_inputs",
    "ladder": "size_ladder",
    "judging": "output_rules",
    "shape": "grammar",
    "unused": "unsound",
}
"""Fields of a prepared problem with another name since version 3: name then, name today."""

_KEPT = (
    *("src_id", "tgt_id", "problem_id", "speedup", "src_code", "tgt_code", "record_id"),
    *("fastest_agg_runtime", "fastest_agg_runtime_updated", "target_reward_updated"),
    *("src_reward_updated", "target_reward_updated_pct_bin", "src_reward_updated_pct_bin"),
    *("schema_version", "language", "class_id", "class_rank", "parent_ids", "example_ids"),
    *("round", "tests_sha", "equal_on", "repeats", "confirmed_by", "net_of_startup", "ratios"),
    "growth",
)
"""Columns of pairs.jsonl that are taken over from versions 2 to 4 unchanged."""


def upgrade_record(version: int, kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return a ledger's record with the names and values of today.

    Args:
        version: The ledger's schema version.
        kind: The record's kind, by today's name.
        values: Its fields, as that version wrote them.
    """
    if version == VERSIONS[0] and kind == "prepared_problem":
        values = _rename(values, _FIELDS)
        values["grammar"] = _rename(values["grammar"], {"plain": "unstructured"})
        if values["validated_by"] == "shape":
            values["validated_by"] = "grammar"
    found: dict[str, Any] = _upgrade_programs(values)
    return found


def _upgrade_programs(value: Any) -> Any:  # noqa: ANN401
    """Return JSON with the programs in it as of version 5: a call has the usage, not a program."""
    if isinstance(value, list):
        return [_upgrade_programs(item) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _upgrade_programs(item) for key, item in value.items()}
    if {"program_id", "origin"} <= found.keys():
        found = _rename(found, {"prompt_sha": "call_id"})
        found.pop("usage", None)
        found.pop("strategy", None)
    return found


def upgrade_row(values: dict[str, Any]) -> dict[str, Any]:
    """Return a row of pairs.jsonl of version 2 to 4 with the columns of version 5.

    It keeps its schema version, its class-wide ranks and its speedup: the lower bound where
    `src_runtime_is` is `bound`. What those versions did not say is empty. Run times become net of
    start-up where the speedup is.
    """
    src, tgt, startup = values["tc2time_src"], values["tc2time_tgt"], values["startup"]
    ratio = values["speedup"]
    off = startup if values["net_of_startup"] else 0.0
    ticks_src, ticks_tgt = values["ticks_src"], values["ticks_tgt"]
    return {
        **{name: values[name] for name in _KEPT},
        "src_agg_runtime": values["src_agg_runtime"] - off * len(src),
        "tgt_agg_runtime": values["tgt_agg_runtime"] - off * len(tgt),
        "src_status": None,
        "tgt_status": None,
        "behavior": "variant",
        "tools_id": "",
        "base_slow_id": "",
        "base_fast_id": "",
        "same_edit_as_base": False,
        "enabled_by": next(iter(values["enabled_by"]), ""),
        "call_id": values["prompt_sha"],
        "src_chars": len(values["src_code"]),
        "tgt_chars": len(values["tgt_code"]),
        "equal_on_strata": [
            {"stratum": name, "inputs": count} for name, count in values["equal_on_strata"].items()
        ],
        "implausible_ratio": "",
        "builds_agree": ["ordinary", *values["builds_agree"]],
        "timed": [
            {
                "test": name,
                "src_ticks": ticks_src.get(name, 0),
                "tgt_ticks": ticks,
                "src_seconds": src.get(name, 0.0),
                "tgt_seconds": tgt[name],
            }
            for name, ticks in ticks_tgt.items()
        ],
        "src_runtime_is": "bound" if values["speedup_bound"] == "lower" else "measured",
        "speedup_at_least": ratio,
        "speedup_estimate": {"value": ratio, "low": ratio, "high": ratio},
        "src_gross_runtime": values["src_agg_runtime"],
        "tgt_gross_runtime": values["tgt_agg_runtime"],
        "src_startup": startup,
        "tgt_startup": startup,
        "growth_exponent": values["growth_exponent"] or 0.0,
        "edit_kind": values["edit_kind"] or "unknown",
    }


def _rename(values: dict[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in values.items()}
