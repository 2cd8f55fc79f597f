"""Promises to the compiler: a broken one is undefined behaviour, which no test need show."""

from collections.abc import Iterator

from pieforge.integrity.analysis.attributes import attributes
from pieforge.integrity.analysis.forbidden_names import Forbidden, each, phrases
from pieforge.integrity.analysis.lexing import vocabulary
from pieforge.integrity.check import Check, Suspect
from pieforge.records import Reason

_PROMISE = "promises the compiler what the constraints need not hold"
PROMISES = vocabulary(
    "assume pure const nonnull returns_nonnull malloc access alloc_size assume_aligned "
    "no_sanitize no_sanitize_address no_sanitize_undefined no_instrument_function nothrow leaf "
    "no_stack_protector uninitialized"
)
"""Attributes that are such promises, or that silence who would check them."""

_FORBIDDEN = Forbidden(
    c=each(_PROMISE, "__builtin_unreachable unreachable __builtin_assume __assume")
    | each(_PROMISE, "__builtin_assume_aligned assume_aligned __builtin_expect_assume"),
    phrases={
        "rust": phrases(
            _PROMISE, "unreachable_unchecked", "unwrap_unchecked", "assert_unchecked", "assume_init"
        ),
    },
)


def _look(suspect: Suspect) -> Iterator[str]:
    yield from _FORBIDDEN.seen(suspect)
    if suspect.family == "c":
        for name in attributes(suspect.text, trigraphs=suspect.trigraphs):
            if name in PROMISES:
                yield f"attribute {name}: {_PROMISE}"


CHECK = Check(
    reason=Reason.UNDEFINED_HINT,
    catches="`__builtin_unreachable`, `assume` and attributes that promise or silence",
    look=_look,
)
