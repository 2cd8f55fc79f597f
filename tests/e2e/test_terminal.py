"""What a run shows on a terminal: a live view, in a pseudo-terminal of 80 columns."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest
from commands import Pieforge, config
from rich.cells import cell_len

SIZE = struct.pack("HHHH", 24, 80, 0, 0)
CONTROLS = re.compile(r"\x1b\[[\d;?]*[A-Za-z]")


@pytest.mark.slow
def test_a_run_shows_round_funnel_rate_and_last_pair(pieforge: Pieforge) -> None:
    config(pieforge.folder / "my.toml", attempts=2, rounds=1)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, SIZE)
    process = subprocess.Popen(
        [sys.executable, "-m", "pieforge", "run", "my.toml", "--name", "a"],
        cwd=pieforge.folder,
        env={**os.environ, **pieforge.environment, "TERM": "xterm-256color"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    written = b""
    while block := read_block(ours):
        written += block
    os.close(ours)
    assert process.wait() == 0
    text = CONTROLS.sub("", written.decode())
    lines = [line for part in text.split("\r\n") for line in part.split("\r")]
    for wanted in (
        r"^round 1 of 1: judge .* \d+/\d+ ",
        r"^asked \d+, new \d+, to judge \d+, .*confirmed \d+$",
        r"^\d+ pairs?, \d+ an hour",
        r"; about 0:\d\d:\d\d left$",
        r"^last pair: \w+, cpp17, \d+\.\dx$",
    ):
        assert any(re.search(wanted, line.rstrip()) for line in lines), wanted
    assert max(map(cell_len, lines)) <= 80
    # The view is drawn in place and removed at the end; the cursor is shown again.
    after = text[text.rindex("pairs kept in this batch") :]
    assert not re.search(r"an hour|last pair", after[after.index("Funnel") :])
    assert written.decode().rindex("\x1b[?25h") > written.decode().rindex("\x1b[?25l")
    # Lines that stay do not grow with the number of programs.
    kept = [line for line in text[: text.index("Funnel")].split("\r\n") if "%" in line]
    assert kept == []


def read_block(terminal: int) -> bytes:
    """Return what is written next; empty at the end, which Linux reports as an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""
