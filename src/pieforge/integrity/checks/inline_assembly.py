"""Inline assembly: instructions that no check, sanitizer or reader of the source understands."""

from pieforge.integrity.analysis.forbidden_names import (
    ForbiddenNames,
    create_look,
    describe_names,
    describe_phrases,
)
from pieforge.integrity.check import HackCheck
from pieforge.records import RejectReason

_ASSEMBLY = "assembly"

CHECK = HackCheck(
    reason=RejectReason.INLINE_ASSEMBLY,
    catches="inline assembly, and labels that rename a symbol for the assembler",
    look=create_look(
        ForbiddenNames(
            c=describe_names(_ASSEMBLY, "asm __asm __asm__"),
            phrases={"rust": describe_phrases(_ASSEMBLY, "asm !", "global_asm !", "naked_asm !")},
        )
    ),
)
