"""Nights that share a corpus: what the second finds, asks and adds; what is excluded by hand."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from commands import PROBLEMS, Pieforge, alone, config, contents, rows
from postgres import start_postgres

pytestmark = pytest.mark.slow

CORPUS = 'corpus.path = "known.sqlite"'


@pytest.fixture(scope="session")
def first_night(shared: Path) -> Path:
    """Return a folder with a first night, its corpus and its problem; not to be changed."""
    place = shared / "first-night"
    with alone(shared / "first-night.lock"):
        if not (place / "done").exists():
            shutil.copytree(PROBLEMS / "echosong", place / "problems" / "echosong")
            play(Pieforge(place, {"XDG_CACHE_HOME": str(shared / "cache")}), "one")
            (place / "done").touch()
    return place


@pytest.fixture
def pieforge(first_night: Path, pieforge: Pieforge) -> Pieforge:
    """Return the command, in a folder of its own with the first night."""
    shutil.copytree(first_night, pieforge.folder, dirs_exist_ok=True)
    return pieforge


def play(pieforge: Pieforge, name: str, seed: int = 1) -> Path:
    """Run a small night; return its folder."""
    lines = (CORPUS, 'run.problem_folder = "problems"')
    mine = config(pieforge.folder / f"{name}.toml", *lines, attempts=3, rounds=1, seed=seed)
    done = pieforge("run", mine, "--name", name)
    assert done.status == 0, done.stderr
    assert "added to the corpus" in done.stderr
    return pieforge.folder / "datasets_out" / name


def query(pieforge: Pieforge, kind: str, *words: object) -> list[dict[str, Any]]:
    done = pieforge("corpus", "query", kind, "--path", "known.sqlite", "--json", *words)
    assert done.status == 0, done.stderr
    found: list[dict[str, Any]] = done.json()["rows"]
    return found


def test_a_second_night_asks_other_questions_builds_on_the_first_and_adds_only_what_is_new(
    pieforge: Pieforge,
) -> None:
    first = pieforge.folder / "datasets_out" / "one"
    before = {row["id"]: row for row in query(pieforge, "pair")}
    assert {row["record_id"] for row in rows(first / "pairs.jsonl")} == before.keys() != set()
    second = play(pieforge, "two")
    pairs = {row["record_id"]: row for row in rows(second / "pairs.jsonl")}
    assert not pairs.keys() & before.keys()
    assert not {row["src_id"] for row in pairs.values()} & {
        row["data"]["src_id"] for row in before.values()
    }
    found = {row["id"]: row["found_by"] for row in query(pieforge, "pair")}
    assert found == dict.fromkeys(before, "one") | dict.fromkeys(pairs, "two")
    asked = [{row["call_id"] for row in rows(it / "calls.jsonl")} for it in (first, second)]
    assert asked[0] & asked[1] != asked[0]
    programs = {row["program_id"]: row for row in rows(second / "programs.jsonl")}
    parents = {
        row["parent_ids"][0]
        for row in programs.values()
        if row["origin"] == "author" and row["round"]
    }
    assert parents & {row["data"]["src_id"] for row in before.values()}, "the first night's pairs"
    assert {name for row in programs.values() for name in row["parent_ids"]} <= programs.keys()
    verified = pieforge("verify", second, "two.toml")
    assert verified.status == 0, verified.stdout
    stats = pieforge("corpus", "stats", "--path", "known.sqlite", "--json").json()
    assert (stats["state"], stats["runs"], stats["pairs"]) == (2, 2, len(found))
    assert stats["programs"] == len(query(pieforge, "program"))
    fast = query(pieforge, "pair", "--where", "speedup>=5", "--where", "found_by=two")
    assert {row["id"] for row in fast} == pairs.keys()
    done = pieforge("corpus", "query", "pair", "--path", "known.sqlite", "--out", "all.jsonl")
    assert done.status == 0
    assert {row["record_id"] for row in rows(pieforge.folder / "all.jsonl")} == found.keys()


@pytest.mark.long
def test_a_run_sees_what_the_corpus_had_at_its_start_also_when_repeated(
    pieforge: Pieforge,
) -> None:
    shutil.copy(pieforge.folder / "known.sqlite", pieforge.folder / "kept.sqlite")
    second = play(pieforge, "two")
    done = pieforge("run", "two.toml", "--replay", second, "--name", "again")
    assert done.status == 0, done.stderr
    assert contents(pieforge.folder / "datasets_out" / "again") == contents(second)
    shutil.copy(pieforge.folder / "kept.sqlite", pieforge.folder / "known.sqlite")
    for path in pieforge.folder.glob("known.sqlite-*"):
        path.unlink()
    assert contents(play(pieforge, "two-b")) == contents(second)


@pytest.mark.long
def test_what_is_excluded_by_hand_stays_out_of_later_nights(pieforge: Pieforge) -> None:
    pair, *_ = query(pieforge, "pair")
    words = ("--path", "known.sqlite")
    for kind, name in (("pair", pair["id"]), ("class", pair["class_id"])):
        done = pieforge("corpus", "exclude", kind, name, "--reason", "by hand", *words)
        assert done.status == 0, done.stderr
    done = pieforge("corpus", "exclude", "pair", pair["id"], *words)
    done.says("an exclusion has a reason", "--undo")
    later = play(pieforge, "two")
    programs = rows(later / "programs.jsonl")
    assert pair["data"]["src_id"] not in {
        name for row in programs for name in row["parent_ids"][:1] if row["origin"] == "author"
    }
    assert pair["class_id"] not in {row["class_id"] for row in rows(later / "pairs.jsonl")}
    assert [row["excluded"] for row in query(pieforge, "pair", "--where", f"id={pair['id']}")] == [
        "by hand"
    ]
    pieforge("corpus", "exclude", "problem", "echosong", "--reason", "bad tests", *words)
    refused = pieforge("run", "two.toml", "--name", "three")
    refused.says("all problems of the run are excluded", "echosong: bad tests", "--undo")


def test_pairs_of_a_changed_package_are_stale_until_they_are_judged_again(
    pieforge: Pieforge,
) -> None:
    statement = next((pieforge.folder / "problems" / "echosong" / "statement").glob("*"))
    statement.write_text(statement.read_text() + "\nA last remark.\n")
    done = pieforge("corpus", "rejudge", "--config", "one.toml", "--json")
    assert done.status == 0, done.stderr
    pairs = query(pieforge, "pair")
    assert done.json()["holds"] == len(pairs) > 0
    assert {row["stale"] for row in pairs} == {""}
    assert {row["stale"] for row in query(pieforge, "reject")} == {
        "the package echosong has changed"
    }


@pytest.mark.long
def test_two_corpora_merge_into_one_that_knows_the_programs_of_both(pieforge: Pieforge) -> None:
    (pieforge.folder / "known.sqlite").rename(pieforge.folder / "other.sqlite")
    play(pieforge, "two", seed=2)
    mine = query(pieforge, "program")
    done = pieforge("corpus", "merge", "other.sqlite", "--config", "two.toml", "--json")
    assert done.status == 0, done.stderr
    both = query(pieforge, "program")
    assert done.json()["program"] == len(both) - len(mine) > 0
    assert {row["found_by"] for row in query(pieforge, "pair")} == {"one", "two"}
    again = pieforge("corpus", "merge", "other.sqlite", "--config", "two.toml", "--json")
    assert set(again.json().values()) == {0}


@pytest.mark.long
def test_a_night_with_postgres_gives_the_files_of_one_with_sqlite(pieforge: Pieforge) -> None:
    # A socket's path has at most 107 bytes, and the server's user has to reach the folder.
    with tempfile.TemporaryDirectory(prefix="pieforge-", dir="/tmp") as place:
        os.chmod(place, 0o755)  # noqa: PTH101
        with start_postgres(Path(place) / "server") as address:
            mine = pieforge.folder / "one.toml"
            text = mine.read_text().replace(CORPUS, f'corpus.postgres = "{address}"')
            (pieforge.folder / "postgres.toml").write_text(text)
            for name in ("postgres", "again"):
                done = pieforge("run", "postgres.toml", "--name", name)
                assert done.status == 0, done.stderr
            merged = pieforge("corpus", "merge", address, "--path", "new.sqlite", "--json")
            assert merged.status == 0, merged.stderr
            stats = pieforge("corpus", "stats", "--config", "postgres.toml", "--json").json()
    folders = [pieforge.folder / "datasets_out" / name for name in ("one", "postgres", "again")]
    assert contents(folders[0]) == contents(folders[1]) != contents(folders[2])
    assert stats["runs"] == 2
    assert merged.json() == {
        kind: stats[f"{kind}s"] for kind in ("problem", "program", "pair", "reject", "sample")
    }


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('classes.index = "known"', "corpus.path"),
        ('simulator.samples = "measured"', "corpus.path"),
        ('corpus.path = "a"\ncorpus.postgres = "host=b"', "exclude each other"),
        ('corpus.postgres = "host=b password=c"', "PGPASSWORD"),
        ('corpus.postgres = "no address"', "postgresql://HOST/NAME"),
        ('corpus.path = "text"', "corpus"),
    ],
)
def test_a_corpus_that_cannot_be_used_is_named_with_the_fix(
    line: str, says: str, pieforge: Pieforge
) -> None:
    (pieforge.folder / "text").write_text("no database " * 1000)
    done = pieforge("run", config(pieforge.folder / "my.toml", line), "--name", "a")
    done.says(says, "fix:")
    assert not (pieforge.folder / "datasets_out" / "a").exists()


def test_commands_name_a_corpus_that_is_not_there(pieforge: Pieforge) -> None:
    pieforge("corpus", "stats", "--path", "none.sqlite").says("no such corpus", "none.sqlite")
    pieforge("corpus", "stats").says("no corpus is named", "--config")
    assert not (pieforge.folder / "none.sqlite").exists()
