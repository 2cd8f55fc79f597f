import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest

from pieforge.errors import RunFolderError, StorageError
from pieforge.ledger import Ledger
from pieforge.records import ProgramText, Record


class Counted(Record):
    KIND: ClassVar[str] = "counted"

    value: int


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "ledger.sqlite")


def test_a_stored_result_is_found_after_reopening(tmp_path: Path) -> None:
    first = Ledger(tmp_path / "ledger.sqlite")
    first.put(Counted(value=7), "subject", "inputs")
    sha = first.put_blob("text")
    first.close()
    second = Ledger(tmp_path / "ledger.sqlite")
    assert second.get(Counted, "subject", "inputs") == Counted(value=7)
    assert second.get_text(sha) == "text"


def test_other_inputs_are_another_stage(ledger: Ledger) -> None:
    ledger.put(Counted(value=7), "subject", "a")
    assert ledger.get(Counted, "subject", "b") is None


async def test_a_stage_is_computed_once(ledger: Ledger) -> None:
    calls = []

    async def compute() -> Counted:
        calls.append(1)
        return Counted(value=len(calls))

    first = await ledger.compute_once(Counted, "s", "i", compute)
    second = await ledger.compute_once(Counted, "s", "i", compute)
    assert first == second == Counted(value=1)


async def test_callers_at_the_same_time_share_one_computation(ledger: Ledger) -> None:
    calls = []

    async def compute() -> Counted:
        calls.append(1)
        await asyncio.sleep(0.01)
        return Counted(value=1)

    await asyncio.gather(*(ledger.compute_once(Counted, "s", "i", compute) for _ in range(5)))
    assert len(calls) == 1


async def test_a_cancelled_caller_does_not_take_the_others_result_away(ledger: Ledger) -> None:
    going = asyncio.Event()

    async def compute() -> Counted:
        going.set()
        await asyncio.sleep(0.01)
        return Counted(value=3)

    first = asyncio.ensure_future(ledger.compute_once(Counted, "s", "i", compute))
    await going.wait()
    second = asyncio.ensure_future(ledger.compute_once(Counted, "s", "i", compute))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == Counted(value=3)


async def test_a_stage_that_fails_stays_open(ledger: Ledger) -> None:
    async def fail() -> Counted:
        raise OSError("passing")

    with pytest.raises(OSError, match="passing"):
        await ledger.compute_once(Counted, "s", "i", fail)

    async def succeed() -> Counted:
        return Counted(value=2)

    assert await ledger.compute_once(Counted, "s", "i", succeed) == Counted(value=2)


def test_rows_come_in_the_subjects_order(ledger: Ledger) -> None:
    for subject in ("b", "a", "c"):
        ledger.put(Counted(value=ord(subject)), subject)
    assert [subject for subject, _ in ledger.iter_results(Counted)] == ["a", "b", "c"]


def test_a_missing_blob_is_named(ledger: Ledger) -> None:
    with pytest.raises(RunFolderError, match="blob beef is missing"):
        ledger.get_blob("beef")


def test_a_ledger_of_another_schema_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(RunFolderError, match="schema version 99"):
        Ledger(path)


def test_a_file_that_is_no_ledger_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_text("this is no database, but it is long enough to be read as one" * 20)
    with pytest.raises(RunFolderError, match="not a ledger"):
        Ledger(path)


def test_a_folder_that_cannot_be_written_is_a_storage_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="check that the folder exists"):
        Ledger(tmp_path / "missing" / "ledger.sqlite")


def test_a_record_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger(path)
    for subject, damage in (
        ("cut", '{"value": '),
        ("number", '{"value": "seven"}'),
        ("text", b"{\xff}"),
        ("empty", ""),
    ):
        ledger.put(Counted(value=7), subject)
        with sqlite3.connect(path) as db:
            db.execute("UPDATE stages SET result = CAST(? AS TEXT)", (damage,))
        db.close()
        with pytest.raises(RunFolderError, match="damaged") as caught:
            ledger.get(Counted, subject)
        assert "ledger.sqlite" in caught.value.where
        assert "restore the file" in caught.value.fix
        with pytest.raises(RunFolderError, match="damaged"):
            list(ledger.iter_results(Counted))


def change(ledger: Ledger, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(ledger._path)) as db, db:
        assert db.execute(statement, values).rowcount == 1


def test_a_blob_whose_bytes_were_changed_is_not_read(ledger: Ledger) -> None:
    sha = ledger.put_blob("text")
    change(ledger, "UPDATE blobs SET data = ? WHERE sha = ?", b"test", sha)
    with pytest.raises(RunFolderError, match=f"blob {sha} is damaged"):
        ledger.get_text(sha)


@pytest.mark.parametrize("name", ["code", "language", "problem_id"])
def test_a_program_whose_text_was_changed_is_not_read_under_its_old_id(
    ledger: Ledger, name: str
) -> None:
    program = ProgramText.create("song", "cpp17", "int main() {}")
    ledger.put(program, "p1")
    assert ledger.get(ProgramText, "p1") == program
    changed = program.model_copy(update={name: "other"}).model_dump_json()
    change(ledger, "UPDATE stages SET result = ? WHERE subject = 'p1'", changed)
    with pytest.raises(RunFolderError, match=f"the text of program {program.program_id}"):
        ledger.get(ProgramText, "p1")
    with pytest.raises(RunFolderError, match=f"the text of program {program.program_id}"):
        list(ledger.iter_results(ProgramText))
