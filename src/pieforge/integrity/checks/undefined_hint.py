"""Promises to the compiler: a broken one is undefined behaviour, which no test need show."""

from collections.abc import Iterator

from pieforge.integrity.analysis.attributes import iter_attributes
from pieforge.integrity.analysis.forbidden_names import (
    ForbiddenNames,
    describe_names,
    describe_phrases,
)
from pieforge.integrity.analysis.lexing import split_names
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason

_PROMISE = "promises the compiler what the constraints need not hold"
PROMISES = split_names(
    "assume pure const nonnull returns_nonnull malloc access alloc_size assume_aligned "
    "no_sanitize no_sanitize_address no_sanitize_undefined no_instrument_function nothrow leaf "
    "no_stack_protector uninitialized"
)
"""Attributes that are such promises, or that silence who would check them."""

_FORBIDDEN = ForbiddenNames(
    c=describe_names(_PROMISE, "__builtin_unreachable unreachable __builtin_assume __assume")
    | describe_names(_PROMISE, "__builtin_assume_aligned assume_aligned __builtin_expect_assume"),
    phrases={
        "rust": describe_phrases(
            _PROMISE, "unreachable_unchecked", "unwrap_unchecked", "assert_unchecked", "assume_init"
        ),
    },
)


def _look(checked: CheckedProgram) -> Iterator[str]:
    yield from _FORBIDDEN.find_uses(checked)
    if checked.family == "c":
        for name in iter_attributes(checked.text, trigraphs=checked.trigraphs):
            if name in PROMISES:
                yield f"attribute {name}: {_PROMISE}"


CHECK = HackCheck(
    reason=RejectReason.UNDEFINED_HINT,
    catches="`__builtin_unreachable`, `assume` and attributes that promise or silence",
    look=_look,
)
