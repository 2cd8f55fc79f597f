"""Refuse input, output or exit outside the main function: before it, after it, or in a handler.

Honest programs often fill a table in the constructor of a global variable; they do not read, write
or exit there.
"""

from collections.abc import Iterator

from pieforge.integrity.analysis.attributes import iter_attributes
from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.integrity.analysis.io_order import analyze_order
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason
from pieforge.syntax.declaration import split_words
from pieforge.syntax.tree import find_nodes, get_text

AROUND_MAIN = split_words(
    "constructor destructor init_priority ifunc alias weak weakref section cleanup visibility "
    "used retain"
)
"""Attributes that run code outside main, or replace one function by another."""
_AFTER = "runs code after main, or on a signal"

_FORBIDDEN = ForbiddenNames(
    c={
        _AFTER: "atexit at_quick_exit on_exit __cxa_atexit signal sigaction sigaltstack "
        "set_terminate set_unexpected set_new_handler __malloc_initialize_hook _init _fini",
    },
    python={_AFTER: "atexit signal sys.excepthook weakref.finalize sys.unraisablehook"},
    phrases={
        "rust": {_AFTER: "panic :: set_hook, link_section, no_main"},
        "go": {"runs before main": "func init ( )"},
        "java": {_AFTER: "addShutdownHook"},
    },
)


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    for name in iter_attributes(checked.source):
        if name in AROUND_MAIN:
            yield f"attribute {name}"
    program = analyze_order(checked.source)
    for node in program.outside:
        events = {
            event for made in program.list_constructed(node) for event in program.iter_events(made)
        }
        names = ", ".join(get_text(n) for n in node.children_by_field_name("declarator"))[:60]
        yield from (
            f"{event}s while {names} is constructed or destroyed" for event in sorted(events)
        )
    # Destructors of local variables, too: they run after the last statement of main.
    for owner, bodies in program.special.items():
        for body in bodies:
            if any(find_nodes(body, ("destructor_name",))):
                events = set(program.iter_events(body))
                yield from (f"{event}s in the destructor of {owner}" for event in sorted(events))


CHECK = HackCheck(
    reason=RejectReason.OUTSIDE_MAIN,
    catches="constructors, destructors and handlers that read, write or leave",
    forbidden=_FORBIDDEN,
    looks={"c": _look_at_c},
    linked=split_words("on_exit at_quick_exit signal sigaltstack"),
)
