"""Inline assembly: instructions that no check, sanitizer or reader of the source understands."""

from pieforge.integrity.analysis.forbidden_names import Forbidden, each, looks_for, phrases
from pieforge.integrity.check import Check
from pieforge.records import Reason

_ASSEMBLY = "assembly"

CHECK = Check(
    reason=Reason.INLINE_ASSEMBLY,
    catches="inline assembly, and labels that rename a symbol for the assembler",
    look=looks_for(
        Forbidden(
            c=each(_ASSEMBLY, "asm __asm __asm__"),
            phrases={"rust": phrases(_ASSEMBLY, "asm !", "global_asm !", "naked_asm !")},
        )
    ),
)
