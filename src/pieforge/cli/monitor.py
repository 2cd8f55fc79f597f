"""What an unattended run reports: metrics in a file, and a call where it fails."""

import json
import logging
import os
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx2

from pieforge.cli.progress import RunFigures, RunProgress
from pieforge.cli.status import render_metrics
from pieforge.config import MonitorSection
from pieforge.errors import ExitStatus, PieforgeError
from pieforge.files import write_text
from pieforge.logs import redact

_EVERY_S = 15.0
"""Least time between two writes of the metrics."""
_PATIENCE_S = 30.0
"""For the command and the webhook."""
_logger = logging.getLogger(__name__)


class RunMonitor:
    """Hands events on to the progress, writes metrics, and reports a failure at the end.

    Args:
        section: What to write and whom to call.
        folder: The run folder.
        again: The command that resumes the run.
    """

    def __init__(self, section: MonitorSection, folder: Path, again: str) -> None:
        self._section = section
        self._folder = folder
        self._again = again
        self._progress = RunProgress()
        self._figures = RunFigures(time.monotonic())
        self._written = 0.0
        self.status: ExitStatus | None = None
        """How the run ended, where no error ended it."""

    def __enter__(self) -> Self:
        self._progress.__enter__()
        self._write_metrics(None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.__exit__(kind, error, traceback)
        if isinstance(error, KeyboardInterrupt):
            self._write_metrics(ExitStatus.INTERRUPTED)
            return
        status = self.status or ExitStatus.DONE
        what = "infrastructure failures left subjects open" if status == ExitStatus.NO else ""
        if status == ExitStatus.BUDGET_SPENT:
            what = "a limit of the budget ended the run"
        if error is not None:
            status = error.status if isinstance(error, PieforgeError) else ExitStatus.DEFECT
            what = str(error)
        self._write_metrics(status)
        if status != ExitStatus.DONE:
            self._report(status, redact(what))

    def __call__(self, event: dict[str, Any]) -> None:
        """Receive one event."""
        self._figures.add(event)
        self._progress(event)
        if time.monotonic() - self._written >= _EVERY_S:
            self._write_metrics(None)

    def _write_metrics(self, status: ExitStatus | None) -> None:
        if self._section.metrics is None:
            return
        self._written = time.monotonic()
        text = render_metrics(self._folder.name, self._figures, time.time(), self._written, status)
        try:
            write_text(self._section.metrics, text)
        except PieforgeError as error:  # a run goes on without them
            _logger.warning("the metrics cannot be written: %s", error)

    def _report(self, status: ExitStatus, what: str) -> None:
        report = {
            "run": self._folder.name,
            "folder": str(self._folder.resolve()),
            "status": int(status),
            "what": what,
            "resume": self._again,
        }
        if self._section.on_failure:
            self._call_command(report)
        if self._section.webhook:
            self._post(report)

    def _call_command(self, report: dict[str, Any]) -> None:
        process = None
        try:
            process = subprocess.Popen(
                self._section.on_failure,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            process.communicate(json.dumps(report).encode(), timeout=_PATIENCE_S)
            if process.returncode:
                _logger.warning("monitor.on_failure ended with status %d", process.returncode)
        except (OSError, subprocess.TimeoutExpired) as error:
            _logger.warning("monitor.on_failure failed: %s", error)
        finally:
            if process is not None and process.poll() is None:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, 9)
                process.wait()

    def _post(self, report: dict[str, Any]) -> None:
        try:
            answer = httpx2.post(self._section.webhook, json=report, timeout=_PATIENCE_S)
            answer.raise_for_status()
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            _logger.warning("monitor.webhook failed: %s", error)
