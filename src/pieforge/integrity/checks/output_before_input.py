"""Output before any input was read: it cannot depend on the input."""

from collections.abc import Iterator
from itertools import takewhile

from pieforge.integrity.analysis.io_order import python_events, running
from pieforge.integrity.check import Check, Side, Suspect
from pieforge.records import Reason


def _look(suspect: Suspect) -> Iterator[str]:
    if suspect.family == "python":
        if "write" in takewhile(lambda event: event != "read", python_events(suspect.text)):
            yield "it writes before it reads"
    elif suspect.family == "c":
        program = running(suspect)
        events = (
            event for body in program.functions.get("main", ()) for event in program.events(body)
        )
        if "write" in takewhile(lambda event: event != "read", events):
            yield "main writes before it reads"


CHECK = Check(
    reason=Reason.OUTPUT_BEFORE_INPUT,
    catches="a main function that writes before it reads",
    look=_look,
    sides=frozenset({Side.FAST}),
)
