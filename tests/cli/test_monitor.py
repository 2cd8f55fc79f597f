"""What an unattended run tells others: metrics in a file, and a call where it fails."""

import json
import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from pieforge.cli.monitor import RunMonitor
from pieforge.cli.progress import RunFigures
from pieforge.cli.status import render_metrics
from pieforge.config import MonitorSection
from pieforge.errors import EndpointError, ExitStatus, PieforgeError

SAMPLE = re.compile(r'pieforge_\w+\{run="(?:[^"\\\n]|\\.)*"(?:,stage="\w+")?\} -?[\d.e+]+')
AGAIN = "pieforge run --resume x"
EVENTS = (
    {"stage": "plan_round", "round": 1, "rounds": 2, "calls": 1, "programs": 4},
    {"stage": "author", "programs": 4},
    {"stage": "open", "why": "p1: the endpoint"},
    {"stage": "collect", "kept": 1, "usd": 0.25, "tokens": 900},
)


def test_metrics_have_the_text_format_of_prometheus() -> None:
    figures = RunFigures(begun=0.0)
    for event in EVENTS:
        figures.add(event)
    text = render_metrics('a "quoted" \\ name\n', figures, 5.0, 10.0, 75)
    lines = text.splitlines()
    assert text.endswith("\n")
    samples = [line for line in lines if not line.startswith("#")]
    assert all(SAMPLE.fullmatch(line) for line in samples)
    run = '{run="a \\"quoted\\" \\\\ name\\n"'
    assert f'pieforge_programs_total{run},stage="author"}} 4' in samples
    assert f"pieforge_failures_total{run}}} 1" in samples
    assert f"pieforge_usd_total{run}}} 0.25" in samples
    assert f"pieforge_exit_status{run}}} 75" in samples
    assert not any("left_seconds" in line for line in lines), "there is no forecast yet"
    families = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(families) == len(set(families))
    assert {line.split("{")[0] for line in samples} == set(families)


@pytest.fixture
def received() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the address of a webhook, and what it was sent."""
    found: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            found.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook", found
        server.shutdown()


def play(section: MonitorSection, folder: Path, end: ExitStatus | BaseException) -> None:
    with RunMonitor(section, folder, AGAIN) as monitor:
        monitor(EVENTS[0])
        if isinstance(end, BaseException):
            raise end
        monitor.status = end


@pytest.mark.parametrize(
    ("end", "status", "what"),
    [
        (EndpointError("no answer", where="here", fix="wait"), 75, "no answer"),
        (ValueError("a defect"), 70, "a defect"),
        (ExitStatus.NO, 1, "left subjects open"),
        (ExitStatus.BUDGET_SPENT, 3, "a limit of the budget"),
    ],
)
def test_a_failure_calls_the_command_and_the_webhook(
    end: ExitStatus | Exception,
    status: int,
    what: str,
    tmp_path: Path,
    received: tuple[str, list[dict[str, Any]]],
) -> None:
    address, sent = received
    code = f"import sys; open({str(tmp_path / 'told')!r}, 'w').write(sys.stdin.read())"
    section = MonitorSection(
        on_failure=(sys.executable, "-c", code), webhook=address, metrics=tmp_path / "m.prom"
    )
    if isinstance(end, Exception):
        with pytest.raises(type(end)):
            play(section, tmp_path / "night", end)
    else:
        play(section, tmp_path / "night", end)
    [report] = sent
    assert json.loads((tmp_path / "told").read_text()) == report
    assert (report["run"], report["status"], report["resume"]) == ("night", status, AGAIN)
    assert what in report["what"]
    assert f'pieforge_exit_status{{run="night"}} {status}' in (tmp_path / "m.prom").read_text()


@pytest.mark.parametrize("end", [ExitStatus.DONE, KeyboardInterrupt()])
def test_nobody_is_called_for_a_run_that_ended_well_or_was_interrupted(
    end: ExitStatus | BaseException, tmp_path: Path, received: tuple[str, list[dict[str, Any]]]
) -> None:
    section = MonitorSection(webhook=received[0])
    if isinstance(end, BaseException):
        with pytest.raises(KeyboardInterrupt):
            play(section, tmp_path, end)
    else:
        play(section, tmp_path, end)
    assert received[1] == []


@pytest.mark.parametrize(
    "section",
    [
        MonitorSection(on_failure=("/does/not/exist",)),
        MonitorSection(on_failure=("false",)),
        MonitorSection(webhook="http://127.0.0.1:9/none"),
        MonitorSection(webhook="no address"),
        MonitorSection(metrics=Path("/proc/none/m.prom")),
    ],
)
def test_what_cannot_be_told_is_a_warning_and_hides_no_error(
    section: MonitorSection, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(PieforgeError, match="no answer"):
        play(section, tmp_path, EndpointError("no answer"))
    assert [record.levelname for record in caplog.records].count("WARNING") >= 1
