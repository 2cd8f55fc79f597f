"""What a run says while it works: one line on a terminal, a line a stage elsewhere."""

from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_BARS = {
    "prepare": "check problems",
    "author": "ask the author",
    "run_programs": "compile and run",
    "candidate": "vet, optimize, check, measure, sanitize, confirm",
}


class RunProgress:
    """Shows the events of a run's nodes on stderr.

    One bar for each stage of a batch that fans out. Where stderr is no terminal, each
    finished stage is one plain line.
    """

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, Any] = {}
        self._round = 0

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, event: dict[str, Any]) -> None:
        """Show one event."""
        handler = getattr(self, f"_on_{event['stage']}", None)
        if handler is not None:
            handler(event)

    def _on_problems(self, event: dict[str, Any]) -> None:
        self._begin("prepare", event["total"])

    def _on_prepare(self, event: dict[str, Any]) -> None:
        self._advance("prepare")
        for why in event["unused"]:
            self._print_line(f"{event['problem']}: nothing is derived from the {why}")

    def _on_resumed(self, event: dict[str, Any]) -> None:
        self._round = event["round"]
        if self._round:
            self._print_line(f"round {self._round}: taken up again")

    def _on_plan_round(self, event: dict[str, Any]) -> None:
        self._round = event["round"]
        self._print_line(f"round {self._round}: {event['calls']} calls of the author planned")

    def _on_start_batch(self, event: dict[str, Any]) -> None:
        self._begin("author", event["programs"])

    def _on_author(self, event: dict[str, Any]) -> None:
        self._advance("author", event["programs"])

    def _on_parse_replies(self, event: dict[str, Any]) -> None:
        self._begin("run_programs", event["programs"])

    def _on_run_programs(self, event: dict[str, Any]) -> None:
        self._advance("run_programs")

    def _on_deduplicate(self, event: dict[str, Any]) -> None:
        self._begin("candidate", event["members"])

    def _on_vet(self, event: dict[str, Any]) -> None:
        if not event["sound"]:
            self._advance("candidate")

    def _on_optimize(self, event: dict[str, Any]) -> None:
        if not event["candidates"]:
            self._advance("candidate")

    def _on_check_outputs(self, event: dict[str, Any]) -> None:
        if not event["right"]:
            self._advance("candidate")

    def _on_measure(self, event: dict[str, Any]) -> None:
        if not event["fast"]:
            self._advance("candidate")

    def _on_sanitize(self, event: dict[str, Any]) -> None:
        if not event["passed"]:
            self._advance("candidate")

    def _on_confirm(self, event: dict[str, Any]) -> None:
        self._advance("candidate")

    def _on_collect(self, event: dict[str, Any]) -> None:
        self._print_line(f"round {self._round}: {event['kept']} pairs kept in this batch")

    def _on_open(self, event: dict[str, Any]) -> None:
        self._print_line(f"left open: {event['why']}")

    def _begin(self, bar: str, total: int | None = None) -> None:
        for task in self._tasks.values():
            self._progress.update(task, visible=False)
        title = f"round {self._round}: {_BARS[bar]}" if self._round else _BARS[bar]
        self._tasks[bar] = self._progress.add_task(title, total=total)
        if not self._console.is_terminal:
            self._print_line(title if total is None else f"{title} ({total})")

    def _advance(self, bar: str, by: int = 1) -> None:
        if bar not in self._tasks:
            self._begin(bar)  # taken up in the middle: how much is left is not known
        self._progress.advance(self._tasks[bar], by)
        if not self._console.is_terminal:
            self._report_quarter(bar, by)

    def _report_quarter(self, bar: str, by: int) -> None:
        task = self._progress.tasks[self._tasks[bar]]
        if task.total and int(4 * task.completed / task.total) > int(
            4 * (task.completed - by) / task.total
        ):
            self._print_line(f"  {task.description}: {task.completed:.0f} of {task.total:.0f}")

    def _print_line(self, line: str) -> None:
        self._progress.console.print(line, highlight=False, markup=False, soft_wrap=True)
