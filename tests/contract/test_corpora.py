"""What every database of a corpus does: SQLite, and PostgreSQL in `make test-long`."""

import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from postgres import start_postgres

from pieforge.corpus.corpus import Addition, Corpus, CorpusRow, StoredTree, open_corpus
from pieforge.errors import CorpusError, DatabaseError
from pieforge.records import digest

Open = Callable[[], AbstractContextManager[Corpus]]
BIG = b"n" * 1000


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    # A socket's path has at most 107 bytes, and the server's user has to reach the folder.
    with tempfile.TemporaryDirectory(prefix="pieforge-", dir="/tmp") as place:
        os.chmod(place, 0o755)  # noqa: PTH101
        with start_postgres(Path(place) / "server") as address:
            yield address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.long)])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    """Return a function that opens one and the same corpus."""
    path: Path | None = tmp_path / "known" / "corpus.sqlite"
    address = ""
    if request.param == "postgres":
        import psycopg

        server, path = request.getfixturevalue("server"), None
        name = f"d{digest(request.node.name)[:12]}"
        with psycopg.connect(server, autocommit=True) as db:
            db.execute(f"CREATE DATABASE {name}".encode())
        address = server.replace("dbname=postgres", f"dbname={name}")

    @contextmanager
    def open_one() -> Iterator[Corpus]:
        corpus = open_corpus(path, address, 5000)
        yield corpus
        corpus.close()

    return open_one


def program(name: str, class_id: str = "c1") -> CorpusRow:
    data = {
        "program_id": name,
        "problem_id": "sums",
        "language": "cpp17",
        "code": f"int {name};\0é",
    }
    return CorpusRow("program", name, data, "sums", "cpp17", class_id)


def pair(name: str, slow: str) -> CorpusRow:
    return CorpusRow("pair", name, {"src_id": slow, "problem_id": "sums"}, "sums", "cpp17", slow)


PROBLEM = CorpusRow("problem", "sums", {"problem_id": "sums"}, "sums", "", "sha-1")


async def add(
    corpus: Corpus,
    run: str,
    rows: Sequence[CorpusRow] = (),
    **more: Any,  # noqa: ANN401  fields of `Addition`
) -> dict[str, int]:
    async with corpus.hold_lock(run):
        added = corpus.add(run, run, Addition(rows=rows, **more))
    return {kind: count for kind, count in added.items() if count}


async def test_what_a_run_adds_is_there_for_the_next_with_its_name(opened: Open) -> None:
    with opened() as corpus:
        assert corpus.begin_run("r1", "monday", {}, {}) == 0
        added = await add(corpus, "r1", [PROBLEM, program("p1"), pair("x", "p1")])
        assert added == {"problem": 1, "program": 1, "pair": 1}
    with opened() as corpus:
        assert corpus.begin_run("r2", "tuesday", {}, {}) == 1
        assert await add(corpus, "r2", [program("p1", "c9"), program("p2")]) == {"program": 1}
        found = {row["id"]: row for row in corpus.iter_rows("program")}
        assert [found[name]["found_by"] for name in ("p1", "p2")] == ["monday", "tuesday"]
        assert found["p1"]["data"] == program("p1").data
        assert (corpus.find_class("p1"), corpus.find_class("p3")) == ("c1", None)
        assert [row["id"] for row in corpus.iter_rows("program", state=1)] == ["p1"]
        assert [row["code"] for row in corpus.load_programs(["p2", "p3"])] == ["int p2;\0é"]
        assert corpus.collect_statistics()["runs"] == 2


