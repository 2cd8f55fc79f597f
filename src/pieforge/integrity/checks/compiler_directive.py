"""Pragmas and attributes that choose a target, or how something is optimised.

The fast side gains what the measured machine may not have; the slow side can be slowed down by
them as well (`optimize("O0")`).
"""

from collections.abc import Iterator

from pieforge.integrity.analysis.attributes import attributes
from pieforge.integrity.analysis.forbidden_names import Forbidden, each, phrases
from pieforge.integrity.analysis.lexing import vocabulary
from pieforge.integrity.analysis.names import read
from pieforge.integrity.check import Check, Suspect
from pieforge.integrity.checks.outside_main import AROUND_MAIN
from pieforge.integrity.checks.undefined_hint import PROMISES
from pieforge.records import Reason

_HARMLESS_PRAGMAS = ("once", "region", "endregion", "mark", "GCC diagnostic", "message")
_HARMLESS = vocabulary(
    "unused maybe_unused nodiscard fallthrough likely unlikely noreturn deprecated inline "
    "always_inline warn_unused_result format packed aligned hot cold no_unique_address "
    "unused_result carries_dependency may_alias"
)
_INTRINSICS = "instructions of one kind of processor"

_FORBIDDEN = Forbidden(
    headers=each(_INTRINSICS, "immintrin.h x86intrin.h emmintrin.h xmmintrin.h smmintrin.h")
    | each(_INTRINSICS, "nmmintrin.h tmmintrin.h avxintrin.h avx2intrin.h arm_neon.h")
    | each(_INTRINSICS, "experimental/simd"),
    phrases={
        "rust": phrases("chooses a target", "target_feature", "std :: arch", "core :: arch"),
    },
)


def _look(suspect: Suspect) -> Iterator[str]:
    yield from _FORBIDDEN.seen(suspect)
    if suspect.family != "c":
        return
    source = read(suspect.text, trigraphs=suspect.trigraphs)
    for pragma in source.pragmas:
        if not pragma.startswith(_HARMLESS_PRAGMAS):
            yield f"#pragma {pragma}"
    for name in attributes(suspect.text, trigraphs=suspect.trigraphs):
        if name not in _HARMLESS | AROUND_MAIN | PROMISES:
            yield f"attribute {name}"
    for word in source.words:
        if word.kind == "name" and word.text.startswith(("_mm_", "_mm256_", "_mm512_", "__m")):
            yield f"{word.text}: {_INTRINSICS}"
        if word.text.startswith("__builtin_ia32_") and "rdtsc" not in word.text:
            yield f"{word.text}: {_INTRINSICS}"


CHECK = Check(
    reason=Reason.COMPILER_DIRECTIVE,
    catches="pragmas, attributes for a target or an optimisation level, vector intrinsics",
    look=_look,
)
