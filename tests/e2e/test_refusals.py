"""Unusable input gives one message with the subject, the place and the fix; exit status 2."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from commands import PROBLEMS, Pieforge, config, contents, kill_hard, rows

from pieforge.records import SCHEMA_VERSION

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("[run]\nattemps = 2", ["unknown key 'run.attemps'", "did you mean 'attempts'?"]),
        ("[nonsense]", ["unknown key 'nonsense'", "known keys here: run, endpoints"]),
        ('[run]\nrounds = "two"', ["run.rounds = 'two'", "correct run.rounds"]),
        ("[run]\nrounds = 0", ["run.rounds = 0", "greater than or equal to 1"]),
        ("[run\nrounds = 1", ["cannot be read as TOML", "line 1"]),
        ('[simulator]\nkind = "gem6"', ["no simulator called 'gem6'", "choose one of"]),
        ('[run]\nlanguages = ["cpp18"]', ["no language called 'cpp18'", "did you mean 'cpp17'"]),
        ('[run]\nproblems = ["echosonk"]', ["echosonk", "the folder does not exist"]),
        ('[author]\nbackend = "embeded"', ["'embeded'", "did you mean 'embedded'?"]),
        *(
            (f'[author]\nbase_url = "{url}"\nmodel = "m"', ["not an http address", "http://HOST"])
            for url in ("127.0.0.1:1", "http://127.0.0.1:99999/v1", "http://h:port", "http://[::1")
        ),
        ('[run]\nproblem_folder = "a\\u0000b"', ["problem_folder", "is no path", "correct"]),
        (
            '[run]\nlanguages = ["c17"]\nproblems = ["echosong"]',
            ["no call", "c17", "add or correct"],
        ),
    ],
)
def test_a_configuration_that_cannot_be_used_is_named_with_key_and_fix(
    lines: str, words: list[str], pieforge: Pieforge
) -> None:
    (pieforge.folder / "my.toml").write_text(lines)
    pieforge("run", "my.toml", "--name", "a").says(*words)


def test_a_refused_configuration_leaves_no_run_behind(pieforge: Pieforge) -> None:
    (pieforge.folder / "my.toml").write_text("[run]\nproblems = ['echosonk']")
    pieforge("run", "my.toml", "--name", "a").says("echosonk")
    assert not (pieforge.folder / "datasets_out" / "a").exists()


def test_a_missing_configuration_is_named(pieforge: Pieforge) -> None:
    pieforge("run", "your.toml").says("there is no such configuration", "your.toml")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """Return a copy of a valid package, for a test to break."""
    folder = tmp_path / "packages" / "mysong"
    shutil.copytree(PROBLEMS / "echosong", folder)
    return folder


def without_submissions(package: Path) -> None:
    shutil.rmtree(package / "submissions")


def without_fast_submission(package: Path) -> None:
    shutil.rmtree(package / "submissions" / "accepted")


def with_unreadable_statement(package: Path) -> None:
    (package / "statement" / "problem.en.tex").write_bytes(b"caf\0")


def with_empty_statement(package: Path) -> None:
    (package / "statement" / "problem.en.tex").write_text("\n")


def with_validator_that_refuses_all(package: Path) -> None:
    (package / "input_validators" / "validate.py").write_text("raise SystemExit(43)\n")


def with_validator_that_accepts_all(package: Path) -> None:
    (package / "input_validators" / "validate.py").write_text("raise SystemExit(42)\n")


def with_slow_submission_that_is_wrong(package: Path) -> None:
    slow = package / "submissions" / "time_limit_exceeded" / "slow.cpp"
    slow.write_text("int main() {}\n")


def with_wrong_submission_that_does_not_compile(package: Path) -> None:
    folder = package / "submissions" / "wrong_answer"
    folder.mkdir(exist_ok=True)
    (folder / "wrong.cpp").write_text("int main( {")


def with_generator_that_fails(package: Path) -> None:
    (package / "generators" / "gen.py").write_text("raise ValueError('no luck')\n")


def without_an_answer(package: Path) -> None:
    min((package / "data" / "secret").glob("*.ans")).unlink()


def of_another_version(package: Path) -> None:
    yaml = package / "problem.yaml"
    yaml.write_text(yaml.read_text().replace("2025-09", "2035-09"))


def with_yaml_that_is_none(package: Path) -> None:
    (package / "problem.yaml").write_text("name: [")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (without_submissions, ["no fast submission", "accepted", "add a correct"]),
        (without_fast_submission, ["no fast submission", "add a correct and fast program there"]),
        (with_unreadable_statement, ["the statement cannot be read", "problem.en.tex", "UTF-8"]),
        (with_empty_statement, ["the statement is empty", "problem.en.tex", "fix:"]),
        (
            with_validator_that_refuses_all,
            ["validate.py refuses", "sample/", "correct the validator"],
        ),
        (with_validator_that_accepts_all, ["validate.py accepts", "invalid_input/", "correct the"]),
        (with_slow_submission_that_is_wrong, ["slow.cpp", "differs from the answer", "move it"]),
        (
            with_wrong_submission_that_does_not_compile,
            ["wrong.cpp", "it gets CE on compilation", "correct it"],
        ),
        (with_generator_that_fails, ["no luck", "mysong", "run the generator by hand"]),
        (without_an_answer, ["a test has no answer", ".ans", "fix:"]),
        (of_another_version, ["2035-09", "problem.yaml", "use one of: 2025-09"]),
        (with_yaml_that_is_none, ["cannot be read", "problem.yaml", "fix:"]),
    ],
)
def test_a_package_that_cannot_be_used_is_named_with_the_part_and_the_fix(
    spoil: Callable[[Path], None], words: list[str], package: Path, pieforge: Pieforge
) -> None:
    spoil(package)
    mine = config(
        pieforge.folder / "my.toml", 'run.problem_folder = "packages"', problems=["mysong"]
    )
    pieforge("run", mine, "--name", "a").says(*words, str(package))


def test_a_package_is_found_next_to_its_configuration_from_any_folder(
    package: Path, pieforge: Pieforge
) -> None:
    mine = config(
        pieforge.folder / "my.toml",
        'run.problem_folder = "packages"',
        problems=["mysong"],
        attempts=1,
        rounds=1,
    )
    elsewhere = pieforge.folder / "elsewhere"
    elsewhere.mkdir()
    there = Pieforge(elsewhere, pieforge.environment)
    assert there("run", mine, "--name", "a").status == 0
    assert pieforge("run", "--resume", "elsewhere/datasets_out/a", mine).status == 0
    pieforge("run", "--resume", "elsewhere/datasets_out/a").says("run.problem_folder", "CONFIG")


def test_a_run_of_another_schema_version_is_refused_and_not_changed(
    copied: Path, pieforge: Pieforge
) -> None:
    path = copied / "run.toml"
    path.write_text(
        path.read_text().replace(f"schema_version = {SCHEMA_VERSION}", "schema_version = 9")
    )
    before = contents(copied)
    pieforge("run", "--resume", copied).says("schema version 9", str(path), "pieforge version")
    assert contents(copied) == before


def test_a_ledger_of_another_schema_version_is_refused(copied: Path, pieforge: Pieforge) -> None:
    with closing(sqlite3.connect(copied / "state" / "ledger.sqlite")) as db:
        db.execute("PRAGMA user_version = 9")
    for words in (("run", "--resume", copied), ("verify", copied)):
        pieforge(*words).says("schema version 9", "ledger.sqlite", "fix:")


def test_a_file_that_is_not_a_ledger_is_refused(copied: Path, pieforge: Pieforge) -> None:
    (copied / "state" / "ledger.sqlite").write_text("no database " * 100)
    pieforge("run", "--resume", copied).says("not a ledger", "ledger.sqlite")


def test_a_folder_without_a_run_cannot_be_resumed(pieforge: Pieforge) -> None:
    pieforge("run", "--resume", "nowhere").says("no run folder", "nowhere", "name a folder")


def test_an_existing_name_is_refused_and_its_run_not_changed(
    copied: Path, pieforge: Pieforge
) -> None:
    before = contents(copied)
    mine = config(pieforge.folder / "my.toml")
    done = pieforge("run", mine, "--name", "run", "--out", pieforge.folder)
    done.says("already holds a run", str(copied), f"--resume {copied}", "--name")
    assert contents(copied) == before


def test_a_second_run_on_the_same_folder_is_refused_while_the_first_lives(
    pieforge: Pieforge,
) -> None:
    first = pieforge.start("run", config(pieforge.folder / "my.toml"), "--name", "a")
    assert first.stderr is not None
    assert "check problems" in first.stderr.readline()
    second = pieforge("run", "--resume", "datasets_out/a")
    kill_hard(first)
    second.says("another process is working", "datasets_out/a", "wait for it to end")


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """Return a folder with links to the system's tools, for a test to remove some."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for tool in Path(place).glob("*"):
            link = folder / tool.name
            if not link.is_symlink():
                link.symlink_to(tool)
    return folder


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        (("bwrap",), ["bubblewrap", "not installed", "apt install bubblewrap"]),
        (("g++", "gcc", "cc", "c++"), ["compiler", "apt install"]),
        (("valgrind",), ["valgrind", "not installed", "apt install valgrind"]),
    ],
)
def test_a_tool_that_is_missing_is_named_with_its_package(
    gone: tuple[str, ...], words: list[str], tools: Path, pieforge: Pieforge
) -> None:
    for name in gone:
        (tools / name).unlink()
    poor = pieforge.with_environment(PATH=str(tools), XDG_CACHE_HOME=str(pieforge.folder / "cache"))
    mine = config(pieforge.folder / "my.toml")
    poor("run", mine, "--name", "a").says(*words)
    checked = poor("doctor", "--json")
    assert checked.status == 1, checked
    failed = [check for check in checked.json()["checks"] if not check["ok"]]
    assert any(words[-1] in check["fix"] for check in failed)


