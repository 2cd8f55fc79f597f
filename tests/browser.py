"""A headless Chromium, driven over its DevTools protocol."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

_PATIENCE_S = 60.0
_FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    *("--no-first-run", "--disable-background-networking", "--disable-extensions"),
    "--remote-debugging-port=0",
)
"""Without its own sandbox, which needs user namespaces: the pages are our own, with texts that are
hostile to the page only."""


class Page:
    """One page of the browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._last = 0
        self.messages: list[str] = []
        """Errors and warnings of the console, and exceptions."""
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Call a method of the protocol; return its result."""
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv(timeout=_PATIENCE_S))
            if answer.get("id") == self._last:
                assert "error" not in answer, answer
                return dict(answer["result"])
            self._note(answer)

    def _note(self, event: dict[str, Any]) -> None:
        method, values = event.get("method"), event.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.messages.append(json.dumps(values["exceptionDetails"])[:2000])
        elif method == "Log.entryAdded" and values["entry"]["level"] in {"error", "warning"}:
            self.messages.append(values["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and values["type"] in {"error", "warning"}:
            self.messages.append(json.dumps(values["args"])[:2000])
        elif method == "Tracing.dataCollected":
            self._traced += values["value"]
        elif method == "Page.javascriptDialogOpening":
            self.messages.append(f"dialog: {values['message']}")

    def trace(self, act: Callable[[], object], categories: Sequence[str]) -> list[dict[str, Any]]:
        """Return the events that Chromium traces while `act` runs."""
        self._traced: list[dict[str, Any]] = []
        self.call("Tracing.start", traceConfig={"includedCategories": categories})
        act()
        self.call("Tracing.end")
        while (event := json.loads(self._socket.recv(timeout=_PATIENCE_S))).get(
            "method"
        ) != "Tracing.tracingComplete":
            self._note(event)
        return self._traced

    def ask(self, expression: str) -> Any:  # noqa: ANN401
        """Return the value of an expression, or of its promise."""
        found = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def wait(self, expression: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + _PATIENCE_S
        while not self.ask(f"Boolean({expression})"):
            assert time.monotonic() < end, f"never true: {expression}; {self.messages}"
            time.sleep(0.02)

    def open(self, file: Path, place: str = "") -> None:
        """Open a report at a place, and wait until it is drawn."""
        self.call("Page.navigate", url="about:blank")
        self.wait("location.href === 'about:blank'")
        self.call("Page.navigate", url=f"{file.resolve().as_uri()}#{place}")
        self.wait("document.documentElement?.dataset.ready")

    def go(self, place: str) -> None:
        """Go to another place in the report, and wait until it is drawn."""
        before = self.ask("document.documentElement.dataset.ready")
        self.ask(f"void (location.hash = {json.dumps(place)})")
        self.wait(f"document.documentElement.dataset.ready > {before}")

    def press(self, key: str) -> None:
        """Press a key."""
        text = {"Enter": "\r"}.get(key, key if len(key) == 1 else "")
        code = {"Enter": 13, "Tab": 9, "ArrowDown": 40}.get(key, 0)
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                text=text if kind == "keyDown" else "",
                windowsVirtualKeyCode=code,
            )

    def save_screenshot(self, file: Path, *, whole: bool = False) -> None:
        """Write a PNG of what is visible, or of the whole page."""
        found = self.call("Page.captureScreenshot", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(found["data"]))


@contextmanager
def open_browser(width: int = 1400, height: int = 900) -> Iterator[Page]:
    """Start Chromium; skip the test where it is not installed."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("needs Chromium: apt-get install --no-install-recommends chromium")
    # Chromium's helper processes may write for a moment after it has ended.
    with tempfile.TemporaryDirectory(
        prefix="pieforge-browser-", ignore_cleanup_errors=True
    ) as folder:
        command = [program, *_FLAGS, f"--user-data-dir={folder}", f"--window-size={width},{height}"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            with connect(_find_page(Path(folder)), max_size=None) as socket:
                yield Page(socket)
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE_S)


def _find_page(folder: Path) -> str:
    """Return the address of the first page of a browser that starts."""
    file = folder / "DevToolsActivePort"
    end = time.monotonic() + _PATIENCE_S
    while not (file.exists() and file.read_text().count("\n")):
        assert time.monotonic() < end, "Chromium did not start"
        time.sleep(0.05)
    port, path = file.read_text().split()
    with connect(f"ws://127.0.0.1:{port}{path}") as browser:
        browser.send(
            json.dumps({"id": 1, "method": "Target.createTarget", "params": {"url": "about:blank"}})
        )
        while (answer := json.loads(browser.recv(timeout=_PATIENCE_S))).get("id") != 1:
            pass
    return f"ws://127.0.0.1:{port}/devtools/page/{answer['result']['targetId']}"
