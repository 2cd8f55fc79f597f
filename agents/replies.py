"""A model's reply, read: the program in it, or the reason why there is none."""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum

from pieforge.agents.fences import parse_blocks
from pieforge.agents.models.request import Completion
from pieforge.records import FrozenModel


class LanguageNames(FrozenModel):
    """A programming language as prompts and replies name it."""

    title: str
    """Name for a reader, such as `C++17`."""
    fence: str
    """Name that the prompt asks for after the opening fence, such as `cpp`."""
    aliases: tuple[str, ...] = ()
    """Other names that mean the same language, such as `c++` and `cc`."""

    def has_name(self, info: str) -> bool:
        """Say whether a fence's name means this language."""
        return info.lower() in {self.fence.lower(), *(alias.lower() for alias in self.aliases)}


class ReplyFault(StrEnum):
    """Why a reply brings no program."""

    EMPTY = "empty"
    """Nothing but white space."""
    NO_CODE = "no_code"
    """Prose without a program."""
    WRONG_LANGUAGE = "wrong_language"
    """Programs, but none in the language that was asked for."""
    CUT_OFF = "cut_off"
    """The reply ended, by the limit on tokens or otherwise, inside the program."""
    UNCHANGED = "unchanged"
    """The program repeats one that the prompt had shown."""


class ParsedReply(FrozenModel):
    """What one reply came to: a program, or a fault; never both, never neither."""

    code: str | None = None
    """The program, ended by one newline."""
    fault: ReplyFault | None = None
    detail: str = ""
    """The fault in a sentence, for a reader of the rejects."""


def parse_reply(
    text: str, finish_reason: str, language: LanguageNames, shown: Iterable[str] = ()
) -> ParsedReply:
    """Read the program out of a reply.

    Of several complete blocks in the asked language the last one counts: models
    that think aloud quote the given program or a first attempt before they
    arrive at their answer. Blocks without a language count as the asked one's,
    but only where no block names it. A reply without any fence counts whole
    where it looks like a program from its first line on.

    Args:
        text: The reply.
        finish_reason: The endpoint's word for why the reply ended; `length`
            means that it was cut off.
        language: The language that was asked for.
        shown: Programs that stood in the prompt; repeating one is a fault.
    """
    if not text.strip():
        return _create_fault(ReplyFault.EMPTY, "the reply is empty")
    found = [block for block in parse_blocks(text) if block.text.strip() or not block.closed]
    if not found:
        return _parse_unfenced(text, finish_reason, shown)
    named = [block for block in found if language.has_name(block.info)]
    usable = named or [block for block in found if not block.info]
    if not usable:
        others = ", ".join(sorted({block.info for block in found}))
        detail = f"asked for {language.title}, fenced as: {others}"
        return _create_fault(ReplyFault.WRONG_LANGUAGE, detail)
    # A last block that was cut off was to be the answer: falling back on an
    # earlier one would take a quotation or a draft for it.
    if not usable[-1].closed:
        detail = f"the last block has no end (finish reason: {finish_reason})"
        return _create_fault(ReplyFault.CUT_OFF, detail)
    return _accept(usable[-1].text, shown)


def parse_completion(
    completion: Completion, language: LanguageNames, shown: Collection[str]
) -> tuple[ParsedReply, ...]:
    """Read each choice of a completion, in order; see `parse_reply`."""
    return tuple(
        parse_reply(choice.text, choice.finish_reason, language, shown)
        for choice in completion.choices
    )


def _parse_unfenced(text: str, finish_reason: str, shown: Iterable[str]) -> ParsedReply:
    if finish_reason == "length":
        detail = "the limit on tokens was reached before a block began"
        return _create_fault(ReplyFault.CUT_OFF, detail)
    first = next(line for line in text.splitlines() if line.strip())
    if not _FIRST_LINE.match(first):
        return _create_fault(ReplyFault.NO_CODE, f"no program in: {_shorten(text)}")
    return _accept(text, shown)


_FIRST_LINE = re.compile(
    r"^\s*(#\s*include\b|#\s*pragma\b|#!|import\s+[\w.]+\s*(?:[,;#]|as\b|$)|from\s+[\w.]+\s+import\b|def\s+\w+\(|"
    r"using\s+namespace\b|package\s+\w+|use\s+std\b|fn\s+main|public\s+class\b|int\s+main\s*\()"
)


def _accept(code: str, shown: Iterable[str]) -> ParsedReply:
    bare = code.strip("\n").rstrip() + "\n"
    if any(_normalize(bare) == _normalize(other) for other in shown):
        return _create_fault(ReplyFault.UNCHANGED, "the program is one that the prompt had shown")
    return ParsedReply(code=bare)


def _normalize(code: str) -> list[str]:
    """Lines without trailing or empty space; indentation counts, as it does in Python."""
    return [line.rstrip() for line in code.splitlines() if line.strip()]


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 120 else words[:117] + "..."


def _create_fault(fault: ReplyFault, detail: str) -> ParsedReply:
    return ParsedReply(fault=fault, detail=detail)
