"""Refuse output before any input is read: it cannot depend on the input."""

from collections.abc import Iterator
from itertools import takewhile

from pieforge.integrity.analysis.io_order import analyze_order, iter_python_events
from pieforge.integrity.check import CheckedProgram, HackCheck, Side
from pieforge.records import RejectReason


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    program = analyze_order(checked.source)
    bodies = program.functions.get("main", ())
    events = (event for body in bodies for event in program.iter_events(body))
    if "write" in takewhile(lambda event: event != "read", events):
        yield "main writes before it reads"


def _look_at_python(checked: CheckedProgram) -> Iterator[str]:
    if "write" in takewhile(lambda event: event != "read", iter_python_events(checked.text)):
        yield "it writes before it reads"


CHECK = HackCheck(
    reason=RejectReason.OUTPUT_BEFORE_INPUT,
    catches="a main function that writes before it reads",
    looks={"c": _look_at_c, "python": _look_at_python},
    sides=frozenset({Side.FAST}),
)
