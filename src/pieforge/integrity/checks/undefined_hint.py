"""Refuse promises to the compiler: a false one is undefined behavior that tests may not reveal."""

from collections.abc import Iterator

from pieforge.integrity.analysis.attributes import iter_attributes
from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason
from pieforge.syntax.declaration import split_words

_PROMISE = "a promise to the compiler that a valid input may break"
PROMISES = split_words(
    "assume pure const nonnull returns_nonnull malloc access alloc_size assume_aligned "
    "no_sanitize no_sanitize_address no_sanitize_undefined no_instrument_function nothrow leaf "
    "no_stack_protector uninitialized"
)
"""Attributes that are such promises, or that disable a sanitizer."""

_FORBIDDEN = ForbiddenNames(
    c={
        _PROMISE: "__builtin_unreachable unreachable __builtin_assume __assume "
        "__builtin_assume_aligned assume_aligned __builtin_expect_assume",
    },
    phrases={
        "rust": {
            _PROMISE: "unreachable_unchecked, unwrap_unchecked, assert_unchecked, assume_init",
        },
    },
)


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    for name in iter_attributes(checked.source):
        if name in PROMISES:
            yield f"attribute {name}: {_PROMISE}"


CHECK = HackCheck(
    reason=RejectReason.UNDEFINED_HINT,
    catches="`__builtin_unreachable`, `assume` and attributes that promise or silence",
    forbidden=_FORBIDDEN,
    looks={"c": _look_at_c},
)
