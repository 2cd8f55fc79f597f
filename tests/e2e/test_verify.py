"""verify: every field of a row, forged ledgers, missing evidence, other tools, progress."""

import copy
import json
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from commands import Pieforge, alone, config, rows

from pieforge.problems import BUNDLED
from pieforge.rows import Pair

pytestmark = pytest.mark.slow

Row = dict[str, Any]


def alter(value: Any) -> Any:  # noqa: ANN401
    """Return another value of the same JSON type."""
    if isinstance(value, dict):
        name = next(iter(value))
        return {**value, name: alter(value[name])}
    if isinstance(value, list):
        return [alter(value[0]), *value[1:]] if value else ["x"]
    if isinstance(value, str):
        return f"{value}x"
    if value is None:
        return "Accepted"
    return not value if isinstance(value, bool) else value * 3 + 1


def change(name: str, value: Callable[[Any], Any]) -> Callable[[Row], None]:
    def apply(row: Row) -> None:
        row[name] = value(row[name])

    return apply


def other_output(row: Row) -> None:
    main = row["tgt_code"].rindex("return 0;")
    row["tgt_code"] = f'{row["tgt_code"][:main]}puts("x"); {row["tgt_code"][main:]}'


def as_slow(row: Row) -> None:
    row["tgt_code"] = row["src_code"]


def asks_for_its_build(row: Row) -> None:
    row["tgt_code"] = "#ifdef __clang__\n#endif\n" + row["tgt_code"]


def reads_too_far(row: Row) -> None:
    main = row["tgt_code"].rindex("return 0;")
    beyond = "static int k[2], at = 3; if (k[at] != 0) std::cout << k[at];"
    row["tgt_code"] = f"{row['tgt_code'][:main]}{beyond} {row['tgt_code'][main:]}"


def broken_code(row: Row) -> None:
    row["src_code"] = "int main() {"


PROGRAMS = {
    "different_output": other_output,
    "too_little_speedup": as_slow,
    "tgt: knows_its_build __clang__": asks_for_its_build,
    "tgt: undefined_behavior index": reads_too_far,
    "src: slow_fails": broken_code,
}
"""Changes of a program, by what is found."""
FIELDS = {
    **{name: change(name, alter) for name in Pair.model_fields},
    "speedup, negative": change("speedup", lambda value: -value),
    "speedup, slightly": change("speedup", lambda value: value * 1.0001),
    "equal_on, as text": change("equal_on", str),
    "repeats, as a number with a point": change("repeats", float),
    "license": lambda row: row.update(license="MIT"),
    "round, removed": lambda row: row.pop("round") and None,
    "schema_version, unknown": lambda row: row.update(schema_version=99),
    "problem_id, unknown": lambda row: row.update(problem_id="../echosong"),
    "language, unknown": lambda row: row.update(language="cobol"),
    "growth_exponent, no number": lambda row: row.update(growth_exponent=float("nan")),
}
"""Changes of a field, by its name."""
LINES = {"{": "no JSON", "3": "no JSON object", "": "no JSON", "{}": "schema_version is None"}
CHANGES = {**PROGRAMS, **FIELDS}


@pytest.fixture(scope="session")
def altered(finished: tuple[Path, Any], shared: Path) -> dict[str, Any]:
    """Return what verify prints of one file in which every row but the first is altered."""
    place = shared / "altered"
    with alone(shared / "altered.lock"):
        if not (place / "found.json").exists():
            shutil.copytree(finished[0], place / "run")
            [first, kept, *_] = rows(place / "run" / "pairs.jsonl")
            lines = [json.dumps(kept)]
            for apply in CHANGES.values():
                row = copy.deepcopy(first)
                apply(row)
                lines.append(json.dumps(row))
            (place / "run" / "pairs.jsonl").write_text("\n".join([*lines, *LINES, lines[0]]) + "\n")
            here = Pieforge(place, {"XDG_CACHE_HOME": str(shared / "cache")})
            done = here("verify", "run", "--json")
            assert done.status == 1, done
            (place / "found.json").write_text(done.stdout)
        found: dict[str, Any] = json.loads((place / "found.json").read_text())
    return found


def get_row(found: dict[str, Any], number: int) -> dict[str, Any]:
    [row] = [row for row in found["broken"] if row["number"] == number]
    return dict(row)


@pytest.mark.parametrize("name", FIELDS)
def test_an_altered_field_is_named(name: str, altered: dict[str, Any]) -> None:
    row = get_row(altered, 2 + list(CHANGES).index(name))
    column = name.split(",")[0]
    assert column in {it["column"] for it in row["fields"]}, row
    [found] = [it for it in row["fields"] if it["column"] == column]
    assert found["row"] != found["derived"]


@pytest.mark.parametrize("finding", PROGRAMS)
def test_an_altered_program_is_judged_again(finding: str, altered: dict[str, Any]) -> None:
    row = get_row(altered, 2 + list(CHANGES).index(finding))
    assert any(finding in why for why in row["broken"]), row
    assert {"src_id", "tgt_id"} & {it["column"] for it in row["fields"]}


