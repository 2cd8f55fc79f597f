"""Progress of a run: a live view on a terminal, one line per event elsewhere."""

import time
from datetime import timedelta
from typing import Any, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from pieforge.cli.output import format_count
from pieforge.inputs.grammar.input_grammar import PLAIN_INPUTS
from pieforge.logs import escape_controls

_BARS = {
    "prepare": "check problems",
    "author": "ask the author",
    "run_programs": "compile and run",
    "candidate": "judge",
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
    "corpus": "added to the corpus: {pair} pairs, {program} programs, {reject} rejects",
    "collect": "round {round}: pairs kept in this batch: {kept}",
    "open": "left open: {why}",
}


_COUNTED = {
    "author": ("asked", "programs"),
    "parse_replies": ("new", "programs"),
    "deduplicate": ("to judge", "members"),
    "vet": ("sound", "sound"),
    "optimize": ("optimized", "candidates"),
    "check_outputs": ("equal", "right"),
    "stress": ("fast", "fast"),
    "confirm": ("confirmed", "confirmed"),
}
"""Words of the live view's funnel, and the keys that they count; a slow program counts once."""
_SUMS = ("author", "parse_replies", "deduplicate")


class RunFigures:
    """What a session did so far, and how long the rest may take.

    Args:
        begun: When it began, in seconds of a monotonic clock.
    """

    def __init__(self, begun: float) -> None:
        self.begun = begun
        self.counts = dict.fromkeys(_COUNTED, 0)
        self.last = ""
        self.round = self.rounds = self.failures = self.tokens = 0
        self.usd = 0.0
        self._planned = self._later = self._decided = self._batch = 0

    def add(self, event: dict[str, Any]) -> None:
        """Count one event."""
        stage = event["stage"]
        if stage in _COUNTED:
            number = event[_COUNTED[stage][1]]
            self.counts[stage] += number if stage in _SUMS else bool(number)
        if stage in {"plan_round", "resumed"}:
            self.round, self.rounds = event["round"], event.get("rounds", self.rounds)
        if stage == "collect":
            self.usd, self.tokens = event.get("usd", self.usd), event.get("tokens", self.tokens)
        self.failures += stage == "open"
        if stage == "plan_round":
            # A resumed round has no plan: what was decided in it is all that is known of it.
            self._planned = (self._planned or self._decided) + event["programs"]
            # Later rounds are taken to be like the present one.
            self._later = event["programs"] * (event["rounds"] - event["round"])
        elif stage == "start_batch":
            self._batch = event["programs"]
        elif stage == "deduplicate":
            self._decided += self._batch - event["members"]
        elif stage == "confirm" or (stage in _CONTINUES and not event[_CONTINUES[stage]]):
            self._decided += 1
        if stage == "confirm" and event["confirmed"]:
            self.last = f"{event['problem']}, {event['language']}, {event['ratio']:.1f}x"

    def describe_funnel(self) -> str:
        """Return the counts of the stages that were reached."""
        counts = ((word, self.counts[stage]) for stage, (word, _) in _COUNTED.items())
        return ", ".join(f"{word} {count}" for word, count in counts if count)

    def describe_rate(self, now: float) -> str:
        """Return pairs per hour and, once a tenth of the run is decided, a forecast."""
        pairs, left = self.counts["confirm"], self.forecast_s(now)
        rate = f"{format_count(pairs, 'pair')}, {self.compute_rate(now):.0f} an hour"
        return rate if left is None else f"{rate}; about {timedelta(seconds=round(left))} left"

    def compute_rate(self, now: float) -> float:
        """Return confirmed pairs per hour."""
        return 3600 * self.counts["confirm"] / max(now - self.begun, 1.0)

    def forecast_s(self, now: float) -> float | None:
        """Return the seconds that are left; None before a tenth of the run is decided."""
        total = self._planned + self._later
        if not 10 * self._decided >= total > 0:
            return None
        return max(now - self.begun, 1.0) * max(total / self._decided - 1, 0)


class RunProgress:
    """Shows the events of a run's nodes on stderr.

    On a terminal a live view has a bar for the present stage of a batch, the funnel so far, the
    rate and the last pair. Where stderr is no terminal, plain lines show the stages.
    """

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._is_live = self._console.is_terminal and not self._console.is_dumb_terminal
        self._progress = Progress(
            TextColumn("[bold]{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
        )
        self._figures = RunFigures(time.monotonic())
        # What is left of it after the end would only repeat the printed funnel.
        self._live = Live(
            get_renderable=self._render, console=self._console, refresh_per_second=4, transient=True
        )
        self._tasks: dict[str, Any] = {}
        self._round = 0
        self._of_rounds = ""

    def __enter__(self) -> Self:
        if self._is_live:
            self._live.start()
            # A second Ctrl-C ends the process at once, and must not leave the cursor hidden.
            self._console.show_cursor()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def _render(self) -> Group:
        figures, lines = self._figures, []
        if funnel := figures.describe_funnel():
            lines = [funnel, figures.describe_rate(time.monotonic())]
        if figures.last:
            lines.append(f"last pair: {figures.last}")
        texts = (Text(escape_controls(it), no_wrap=True, overflow="ellipsis") for it in lines)
        return Group(self._progress, *texts)

    def __call__(self, event: dict[str, Any]) -> None:
        """Show one event."""
        stage = event["stage"]
        self._figures.add(event)
        if stage in {"resumed", "plan_round"}:
            self._round = event["round"]
        if stage == "plan_round" and self._is_live:
            self._of_rounds = f" of {event['rounds']}"
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
        title = f"round {self._round}{self._of_rounds}: {_BARS[bar]}" if self._round else _BARS[bar]
        self._tasks[bar] = self._progress.add_task(title, total=total)
        if not self._is_live:
            self._print_line(title if total is None else f"{title} ({total})")

    def _advance(self, bar: str, by: int = 1) -> None:
        if bar not in self._tasks:
            self._begin(bar)  # resumed in the middle: the total is not known
        self._progress.advance(self._tasks[bar], by)
        if not self._is_live:
            self._report_quarter(bar, by)

    def _report_quarter(self, bar: str, by: int) -> None:
        task = self._progress.tasks[self._tasks[bar]]
        if task.total and int(4 * task.completed / task.total) > int(
            4 * (task.completed - by) / task.total
        ):
            self._print_line(f"  {task.description}: {task.completed:.0f} of {task.total:.0f}")

    def _print_line(self, line: str) -> None:
        self._console.print(escape_controls(line), highlight=False, markup=False, soft_wrap=True)
