"""Input, output or an end outside the main function: before it, after it, or in a handler.

A table that a global's constructor fills is common and honest; reading, writing and leaving
there are not.
"""

from collections.abc import Iterator

from pieforge.integrity.analysis.attributes import attributes
from pieforge.integrity.analysis.forbidden_names import Forbidden, each, phrases
from pieforge.integrity.analysis.io_order import running
from pieforge.integrity.analysis.lexing import vocabulary
from pieforge.integrity.analysis.names import said, walk
from pieforge.integrity.check import Check, Suspect
from pieforge.records import Reason

AROUND_MAIN = vocabulary(
    "constructor destructor init_priority ifunc alias weak weakref section cleanup visibility "
    "used retain"
)
"""Attributes that make something run outside main, or put one function in another's place."""
_AFTER = "runs something after main, or when a signal comes"

_FORBIDDEN = Forbidden(
    c=each(_AFTER, "atexit at_quick_exit on_exit __cxa_atexit signal sigaction sigaltstack")
    | each(
        _AFTER, "set_terminate set_unexpected set_new_handler __malloc_initialize_hook _init _fini"
    ),
    python=each(_AFTER, "atexit signal sys.excepthook weakref.finalize sys.unraisablehook"),
    phrases={
        "rust": phrases(_AFTER, "panic :: set_hook", "link_section", "no_main"),
        "go": phrases("runs before main", "func init ( )"),
        "java": phrases(_AFTER, "addShutdownHook"),
    },
)


def _look(suspect: Suspect) -> Iterator[str]:
    yield from _FORBIDDEN.seen(suspect)
    if suspect.family != "c":
        return
    for name in attributes(suspect.text, trigraphs=suspect.trigraphs):
        if name in AROUND_MAIN:
            yield f"attribute {name}"
    program = running(suspect)
    for node in program.outside:
        events = {event for made in program.made_by(node) for event in program.events(made)}
        names = ", ".join(said(n) for n in node.children_by_field_name("declarator"))[:60]
        yield from (f"{event}s while {names} is made or unmade" for event in sorted(events))
    for owner, bodies in program.special.items():
        for body in bodies:
            name = said(next((n for n in walk(body) if n.type == "destructor_name"), None))
            if name:
                events = set(program.events(body))
                yield from (f"{event}s in the destructor of {owner}" for event in sorted(events))


CHECK = Check(
    reason=Reason.OUTSIDE_MAIN,
    catches="constructors, destructors and handlers that read, write or leave",
    look=_look,
    linked=vocabulary("on_exit at_quick_exit signal sigaltstack"),
)