def test_a_malformed_line_stops_no_other_and_a_pair_counts_once(altered: dict[str, Any]) -> None:
    first = 2 + len(CHANGES)
    for number, fault in enumerate(LINES.values(), first):
        assert any(fault in why for why in get_row(altered, number)["broken"])
    assert altered["hold"] == 1
    assert altered["pairs"] == 1 + len(CHANGES) + len(LINES) + 1
    [why] = get_row(altered, altered["pairs"])["broken"]
    assert why == "the same pair as in row 1"


def test_a_difference_is_shown_and_made_smaller(altered: dict[str, Any]) -> None:
    difference = get_row(altered, 2 + list(CHANGES).index("different_output"))["difference"]
    assert difference["stratum"] == "sample"
    assert difference["output_b"] == difference["output_a"] + "x\n"
    assert len(difference["input"]) <= 2  # one letter: the smallest song


@pytest.fixture
def mine(run_folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(run_folder, tmp_path / "mine")


def keep_pairs(folder: Path, count: int) -> list[Row]:
    """Keep the first pairs of a run folder, and return them."""
    kept = rows(folder / "pairs.jsonl")[:count]
    (folder / "pairs.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in kept))
    return kept


def test_every_pair_of_a_good_run_holds(run_folder: Path, pieforge: Pieforge) -> None:
    done = pieforge("verify", run_folder, "--json")
    assert done.status == 0, done.stderr
    found = done.json()
    assert found["pairs"] == found["hold"] == len(rows(run_folder / "pairs.jsonl"))
    assert found["broken"] == found["unverified"] == found["files"] == []


def test_a_ledger_that_was_forged_with_its_rows_does_not_hold(
    mine: Path, pieforge: Pieforge
) -> None:
    first, second = rows(mine / "pairs.jsonl")[:2]
    with closing(sqlite3.connect(mine / "state" / "ledger.sqlite")) as db, db:

        def forge(row: Row, apply: Callable[[dict[str, Any]], None]) -> None:
            where = "stage = 'candidate' AND subject = ?"
            [(text,)] = db.execute(f"SELECT result FROM stages WHERE {where}", (row["src_id"],))
            record = json.loads(text)
            apply(record)
            db.execute(
                f"UPDATE stages SET result = ? WHERE {where}", (json.dumps(record), row["src_id"])
            )

        def forge_first(record: dict[str, Any]) -> None:
            record["measure"]["slow"]["ticks"] = [3 * n for n in record["measure"]["slow"]["ticks"]]
            for it in record["check_outputs"]["candidates"]:
                it["equal_on"] = 400
            record["sanitize"]["report"]["repeats"] += 5
            record["sanitize"]["report"]["builds_agree"].append("another")

        def forge_second(record: dict[str, Any]) -> None:
            record["fit_scaling"]["ratios"][0]["ratio"] *= 3
            record["fit_scaling"]["edit_kind"] = "io"
            record["fit_scaling"]["edit"]["edit_id"] = "another"

        forge(first, forge_first)
        forge(second, forge_second)
    keep_pairs(mine, 2)
    assert take_over_derived(pieforge, mine, "ledger") > 10
    done = pieforge("verify", mine, "--json")
    assert done.status == 1, done.stderr
    columns = {
        row["record_id"]: {it["column"] for it in row["fields"] if it["source"] == "recomputed"}
        for row in done.json()["broken"]
    }
    assert columns[first["record_id"]] >= {
        *("src_agg_runtime", "speedup", "speedup_at_least", "timed", "src_gross_runtime"),
        *("equal_on", "repeats", "builds_agree", "src_reward_updated"),
    }
    assert columns[second["record_id"]] >= {"ratios", "edit_kind", "edit_id"}


def take_over_derived(pieforge: Pieforge, folder: Path, source: str) -> int:
    """Write the values that verify reports into the rows, as a forger would; return how many."""
    found = pieforge("verify", folder, "--json").json()
    changed = {row["record_id"]: row["fields"] for row in found["broken"]}
    kept = rows(folder / "pairs.jsonl")
    count = 0
    for row in kept:
        for it in changed.get(row["record_id"], ()):
            assert it["source"] == source
            row[it["column"]] = json.loads(it["derived"])
            count += 1
    (folder / "pairs.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in kept))
    return count


def test_other_exported_files_are_compared_with_the_ledger(mine: Path, pieforge: Pieforge) -> None:
    keep_pairs(mine, 1)
    for name, old, new in (
        ("problems.jsonl", '"license":"', '"license":"x'),
        ("tools.json", '"compiler": "', '"compiler": "x'),
        ("programs.jsonl", '"program_id":"p', '"program_id":"q'),
        ("summary.json", '"pairs": ', '"pairs": 1'),
    ):
        text = (mine / name).read_text()
        assert old in text
        (mine / name).write_text(text.replace(old, new, 1))
    done = pieforge("verify", mine)
    assert done.status == 1, done.stderr
    assert "1 of 1 pairs hold" in done.stdout
    for field in ("problems.jsonl, row 1: license", "tools.json, row 1: compiler"):
        assert field in done.stdout
    assert "programs.jsonl, row 1: program_id" in done.stdout
    assert "summary.json, row 1: edits" in done.stdout


def test_a_run_that_mixes_problems_that_the_split_keeps_apart_does_not_hold(
    pieforge: Pieforge,
) -> None:
    names = ("echosong", "lanternoil")
    mine = config(pieforge.folder / "my.toml", attempts=1, rounds=1, problems=names)
    assert pieforge("run", mine, "--name", "a").status == 0
    for name in names:
        shutil.copytree(BUNDLED / name, pieforge.folder / "parts" / name)
    (pieforge.folder / "parts" / "split.toml").write_text(
        'train = ["echosong"]\nheld_out = ["lanternoil"]\n'
    )
    own = pieforge.folder / "own.toml"
    own.write_text('run.problem_folder = "parts"')
    done = pieforge("verify", "datasets_out/a", own)
    assert done.status == 1, done
    assert "mixes parts of the split: lanternoil is in held_out, echosong is in train" in (
        done.stdout
    )


def test_a_problem_that_is_not_known_leaves_its_pairs_unverified(
    mine: Path, pieforge: Pieforge
) -> None:
    keep_pairs(mine, 1)
    (pieforge.folder / "empty").mkdir()
    own = pieforge.folder / "my.toml"
    own.write_text('run.problem_folder = "empty"')
    done = pieforge("verify", mine, own)
    assert done.status == 4, done
    assert "cannot be verified: " in done.stdout
    assert "problem 'echosong'" in done.stdout
    assert "0 of 1 pairs hold, 1 cannot be verified" in done.stdout


def test_without_its_ledger_a_pair_cannot_be_verified(mine: Path, pieforge: Pieforge) -> None:
    [row] = keep_pairs(mine, 1)
    (mine / "state" / "ledger.sqlite").unlink()
    done = pieforge("verify", mine, "--json")
    assert done.status == 4, done
    [found] = done.json()["unverified"]
    assert found["equal_on"] == row["equal_on"]
    assert "the run's ledger has no such pair" in found["missing"]
    assert "has no ledger" in done.stderr
    assert not (mine / "state" / "ledger.sqlite").exists()


def test_with_another_compiler_verdicts_are_recomputed_and_figures_are_not_comparable(
    mine: Path, pieforge: Pieforge
) -> None:
    keep_pairs(mine, 1)
    path = mine / "run.toml"
    text = path.read_text()
    line = next(line for line in text.splitlines() if line.startswith("cpp17 = "))
    path.write_text(text.replace(line, 'cpp17 = "another compiler"'))
    assert take_over_derived(pieforge, mine, "ledger") == 1  # tools_id
    done = pieforge("verify", mine, "--json")
    assert done.status == 4, done
    [found] = done.json()["unverified"]
    assert found["speedup"] > 5
    [why] = found["missing"]
    assert "its figures are not comparable: cpp17 was 'another compiler'" in why


def test_a_sample_a_file_without_pairs_and_a_run_that_did_not_end(
    mine: Path, pieforge: Pieforge
) -> None:
    done = pieforge("verify", mine, "--sample", 1, "--json")
    assert done.status == 0, done.stderr
    assert done.json()["pairs"] == done.json()["hold"] == 1
    keep_pairs(mine, 0)
    done = pieforge("verify", mine)
    assert done.status == 0
    assert "no pairs to check" in done.stdout
    (mine / "pairs.jsonl").unlink()
    pieforge("verify", mine).says("no pairs.jsonl", f"pieforge run --resume {mine}")


def test_an_interrupted_verification_goes_on_where_it_was(mine: Path, pieforge: Pieforge) -> None:
    keep_pairs(mine, 1)
    # A cache of its own: other tests verify at the same time.
    pieforge = pieforge.with_environment(XDG_CACHE_HOME=str(pieforge.folder / "cache"))
    place = pieforge.folder / "cache" / "pieforge" / "verified"

    def count_results() -> int:
        [path] = place.glob("*.sqlite")
        with closing(sqlite3.connect(path)) as db:
            return int(db.execute("SELECT count(*) FROM stages").fetchone()[0])

    process = pieforge.start("verify", mine)
    deadline = time.monotonic() + pieforge.patience_s
    kept = 0
    while kept < 10 and time.monotonic() < deadline:
        time.sleep(0.1)
        try:
            kept = count_results()
        except (ValueError, sqlite3.Error):
            continue
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate()
    assert process.returncode == 130, stderr
    assert "the same command goes on from there" in stderr
    assert count_results() >= kept >= 10
    done = pieforge("verify", mine)
    assert done.status == 0, done
    assert not list(place.glob("*.sqlite"))


def test_an_unknown_simulator_is_refused(run_folder: Path, pieforge: Pieforge) -> None:
    done = pieforge("verify", run_folder, "--simulator", "cachegrid")
    done.says("no simulator called 'cachegrid'", "did you mean 'cachegrind'?")


def test_a_folder_without_a_run_is_refused(pieforge: Pieforge) -> None:
    pieforge("verify", pieforge.folder).says("no run folder", str(pieforge.folder))
