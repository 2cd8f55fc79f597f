"""Use two run folders as a consumer does, with nothing of pieforge.

`python tests/consumer/consume.py FOLDER FOLDER [--datasets]`. With `--datasets` it needs the
libraries `datasets`, `networkx` and `jsonschema`; `make test-formats` runs it in environments of
its own. Without, it needs the standard library alone, and runs in `make test`. It raises an
AssertionError where a column does not mean what docs/reference/columns.md says.
"""

import base64
import hashlib
import json
import math
import sys
from collections import defaultdict
from pathlib import Path

PIE = (
    *("src_id", "tgt_id", "src_agg_runtime", "tgt_agg_runtime", "problem_id", "speedup"),
    *("src_code", "tgt_code", "fastest_agg_runtime", "src_status", "tgt_status"),
    *("fastest_agg_runtime_updated", "target_reward_updated", "src_reward_updated"),
    *("target_reward_updated_pct_bin", "src_reward_updated_pct_bin"),
)
TABLES = ("pairs", "rejects", "programs", "calls", "problems", "tests", "contents")
MEASURED = {"too_little_speedup", "not_the_fastest"}
"""Reasons of rejects that were measured."""
SCHEMA = Path(__file__).parents[2] / "docs" / "reference" / "rows.schema.json"


def read(folder, name):
    with (folder / f"{name}.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def digest(*parts):
    """Return the SHA-256 of length-prefixed parts: the one hash of every id."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.hexdigest()


def close(one, other):
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-15)


def check_pie_columns(pairs, programs):
    """Recompute PIE's columns from the other files."""
    classes = defaultdict(list)
    for row in programs:
        if row["class_id"] and row["counted_seconds"]:
            key = row["class_id"], row["language"], row["problem_id"]
            classes[key].append(row["counted_seconds"])
    counted = {row["program_id"]: row["counted_seconds"] for row in programs}
    for row in pairs:
        assert tuple(row)[: len(PIE)] == PIE
        name = row["record_id"]
        known = classes[row["class_id"], row["language"], row["problem_id"]]
        best = min(known)
        assert close(row["speedup"], row["src_agg_runtime"] / row["tgt_agg_runtime"]), name
        fastest = row["tgt_agg_runtime"] * best / counted[row["tgt_id"]]
        assert close(row["fastest_agg_runtime"], fastest), name
        assert row["fastest_agg_runtime_updated"] == row["fastest_agg_runtime"], name
        for side, column in (("tgt", "target"), ("src", "src")):
            mine = counted[row[f"{side}_id"]]
            assert close(row[f"{column}_reward_updated"], best / mine), name
            slower = sum(other >= mine for other in known)
            decile = max(1, math.ceil(10 * slower / len(known)))
            assert row[f"{column}_reward_updated_pct_bin"] == decile, name
            status = "Accepted" if row["behavior"] == "problem" else None
            assert row[f"{side}_status"] == status, name
        # A reward of 1 and the best decile say the same.
        assert (row["target_reward_updated"] == 1.0) == (row["target_reward_updated_pct_bin"] == 10)


def check_times(pairs):
    for row in pairs:
        name, timed = row["record_id"], row["timed"]
        for side in ("src", "tgt"):
            ran = [it for it in timed if it[f"{side}_ticks"]]
            gross = sum(it[f"{side}_seconds"] for it in ran)
            assert close(gross, row[f"{side}_gross_runtime"]), name
            net = gross - len(ran) * row[f"{side}_startup"] if row["net_of_startup"] else gross
            if side == "tgt" or row["src_runtime_is"] == "measured":
                assert close(net, row[f"{side}_agg_runtime"]), name
        estimate = row["speedup_estimate"]
        assert close(estimate["value"], row["speedup"]), name
        assert row["speedup_at_least"] * (1 - 1e-9) <= row["speedup"], name
        assert estimate["low"] <= estimate["value"] <= estimate["high"], name
        if row["src_runtime_is"] == "measured":
            assert close(row["speedup_at_least"], row["speedup"]), name


def check_ids(folder, pairs, programs, rejects, calls):
    known = {row["program_id"] for row in programs}
    asked = {row["call_id"]: row for row in calls}
    tools = {row["tools_id"]: row for row in json.loads((folder / "tools.json").read_text())}
    problems = {row["problem_id"] for row in read(folder, "problems")}
    for row in programs:
        parts = row["problem_id"], row["language"], row["code"]
        assert row["program_id"] == "p" + digest(*parts)[:16]
        assert row["call_id"] in asked or row["origin"] == "submission", row["program_id"]
        assert set(row["parent_ids"]) <= known, row["program_id"]
    for row in pairs:
        ids = {row[it] for it in ("src_id", "tgt_id", "base_slow_id", "base_fast_id")}
        assert {*ids, *row["parent_ids"]} - {""} <= known, row["record_id"]
        assert row["record_id"] == "k" + digest(row["src_id"], row["tgt_id"])[:16]
        assert row["language"] == tools[row["tools_id"]]["language"]
        assert row["call_id"] in asked
        assert row["problem_id"] in problems
        for side in ("src", "tgt"):
            assert row[f"{side}_chars"] == len(row[f"{side}_code"])
    for row in rejects:
        assert {row["program_id"], row["for_program_id"]} - {""} <= known, row["record_id"]
        assert bool(row["code"]) == bool(row["program_id"]), row["record_id"]
        assert row["call_id"] in asked, row["record_id"]
        assert row["model"] == asked[row["call_id"]]["model"], row["record_id"]
        if row["reason"] == "different_output":
            assert row["test"], row["record_id"]
            assert row["input"], row["record_id"]
            assert row["expected"] != row["actual"], row["record_id"]
        if row["reason"] in MEASURED:
            assert row["ratio"] > 0, row["record_id"]


def read_tests(folder):
    """Return {record_id: [(test, input, output)]}, as docs/how-to/load-a-run.md does."""
    contents = {}
    for row in read(folder, "contents"):
        text = row["text"]
        data = text.encode() if row["encoding"] == "utf-8" else base64.b64decode(text)
        assert row["content_id"] == "x" + digest(data)[:16]
        contents[row["content_id"]] = data
    return {
        row["record_id"]: [
            (it["test"], contents[it["input"]], contents[it["output"]]) for it in row["tests"]
        ]
        for row in read(folder, "tests")
    }


def check_tests(folder, pairs):
    found = read_tests(folder)
    for row in pairs:
        tests = found[row["record_id"]]
        assert len(tests) == row["equal_on"] == sum(it["inputs"] for it in row["equal_on_strata"])
        assert digest(*(data for _, data, _ in tests)) == row["tests_sha"]
        assert {it["test"] for it in row["timed"]} <= {name for name, _, _ in tests}


def check_types(folders):
    """Every column has one type in all rows of all files, as pyarrow would infer it."""
    for table in TABLES:
        seen = {}
        for folder in folders:
            here = {}
            for row in read(folder, table):
                _merge_types(here, "", row)
            for path, kinds in here.items():
                null = kinds == {"NoneType"}
                assert len(kinds - {"NoneType"}) <= 1, (table, path, kinds)
                assert path.endswith("_status") or "NoneType" not in kinds, (table, path)
                if not null:
                    assert seen.setdefault(path, kinds) == kinds, (table, path)


def _merge_types(found, path, value):
    if isinstance(value, dict):
        for key, item in value.items():
            _merge_types(found, f"{path}.{key}", item)
    elif isinstance(value, list):
        for item in value:
            _merge_types(found, f"{path}[]", item)
    else:
        found.setdefault(path, set()).add(type(value).__name__)


def check_libraries(folders):
    """Load every configuration of both folders with `datasets`, and the lineage with networkx."""
    import jsonschema
    import networkx
    from datasets import concatenate_datasets, load_dataset

    schema = json.loads(SCHEMA.read_text())
    for table in TABLES:
        rows = {"type": "array", "items": schema["properties"][f"{table}.jsonl"]}
        for folder in folders:
            jsonschema.validate(read(folder, table), {**rows, "$defs": schema["$defs"]})
    for table in TABLES:
        parts = [load_dataset(str(folder), table, split="train") for folder in folders]
        rows = [row for folder in folders for row in read(folder, table)]
        # Equal means equal: each float is the one in the file, to the last bit.
        assert list(concatenate_datasets(parts)) == rows, table
    files = [str(folder / "pairs.jsonl") for folder in folders]
    for order in (files, files[::-1]):  # without the card's features, in either order
        plain = load_dataset("json", data_files=order, split="train")
        assert sorted(plain["record_id"]) == sorted(
            row["record_id"] for folder in folders for row in read(folder, "pairs")
        )
    for folder in folders:
        graph = networkx.read_graphml(folder / "lineage.graphml")
        kinds = dict(graph.nodes(data="kind"))
        for table, key, kind in (
            ("programs", "program_id", "program"),
            ("pairs", "record_id", "pair"),
        ):
            assert {name for name, it in kinds.items() if it == kind} == {
                row[key] for row in read(folder, table)
            }
        for row in read(folder, "pairs"):
            assert graph.nodes[row["record_id"]]["speedup"] == row["speedup"]
            assert graph.edges[row["record_id"], row["src_id"]]["relation"] == "slow"


def check_folder(folder):
    pairs, programs = read(folder, "pairs"), read(folder, "programs")
    assert pairs, f"{folder} has no pairs"
    check_pie_columns(pairs, programs)
    check_times(pairs)
    check_ids(folder, pairs, programs, read(folder, "rejects"), read(folder, "calls"))
    check_tests(folder, pairs)


def main(words):
    folders = [Path(word) for word in words if not word.startswith("--")]
    for folder in folders:
        check_folder(folder)
    check_types(folders)
    if "--datasets" in words:
        check_libraries(folders)


if __name__ == "__main__":
    main(sys.argv[1:])
