"""Refuse pragmas and attributes that select a target processor or an optimization.

A fast program can gain from instructions that another processor does not have; a slow program can
be slowed down (`optimize("O0")`).
"""

from collections.abc import Iterator

from pieforge.integrity.analysis.attributes import iter_attributes
from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.integrity.analysis.macros import expand_source
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.integrity.checks.outside_main import AROUND_MAIN
from pieforge.integrity.checks.undefined_hint import PROMISES
from pieforge.records import RejectReason
from pieforge.syntax.declaration import split_words

_HARMLESS_PRAGMAS = ("once", "region", "endregion", "mark", "GCC diagnostic", "message")
_HARMLESS = split_words(
    "unused maybe_unused nodiscard fallthrough likely unlikely noreturn deprecated inline "
    "always_inline warn_unused_result format packed aligned hot cold no_unique_address "
    "unused_result carries_dependency may_alias"
)
_INTRINSICS = "instructions of specific processors"

_FORBIDDEN = ForbiddenNames(
    headers={
        _INTRINSICS: "immintrin.h x86intrin.h emmintrin.h xmmintrin.h smmintrin.h nmmintrin.h "
        "tmmintrin.h avxintrin.h avx2intrin.h arm_neon.h experimental/simd",
    },
    phrases={"rust": {"chooses a target": "target_feature, std :: arch, core :: arch"}},
)


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    source = expand_source(checked.source)
    for pragma in source.pragmas:
        if not pragma.startswith(_HARMLESS_PRAGMAS):
            yield f"#pragma {pragma}"
    for name in iter_attributes(checked.source):
        # An unknown attribute is refused: compilers add new ones. Two checks refuse theirs.
        if name not in _HARMLESS | AROUND_MAIN | PROMISES:
            yield f"attribute {name}"
    for word in source.tokens:
        if word.kind == "name" and word.text.startswith(("_mm_", "_mm256_", "_mm512_", "__m")):
            yield f"{word.text}: {_INTRINSICS}"
        # `rdtsc` is a clock, which `reads_beyond_stdin` refuses for its own reason.
        if word.text.startswith("__builtin_ia32_") and "rdtsc" not in word.text:
            yield f"{word.text}: {_INTRINSICS}"


CHECK = HackCheck(
    reason=RejectReason.COMPILER_DIRECTIVE,
    catches="pragmas, attributes for a target or an optimisation level, vector intrinsics",
    forbidden=_FORBIDDEN,
    looks={"c": _look_at_c},
)
