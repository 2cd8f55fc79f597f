"""Measure the report on a large run: its size, first paint, and the longest task while scrolling.

    python -m benchmarks.report RUN [PAIRS]

The run is enlarged to PAIRS pairs (10,000 by default) by copies of its rows with other ids. In the
copies of its programs every constant of two digits or more is another one, so that equal texts do
not make the file smaller than that of a real run. Chromium opens the file from the disk.
"""

import json
import random
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.measuring import say_result, say_where
from pieforge.records import digest
from pieforge.report.write_report import write_report
from tests.browser import Page, open_browser

_OBSERVE = """
new MutationObserver(() => {
  if (document.documentElement?.dataset.ready) window.drawn ??= performance.now();
}).observe(document, {attributes: true, subtree: true, attributeFilter: ["data-ready"]});
"""
_SCROLL = """
(async () => {
  const holder = document.querySelector(".tabulator-tableholder");
  const frame = () => new Promise(requestAnimationFrame);
  // Slow at first, as with a wheel, then from end to end, as with the bar.
  holder.scrollTop = AT < 150 ? AT * 120 : holder.scrollHeight * (AT - 150) / 50;
  await frame();
  await frame();
})()
"""
_STEPS = 201


def enlarge(source: Path, target: Path, pairs: int) -> int:
    """Write a run folder with at least `pairs` pairs; return how many there are."""
    target.mkdir()
    for name in ("problems.jsonl", "contents.jsonl", "summary.json"):
        shutil.copyfile(source / name, target / name)
    rows = {
        name: [json.loads(line) for line in (source / f"{name}.jsonl").read_text().splitlines()]
        for name in ("pairs", "programs", "rejects", "calls", "tests")
    }
    fixed = {it["program_id"] for it in rows["programs"] if it["origin"] == "submission"}
    copies = -(-pairs // len(rows["pairs"]))
    for name, found in rows.items():
        with (target / f"{name}.jsonl").open("w") as stream:
            for row in found:
                if row.get("program_id") in fixed:
                    stream.write(json.dumps(row) + "\n")
                    continue
                for copy in _iter_copies(row, copies, fixed):
                    stream.write(json.dumps(copy) + "\n")
    return copies * len(rows["pairs"])


def _iter_copies(row: Mapping[str, Any], copies: int, fixed: set[str]) -> Iterator[dict[str, Any]]:
    def rename(value: Any, copy: int) -> Any:  # noqa: ANN401
        if isinstance(value, list):
            return [rename(it, copy) for it in value]
        if isinstance(value, str) and value and value not in fixed:
            return value[0] + digest(value, str(copy))[: len(value) - 1]
        return value

    for copy in range(copies):
        made = dict(row)
        for key, value in row.items():
            if key.endswith(("_id", "_ids")) and key not in {"problem_id", "tools_id", "edit_id"}:
                made[key] = rename(value, copy)
            elif key.endswith("code"):
                generator = random.Random(f"{row.get('src_id', row.get('program_id'))} {copy}")
                made[key] = re.sub(
                    r"\b[1-9]\d+\b", lambda it, by=generator: str(by.randrange(10, 10**6)), value
                )
            elif isinstance(value, float):
                made[key] = value * random.Random(f"{value} {copy}").uniform(1, 1.2)
        yield made


def measure(page: Page, report: Path) -> dict[str, float]:
    """Open the report, scroll through its table, open a pair; return milliseconds."""
    page.call("Page.addScriptToEvaluateOnNewDocument", source=_OBSERVE)
    page.open(report)
    paint = page.ask("performance.getEntriesByType('paint').map(it => it.startTime)")
    drawn = page.ask("window.drawn")
    start = time.perf_counter()
    page.go("0/pairs")
    table = 1000 * (time.perf_counter() - start)
    cpu, wall = scroll(page)
    first = page.ask("document.querySelector('.tabulator-row .tabulator-cell').textContent")
    start = time.perf_counter()
    page.go(f"0/pair/{first}")
    pair = 1000 * (time.perf_counter() - start)
    assert page.messages == [], page.messages
    return {
        "first_paint_ms": min(paint),
        "overview_drawn_ms": drawn,
        "table_drawn_ms": table,
        "first_pair_drawn_ms": pair,
        "scroll_tasks": len(cpu),
        "longest_scroll_task_cpu_ms": max(cpu),
        "longest_scroll_task_wall_ms": max(wall),
    }


def scroll(page: Page) -> tuple[list[float], list[float]]:
    """Scroll through the table; return the milliseconds of each task of the page's thread.

    Returns:
        CPU time, which does not depend on what else runs on the machine, and wall time.
    """

    def act() -> None:
        for at in range(_STEPS):
            page.ask(_SCROLL.replace("AT", str(at)))

    events = page.trace(act, ["toplevel", "devtools.timeline"])
    threads = {
        (it["pid"], it["tid"])
        for it in events
        if it["name"] == "thread_name" and it["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        (it.get("tdur", it["dur"]) / 1000, it["dur"] / 1000)
        for it in events
        if it["name"].endswith("RunTask") and it["ph"] == "X" and (it["pid"], it["tid"]) in threads
    ]
    cpu, wall = zip(*tasks, strict=True)
    return list(cpu), list(wall)


def main(source: Path, pairs: int) -> None:
    """Enlarge a run, write its report, and measure it in the browser."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "large"
        count = enlarge(source, folder, pairs)
        start = time.process_time()
        report = write_report(folder, None, Path(name) / "report.html")
        cpu = time.process_time() - start
        with open_browser() as page:
            found = measure(page, Path(report.file))
        say_result(
            pairs=count,
            programs=report.programs,
            rejects=report.rejects,
            write_cpu_s=cpu,
            file_mb=report.bytes / 1e6,
            **found,
        )


if __name__ == "__main__":
    say_where()
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
