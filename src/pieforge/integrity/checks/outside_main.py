"""Input, output or an end outside the main function: before it, after it, or in a handler.

A table that a global's constructor fills is common and honest; reading, writing and leaving
there are not.
"""

from collections.abc import Iterator

from pieforge.integrity.analysis.attributes import iter_attributes
from pieforge.integrity.analysis.forbidden_names import (
    ForbiddenNames,
    describe_names,
    describe_phrases,
)
from pieforge.integrity.analysis.io_order import analyze_order
from pieforge.integrity.analysis.lexing import split_names
from pieforge.integrity.analysis.names import get_text, walk
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason

AROUND_MAIN = split_names(
    "constructor destructor init_priority ifunc alias weak weakref section cleanup visibility "
    "used retain"
)
"""Attributes that make something run outside main, or put one function in another's place."""
_AFTER = "runs something after main, or when a signal comes"

_FORBIDDEN = ForbiddenNames(
    c=describe_names(
        _AFTER, "atexit at_quick_exit on_exit __cxa_atexit signal sigaction sigaltstack"
    )
    | describe_names(
        _AFTER, "set_terminate set_unexpected set_new_handler __malloc_initialize_hook _init _fini"
    ),
    python=describe_names(
        _AFTER, "atexit signal sys.excepthook weakref.finalize sys.unraisablehook"
    ),
    phrases={
        "rust": describe_phrases(_AFTER, "panic :: set_hook", "link_section", "no_main"),
        "go": describe_phrases("runs before main", "func init ( )"),
        "java": describe_phrases(_AFTER, "addShutdownHook"),
    },
)


def _look(checked: CheckedProgram) -> Iterator[str]:
    yield from _FORBIDDEN.find_uses(checked)
    if checked.family != "c":
        return
    for name in iter_attributes(checked.text, trigraphs=checked.trigraphs):
        if name in AROUND_MAIN:
            yield f"attribute {name}"
    program = analyze_order(checked)
    for node in program.outside:
        events = {
            event for made in program.list_constructed(node) for event in program.iter_events(made)
        }
        names = ", ".join(get_text(n) for n in node.children_by_field_name("declarator"))[:60]
        yield from (f"{event}s while {names} is made or unmade" for event in sorted(events))
    for owner, bodies in program.special.items():
        for body in bodies:
            name = get_text(next((n for n in walk(body) if n.type == "destructor_name"), None))
            if name:
                events = set(program.iter_events(body))
                yield from (f"{event}s in the destructor of {owner}" for event in sorted(events))


CHECK = HackCheck(
    reason=RejectReason.OUTSIDE_MAIN,
    catches="constructors, destructors and handlers that read, write or leave",
    look=_look,
    linked=split_names("on_exit at_quick_exit signal sigaltstack"),
)
