"""Refuse inline assembly: no check and no sanitizer analyzes its instructions."""

from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.integrity.check import HackCheck
from pieforge.records import RejectReason

_ASSEMBLY = "assembly"

CHECK = HackCheck(
    reason=RejectReason.INLINE_ASSEMBLY,
    catches="inline assembly, and labels that rename a symbol for the assembler",
    forbidden=ForbiddenNames(
        c={_ASSEMBLY: "asm __asm __asm__"},
        phrases={"rust": {_ASSEMBLY: "asm !, global_asm !, naked_asm !"}},
    ),
)
