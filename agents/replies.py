"""Parse a model's reply: the program in it, or the reason why there is none."""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum

from pieforge.agents.fences import parse_blocks
from pieforge.agents.models.request import Completion
from pieforge.records import FrozenModel


class LanguageNames(FrozenModel):
    """The names of a programming language in prompts and replies."""

    title: str
    """Name for a reader, such as `C++17`."""
    fence: str
    """Name that the prompt asks for after the opening fence, such as `cpp`."""
    aliases: tuple[str, ...] = ()
    """Other names of the language after a fence, such as `c++` and `cc`."""

    def has_name(self, info: str) -> bool:
        """Return whether a word after a fence names this language."""
        return info.lower() in {self.fence.lower(), *(alias.lower() for alias in self.aliases)}


class ReplyFault(StrEnum):
    """Why a reply contains no usable program."""

    EMPTY = "empty"
    """Only white space."""
    NO_CODE = "no_code"
    """Prose without a program."""
    WRONG_LANGUAGE = "wrong_language"
    """Programs, but none in the requested language."""
    CUT_OFF = "cut_off"
    """The reply ended inside the program, because of the token limit or another reason."""
    UNCHANGED = "unchanged"
    """The program repeats one that was shown in the prompt."""


class ParsedReply(FrozenModel):
    """The content of one reply: either a program or a fault."""

    code: str | None = None
    """The program, with one newline at its end."""
    fault: ReplyFault | None = None
    detail: str = ""
    """The fault in a sentence, for readers of the rejects."""


def parse_reply(
    text: str, finish_reason: str, language: LanguageNames, shown: Iterable[str] = ()
) -> ParsedReply:
    """Extract the program from a reply.

    If there are several blocks in the requested language, the last one counts: models that reason
    in text quote the given program or a first attempt before their answer. Blocks without a
    language count only if no block names the requested one. A reply without blocks counts as a
    program if its first line looks like one.

    Args:
        text: The reply.
        finish_reason: The endpoint's reason for the end of the reply; `length` means that it was
            cut off.
        language: The requested language.
        shown: Programs in the prompt; repeating one is a fault.
    """
    if not text.strip():
        return _create_fault(ReplyFault.EMPTY, "the reply is empty")
    blocks = [block for block in parse_blocks(text) if block.text.strip() or not block.closed]
    if not blocks:
        return _parse_unfenced(text, finish_reason, shown)
    named = [block for block in blocks if language.has_name(block.info)]
    usable = named or [block for block in blocks if not block.info]
    if not usable:
        others = ", ".join(sorted({block.info for block in blocks}))
        detail = f"asked for {language.title}, fenced as: {others}"
        return _create_fault(ReplyFault.WRONG_LANGUAGE, detail)
    # A last block that was cut off is the model's answer: an earlier block is a quotation or a
    # draft, and must not be taken instead.
    if not usable[-1].closed:
        detail = f"the last block has no end (finish reason: {finish_reason})"
        return _create_fault(ReplyFault.CUT_OFF, detail)
    return _accept(usable[-1].text, shown)


def parse_completion(
    completion: Completion, language: LanguageNames, shown: Collection[str]
) -> tuple[ParsedReply, ...]:
    """Parse each choice of a completion, in order; see `parse_reply`."""
    return tuple(
        parse_reply(choice.text, choice.finish_reason, language, shown)
        for choice in completion.choices
    )


def _parse_unfenced(text: str, finish_reason: str, shown: Iterable[str]) -> ParsedReply:
    if finish_reason == "length":
        detail = "the reply reached the token limit before a block began"
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
        return _create_fault(ReplyFault.UNCHANGED, "the program repeats one in the prompt")
    return ParsedReply(code=bare)


def _normalize(code: str) -> list[str]:
    """Return the non-empty lines without trailing blanks; indentation counts, as in Python."""
    return [line.rstrip() for line in code.splitlines() if line.strip()]


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 120 else words[:117] + "..."


def _create_fault(fault: ReplyFault, detail: str) -> ParsedReply:
    return ParsedReply(fault=fault, detail=detail)
