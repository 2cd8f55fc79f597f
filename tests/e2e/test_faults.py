"""Damaged files, closed outputs, signals and defects end in one message and the right status."""

import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from commands import PROBLEMS, ROOT, Pieforge, config, contents
from processes import descendants, still_there
from scripted_server import Answers, Serve

pytestmark = pytest.mark.slow

SONG = PROBLEMS / "echosong"
FAST = SONG / "submissions" / "accepted" / "fast.cpp"
LONG = "x" * 300


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def overwrite(path: Path) -> None:
    path.write_text("no database " * 1000)


def change_a_value(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE checkpoints SET checkpoint = substr(checkpoint, 1, 90) || x'07'")


def change_metadata(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE checkpoints SET metadata = x'ff7b'")


def drop_a_column(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("ALTER TABLE checkpoints DROP COLUMN checkpoint")


@pytest.mark.parametrize("damage", [cut, overwrite, change_a_value, change_metadata, drop_a_column])
def test_damaged_checkpoints_are_set_aside_and_the_ledger_gives_the_same_files(
    damage: Callable[[Path], None], copied: Path, run_folder: Path, pieforge: Pieforge
) -> None:
    checkpoints = copied / "state" / "checkpoints.sqlite"
    damage(checkpoints)
    done = pieforge("run", "--resume", copied)
    assert done.status == 0, done.stderr
    assert "the checkpoints are damaged" in done.stderr
    assert checkpoints.with_name("checkpoints.sqlite.damaged").exists()
    assert contents(copied) == contents(run_folder)


def test_a_begun_run_without_its_ledger_is_refused_and_gets_no_empty_one(
    copied: Path, pieforge: Pieforge
) -> None:
    ledger = copied / "state" / "ledger.sqlite"
    ledger.unlink()
    pieforge("run", "--resume", copied).says("ledger is missing", str(ledger), "restore the file")
    assert not ledger.exists()


def test_a_damaged_record_of_the_ledger_is_named(copied: Path, pieforge: Pieforge) -> None:
    with closing(sqlite3.connect(copied / "state" / "ledger.sqlite")) as db, db:
        db.execute("UPDATE stages SET result = substr(result, 1, 20) WHERE stage = 'candidate'")
    done = pieforge("run", "--resume", copied)
    done.says("'candidate'", "is damaged", "ledger.sqlite", "restore the file")


@pytest.mark.parametrize(
    "words",
    [
        ("run", "--name", LONG),
        ("run", LONG),
        ("run", "--resume", LONG),
        ("run", "--out", LONG),
        ("verify", LONG),
        ("measure", LONG, "--problem", SONG),
        ("measure", FAST, "--problem", LONG),
        ("compare", FAST, LONG, "--problem", SONG),
        ("compare", FAST, FAST, "--problem", SONG, "--tester", LONG),
    ],
)
def test_a_path_that_cannot_be_used_is_named(words: tuple[object, ...], pieforge: Pieforge) -> None:
    pieforge(*words).says(LONG, "File name too long")


def shell(pieforge: Pieforge, script: str) -> Pieforge:
    """Return the command, run by a shell script as `"$@"`."""
    return Pieforge(pieforge.folder, pieforge.environment, ("bash", "-c", script, "bash"))


@pytest.mark.parametrize("words", [("--help",), ("measure", FAST, "--problem", SONG)])
def test_a_reader_that_goes_away_ends_a_command_without_a_message(
    words: tuple[object, ...], pieforge: Pieforge
) -> None:
    script = 'exec 3>&1; { "$@"; echo "status $?" >&3; } | exec sleep 0'
    done = shell(pieforge, f"{script}; wait")(*words)
    assert done.stdout == "status 141\n"
    assert done.stderr == ""


def test_an_output_that_cannot_be_written_is_an_error(pieforge: Pieforge) -> None:
    done = shell(pieforge, '"$@" > /dev/full')("measure", FAST, "--problem", SONG)
    done.says("output cannot be written: the disk is full", "standard output", "fix:")


def test_closed_standard_files_change_nothing(pieforge: Pieforge) -> None:
    words = ("measure", FAST, "--problem", SONG, "--json")
    assert shell(pieforge, '"$@" <&- 2>&-')(*words).json() == pieforge(*words).json()
    assert shell(pieforge, '"$@" >&-')(*words).status == 0


STOP_AT_IMPORT = """
import os, signal, sys
def hook(event, arguments):
    if event == "import" and arguments[0] == os.environ["AT"]:
        os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(hook)
"""
AT_PROBLEM = """
import sys
def hook(event, arguments):
    if event == "open" and str(arguments[0]).endswith("problem.yaml"):
        print("now", file=sys.stderr, flush=True)
        {action}
sys.addaudithook(hook)
"""
COMPUTE = "while True: pass"
STUCK = """
        while True:
            try:
                while True: pass
            except KeyboardInterrupt: pass"""


def with_start(pieforge: Pieforge, code: str, **more: str) -> Pieforge:
    """Return the command whose Python executes code before everything else."""
    folder = pieforge.folder / "start"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(code)
    path = os.pathsep.join((str(folder), str(ROOT / "src")))
    return pieforge.with_environment(PYTHONPATH=path, **more)


@pytest.mark.parametrize("module", ["click", "pydantic", "pieforge.cli.actions.run", "langgraph"])
def test_ctrl_c_during_imports_ends_in_one_line_that_promises_nothing(
    module: str, pieforge: Pieforge
) -> None:
    done = with_start(pieforge, STOP_AT_IMPORT, AT=module)("run", "--name", "a")
    assert (done.status, done.stderr) == (130, "\npieforge: interrupted\n")


@pytest.mark.parametrize(
    ("action", "signals", "status"),
    [
        (COMPUTE, [signal.SIGINT], 130),
        (COMPUTE, [signal.SIGTERM], 143),
        (STUCK, [signal.SIGTERM], 143),
        (STUCK, [signal.SIGINT, signal.SIGINT], 130),
    ],
)
def test_a_command_that_computes_ends_too(
    action: str, signals: list[signal.Signals], status: int, pieforge: Pieforge
) -> None:
    here = with_start(pieforge, AT_PROBLEM.replace("{action}", action))
    process = here.start("measure", FAST, "--problem", SONG)
    assert process.stderr is not None
    assert process.stderr.readline() == "now\n"
    for number in signals:
        process.send_signal(number)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, stderr) == (status, "\npieforge: interrupted\n")


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", ["compare", "doctor", "verify"])
def test_every_command_ends_in_order_and_leaves_no_process(
    command: str, sent: signal.Signals, run_folder: Path, pieforge: Pieforge
) -> None:
    words = {
        "compare": (FAST, FAST, "--problem", SONG),
        "doctor": (),
        "verify": (run_folder,),
    }[command]
    process = pieforge.start(command, *words)
    while not (children := descendants(process.pid)):
        assert process.poll() is None
    process.send_signal(sent)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == 128 + sent, stderr
    assert "pieforge: interrupted" in stderr
    assert "Traceback" not in stderr
    assert "finished work is kept" not in stderr
    assert still_there(children) == set()


def test_a_defect_ends_in_a_report_without_secrets(pieforge: Pieforge) -> None:
    action = 'raise RuntimeError("with sk-a-secret-word \\x1b[2J")'
    here = with_start(
        pieforge,
        AT_PROBLEM.replace("{action}", action),
        MY_API_KEY="sk-a-secret-word",
        TMPDIR=str(pieforge.folder),
    )
    done = here("measure", FAST, "--problem", SONG)
    done.says("a defect of pieforge", "RuntimeError: with [hidden] \\x1b[2J", "report", status=70)
    [report] = pieforge.folder.glob("pieforge-report-*.txt")
    assert str(report) in done.stderr
    text = report.read_text()
    assert "Traceback" in text
    assert "measure" in text
    assert "sk-a-secret-word" not in text + done.stderr


def test_an_ignored_sigchld_is_not_inherited() -> None:
    code = "import signal, pieforge.interruption as i; i.handle_signals(); "
    code += "print(signal.getsignal(signal.SIGCHLD) is signal.SIG_DFL)"
    words = ("env", "--ignore-signal=CHLD", shutil.which("python3") or "", "-c", code)
    path = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=path)
    assert done.stdout == "True\n"


@pytest.mark.parametrize(
    ("limit", "fix"),
    [
        ("-v 4194304", "-v unlimited"),
        ("-f 1000", "-f 1048576"),
        ("-n 100", "-n 1024"),
        ("-u 50", "-u 512"),
        ("-s 8192", "-s 262144"),
        ("-t 60", "-t 3600"),
        ("-d 4194304", "-d unlimited"),
    ],
)
def test_an_inherited_limit_that_programs_would_fail_by_is_named(
    limit: str, fix: str, pieforge: Pieforge
) -> None:
    limited = shell(pieforge, f'ulimit {limit}; "$@"')
    limited("measure", FAST, "--problem", SONG).says(f"ulimit {limit}", f"ulimit {fix}")
    checked = limited("doctor", "--json")
    assert checked.status == 1
    assert [check["fix"] for check in checked.json()["checks"] if not check["ok"]] == [
        f"start pieforge from a shell or a job with at least: ulimit {fix}"
    ]


def test_a_soft_limit_that_is_too_low_is_raised(pieforge: Pieforge) -> None:
    limited = shell(pieforge, 'ulimit -S -v 4194304 -n 100; "$@"')
    assert limited("measure", FAST, "--problem", SONG).status == 0


def test_nothing_that_is_printed_controls_the_terminal(serve: Serve, pieforge: Pieforge) -> None:
    odd = "\x1b]0;title\x07\x9b2J\u202e"
    program = pieforge.folder / f"odd{odd}.cpp"
    program.write_text(f"#error {odd}\nint main() {{}}\n")
    mine = config(
        pieforge.folder / "my.toml",
        *(
            f'{role}.base_url = "{serve(Answers.error(400, odd)).base_url}"\n{role}.model = "m"'
            for role in ("author", "optimizer")
        ),
        attempts=1,
        rounds=1,
    )
    for words in (
        ("compare", program, FAST, "--problem", SONG),
        ("measure", program, "--problem", SONG),
        ("measure", FAST, "--problem", SONG, "--json", odd),
        ("run", mine, "--name", "a", "--log-level", "debug"),
        ("run", mine, "--name", "b", "--log-level", "debug", "--log-format", "json"),
    ):
        done = pieforge(*words)
        printed = done.stdout + done.stderr
        assert done.status == 2, done
        assert "title" in printed
        assert not set(odd) & set(printed) - set("]0;title2J"), printed