async def test_a_run_reads_the_classes_of_the_state_that_it_began_with(opened: Open) -> None:
    with opened() as corpus:
        seen = []
        for number in range(3):
            seen.append(corpus.begin_run(f"r{number}", f"r{number}", {}, {}))
            sha, other = digest(b"5\n"), digest(str(number).encode())
            tree = StoredTree(["sums"], [sha], {"inputs": [other], "number": number})
            inputs = {sha: ("secret/1", b"5\n"), other: ("drawn", str(number).encode())}
            await add(corpus, f"r{number}", trees={"f": tree}, inputs=inputs)
        assert seen == [0, 1, 2]
        assert corpus.read_tree("f", 0) is None
        trees = [corpus.read_tree("f", state) for state in (1, 2, None)]
        assert [it.tree["number"] for it in trees if it] == [0, 1, 2]
        assert corpus.list_formats() == ["f"]
        assert corpus.load_input(digest(b"5\n")) == ("secret/1", b"5\n")

        corpus.begin_run("open", "open", {}, {})
        assert corpus.collect_garbage() == {"trees": 2, "inputs": 2, "measurements": 0}
        assert corpus.read_tree("f", 3) is not None
        await add(corpus, "r9", trees={"f": StoredTree(["sums"], [], {"inputs": []})})
        assert corpus.collect_garbage()["trees"] == 0, "the open run saw the version before"
        corpus.forget_run("open")
        assert corpus.collect_garbage()["trees"] == 1
        with pytest.raises(CorpusError, match="no run 'open'"):
            corpus.forget_run("open")
        with pytest.raises(CorpusError, match="is missing or damaged"):
            corpus.load_input(digest(b"5\n"))


async def test_an_addition_happens_as_a_whole_or_not_at_all(opened: Open) -> None:
    with opened() as corpus:
        async with corpus.hold_lock("r1"):
            with pytest.raises(AttributeError):
                corpus.add("r1", "r1", Addition(rows=[program("p1")], trees={"f": None}))  # type: ignore[dict-item]
            with pytest.raises(DatabaseError, match="was lost"):
                corpus.add("r2", "r2", Addition(rows=[program("p1")]))
        assert (corpus.state, corpus.count_rows()["program"]) == (0, 0)


async def test_one_process_at_a_time_adds_and_a_killed_owner_loses_the_lock(opened: Open) -> None:
    with opened() as one, opened() as other:
        async with one.hold_lock("one"):
            waiting = asyncio.create_task(add(other, "other", [program("p1")]))
            await asyncio.sleep(0.5)
            assert not waiting.done()
            await add(one, "one", [program("p2")])
            async with one.hold_lock("one"):
                pass
        assert await waiting == {"program": 1}
        # What a killed process leaves behind is a lock whose lease ends.
        one.database.execute("INSERT INTO lock VALUES (1, 'killed', 1)")
        assert await add(other, "other", [program("p3")]) == {"program": 1}


async def test_other_tools_and_packages_make_verdicts_stale(opened: Open) -> None:
    tools = {"cpp17": "g++ 12", "python": "3.11", "cachegrind": "a", "langgraph": "1"}
    reject = CorpusRow("reject", "no", {}, "sums", "python")
    with opened() as corpus:
        corpus.begin_run("r1", "r1", tools, {"sums": "sha-1"})
        await add(corpus, "r1", [PROBLEM, program("p1"), pair("x", "p1"), reject])

        def list_stale() -> dict[str, str]:
            rows = (*corpus.iter_rows("pair"), *corpus.iter_rows("reject"))
            return {row["id"]: row["stale"] for row in rows if row["stale"]}

        corpus.begin_run("r2", "r2", tools | {"langgraph": "2", "rust": "1"}, {"sums": "sha-1"})
        assert list_stale() == {}
        corpus.begin_run("r2", "r2", tools | {"cpp17": "g++ 13"}, {"sums": "sha-1"})
        assert list_stale() == {"x": "cpp17 was g++ 12, and is g++ 13"}
        corpus.settle("r2", "x", "")
        corpus.begin_run("r2", "r2", tools | {"cpp17": "g++ 13"}, {"sums": "sha-1"})
        assert list_stale() == {}
        corpus.begin_run("r3", "r3", tools | {"cpp17": "g++ 13"}, {"sums": "sha-2", "new": "a"})
        assert list_stale() == dict.fromkeys(("x", "no"), "the package sums has changed")
        assert [name for name, _ in corpus.iter_stale_pairs()] == ["x"]
        corpus.settle("r3", "x", "confirm: too_little_speedup")
        assert corpus.get_exclusions()["pair"] == {"x": "confirm: too_little_speedup"}