def test_a_run_that_lost_its_tool_keeps_its_files(
    copied: Path, tools: Path, pieforge: Pieforge
) -> None:
    before = contents(copied)
    (tools / "bwrap").unlink()
    poor = pieforge.with_environment(PATH=str(tools))
    for words in (("run", "--resume", copied), ("verify", copied)):
        poor(*words).says("bubblewrap", "apt install bubblewrap")
    assert contents(copied) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> tuple[str, ...]:
    """Return a command prefix that mounts a disk of 420 KiB at `disk`."""
    (tmp_path / "disk").mkdir()
    script = f'mount -t tmpfs -o size=420k small "{tmp_path}/disk" && exec "$@"'
    words = ("unshare", "--mount", "sh", "-c", script, "sh")
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    if tried.returncode != 0:
        pytest.skip(f"no private mount: {tried.stderr.decode().strip()}")
    return words


def test_a_full_disk_is_named_and_existing_files_stay_readable(
    small_disk: tuple[str, ...], pieforge: Pieforge
) -> None:
    """The disk ends with its namespace, so a shell in the same namespace reads it afterwards."""
    script = '"$@"; status=$?; cp -r disk kept; exit $status'
    small = Pieforge(pieforge.folder, pieforge.environment, (*small_disk, "sh", "-c", script, "sh"))
    mine = config(pieforge.folder / "my.toml")
    done = small("run", mine, "--name", "a", "--out", "disk")
    done.says("disk", "free disk space", "pieforge run --resume")
    kept = pieforge.folder / "kept" / "a"
    with closing(sqlite3.connect(kept / "state" / "ledger.sqlite")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for path in kept.glob("*.jsonl"):
        rows(path)
    again = pieforge("run", "--resume", "kept/a", "--json")
    assert again.status == 0, again.stderr
    assert len(again.json()["rounds"]) == 2
