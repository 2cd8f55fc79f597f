"""Progress of a run: bars on a terminal, one line per event elsewhere."""

from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pieforge.inputs.grammar.input_grammar import PLAIN_INPUTS
from pieforge.logs import escape_controls

_BARS = {
    "prepare": "check problems",
    "author": "ask the author",
    "run_programs": "compile and run",
    "candidate": "vet, optimize, check, measure, stress, sanitize, confirm",
}
_BEGINS = {
    "problems": ("prepare", "total"),
    "start_batch": ("author", "programs"),
    "parse_replies": ("run_programs", "programs"),
    "deduplicate": ("candidate", "members"),
    "evaluate": ("candidate", "samples"),
}
"""Bars that events begin, and the keys of their totals."""
_ADVANCES = {
    "prepare": ("prepare", ""),
    "author": ("author", "programs"),
    "run_programs": ("run_programs", ""),
    "confirm": ("candidate", ""),
}
"""Bars that events advance, by one or by the value of the named key."""
_CONTINUES = {
    "vet": "sound",
    "optimize": "candidates",
    "check_outputs": "right",
    "measure": "fast",
    "stress": "fast",
    "sanitize": "passed",
}
"""Keys that are true where the candidate goes on; otherwise the candidate is done."""
_LINES = {
    "ended": "this run had ended; left open: {open}",
    "differs": "{line}",
    "resumed": "round {round}: resumed",
    "plan_round": "round {round}: author calls planned: {calls}",
    "stopped": "the run ends here: {key}",
    "finetune": "round {round}: fine-tuned: {name}{why}",
    "select": "pairs selected for training: {pairs}",
    "train": "{training}: step {step} of {steps}, loss {loss:.4f}",
    "trained": "trained and registered: {name}",
    "promote": "round {round}: {name}: {why}",
    "collect": "round {round}: pairs kept in this batch: {kept}",
    "open": "left open: {why}",
}


class RunProgress:
    """Shows the events of a run's nodes on stderr.

    One bar for each stage of a batch that fans out. Where stderr is no terminal, plain lines
    show the same.
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
        stage = event["stage"]
        if stage in {"resumed", "plan_round"}:
            self._round = event["round"]
        if stage in _BEGINS:
            bar, total = _BEGINS[stage]
            self._begin(bar, event[total])
        if stage in _ADVANCES:
            bar, number = _ADVANCES[stage]
            self._advance(bar, event[number] if number else 1)
        if stage in _CONTINUES and not event[_CONTINUES[stage]]:
            self._advance("candidate")
        for why in event["unused"] if stage == "prepare" else ():
            self._print_line(f"{event['problem']}: nothing is derived from the {why}")
        if stage == "prepare" and event["inputs_grammar"] == "plain":
            self._print_line(f"{event['problem']}: {PLAIN_INPUTS}")
        if stage in _LINES and (stage != "resumed" or self._round):
            self._print_line(_LINES[stage].format_map(event | {"round": self._round}))

    def _begin(self, bar: str, total: int | None = None) -> None:
        for task in self._tasks.values():
            self._progress.update(task, visible=False)
        title = f"round {self._round}: {_BARS[bar]}" if self._round else _BARS[bar]
        self._tasks[bar] = self._progress.add_task(title, total=total)
        if not self._console.is_terminal:
            self._print_line(title if total is None else f"{title} ({total})")

    def _advance(self, bar: str, by: int = 1) -> None:
        if bar not in self._tasks:
            self._begin(bar)  # resumed in the middle: the total is not known
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
        self._progress.console.print(
            escape_controls(line), highlight=False, markup=False, soft_wrap=True
        )