async def test_what_is_excluded_stays_so_until_it_is_included_again(opened: Open) -> None:
    with opened() as corpus:
        await add(corpus, "r1", [PROBLEM, program("p1"), program("p2", "c2"), pair("x", "p1")])
        for kind, name in (("problem", "sums"), ("class", "c2"), ("pair", "x")):
            corpus.exclude(kind, name, f"no {kind}")  # type: ignore[arg-type]
            with pytest.raises(CorpusError, match=f"no {kind} 'unknown'") as caught:
                corpus.exclude(kind, "unknown", "why")  # type: ignore[arg-type]
            assert "pieforge corpus query" in caught.value.fix
    with opened() as corpus:
        assert corpus.get_exclusions() == {
            "problem": {"sums": "no problem"},
            "class": {"c2": "no class"},
            "pair": {"x": "no pair"},
        }
        corpus.exclude("problem", "sums", "")
        rows = (*corpus.iter_rows("program"), *corpus.iter_rows("pair"))
        assert {row["id"]: row["excluded"] for row in rows} == {
            "p1": "",
            "p2": "no class",
            "x": "no pair",
        }
        assert [row["class_id"] for row in corpus.iter_rows("pair")] == ["c1"]
        corpus.exclude("pair", "x", "")
        corpus.exclude("class", "c1", "another reason")
        assert [row["excluded"] for row in corpus.iter_rows("pair")] == ["another reason"]


def test_each_night_of_a_seed_has_a_number_of_its_own(opened: Open) -> None:
    with opened() as one, opened() as other:
        claims = [(one, 1, "a"), (other, 1, "b"), (one, 11, "a"), (other, 1, "a"), (one, 1, "c")]
        assert [it.claim_night(seed, name) for it, seed, name in claims] == [1, 2, 1, 1, 3]
        one.begin_run("r1", "a", {}, {})
        assert other.claim_night(1, "a") == 4, "another run of that name"


def test_the_cache_keeps_what_was_used_last_within_its_limit(opened: Open) -> None:
    with opened() as corpus:
        cache = corpus.measurements
        for number in range(5):
            cache.write(f"m{number}", BIG)
        corpus.database.execute("UPDATE measurements SET used = 1")
        assert cache.read("m0") == BIG
        cache.write("m5", BIG)
        assert cache.count_bytes() <= 5000
        assert [cache.read(f"m{number}") for number in (0, 1, 5)] == [BIG, None, BIG]
        corpus.database.execute("UPDATE measurements SET sha = 'x' WHERE name = 'm5'")
        assert cache.read("m5") is None, "damaged"


async def test_a_corpus_is_copied_with_its_history(opened: Open, tmp_path: Path) -> None:
    other = open_corpus(tmp_path / "other.sqlite", "", 5000)
    other.begin_run("r1", "theirs", {}, {})
    other.claim_night(1, "theirs")
    await add(other, "r1", [program("p1"), pair("x", "p1")])
    other.exclude("pair", "x", "wrong")
    other.measurements.write("m", BIG)
    with opened() as corpus:
        for _ in range(2):
            await add(corpus, "merge", list(other.iter_corpus_rows()))
            corpus.copy_from(other)
        [row] = corpus.iter_rows("pair")
        assert (row["found_by"], row["excluded"]) == ("theirs", "wrong")
        assert corpus.measurements.read("m") == BIG
        assert corpus.claim_night(1, "mine") == 2
    other.close()


def test_a_corpus_of_another_version_is_refused(opened: Open) -> None:
    with opened() as corpus:
        corpus.database.execute("UPDATE meta SET value = 99 WHERE name = 'version'")
    with pytest.raises(CorpusError, match="version 99"), opened():
        pass
