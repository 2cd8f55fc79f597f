"""Parse a model's reply: the program in it, or the reason why there is none."""

import re
from collections.abc import Sequence
from enum import StrEnum
from itertools import chain

from pieforge.agents.edits import SearchReplace, apply_edits, parse_edits
from pieforge.agents.fences import CODE_START, FencedBlock, parse_blocks
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

    has_main: bool = True
    """Whether each program has a function `main`; otherwise one that prints is whole."""

    def has_name(self, info: str) -> bool:
        """Return whether a word after a fence names this language, with or without a version."""
        names = {self.fence.lower(), *(alias.lower() for alias in self.aliases)}
        return bool(names & {info.lower(), info.lower().rstrip("0123456789.-")})

    def is_whole(self, code: str) -> bool:
        """Return whether a text has what every program of this language has."""
        return bool(_MAIN.search(code) or (not self.has_main and _OUTPUT.search(code)))


_MAIN = re.compile(r"\bmain\s*\(")
_OUTPUT = re.compile(r"\bprint\s*\(|\bstdout\b|\bos\.write\b")
_NEUTRAL_INFO = frozenset({"", "text", "txt", "plaintext", "plain", "code", "program", "solution"})
_MARKDOWN_INFO = frozenset({"markdown", "md"})
_THOUGHT_TAG = re.compile(
    r"^[ \t]*<(?:think|thinking|thought|reasoning)>|</(?:think|thinking|thought|reasoning)>",
    re.MULTILINE | re.IGNORECASE,
)
_END_TOKEN = re.compile(r"(?:<\|[\w ]+\|>|</s>|<eos>)\s*\Z")
_PROSE = re.compile(r"^(?:[A-Z*].*[.!?:][*)]*|(?:[-*]|\d+\.) [^;]*|\*\*.*|#{2,6} .*|---+)$")
"""A line that no program has outside comments: a sentence, an item of a list, a heading."""


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
    REFUSED = "refused"
    """The endpoint refused the prompt: too long for the model's context, or filtered."""
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
    text: str, finish_reason: str, language: LanguageNames, shown: Sequence[str] = ()
) -> ParsedReply:
    """Extract the program from a reply: the one that a person would take.

    Reasoning in tags is left out. Of several blocks in the requested language the last whole
    program counts that was not in the prompt: models that reason in text quote the given program
    or a first attempt before their answer, and explain details or repeat the given program after
    it. Blocks without a language count only if no block names the requested one. A reply without
    such blocks counts as a program from the first line on that looks like one. Search/replace
    blocks are applied to the program that was shown last.

    Args:
        text: The reply.
        finish_reason: The endpoint's reason for the end of the reply; `length` means that it was
            cut off.
        language: The requested language.
        shown: Programs in the prompt; repeating one is a fault. The last one is to be changed.
    """
    cut_off = finish_reason == "length"
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text = _END_TOKEN.sub("", _leave_out_reasoning(text, cut_off=cut_off))
    if not text.strip():
        if finish_reason == "content_filter":
            return _create_fault(ReplyFault.REFUSED, "the endpoint filtered the answer")
        if cut_off:
            return _create_fault(ReplyFault.CUT_OFF, "the token limit was reached before a program")
        return _create_fault(ReplyFault.EMPTY, "the reply is empty")
    if (edits := parse_edits(text)) and shown:
        return _apply_edits(edits, shown)
    blocks = list(_find_blocks(text))
    usable = [block for block in blocks if language.has_name(block.info)] or [
        block for block in blocks if block.info in _NEUTRAL_INFO and language.is_whole(block.text)
    ]
    if usable:
        return _choose(usable, language, shown, cut_off=cut_off)
    code = _find_unfenced(text)
    if language.is_whole(code) and not cut_off:
        return _accept(code, shown)
    if cut_off:
        return _create_fault(ReplyFault.CUT_OFF, "the token limit was reached before a program")
    others = ", ".join(sorted({block.info for block in blocks} - _NEUTRAL_INFO))
    if others:
        detail = f"asked for {language.title}, fenced as: {others}"
        return _create_fault(ReplyFault.WRONG_LANGUAGE, detail)
    return _create_fault(ReplyFault.NO_CODE, f"no program in: {_shorten(text)}")


def parse_completion(
    completion: Completion, language: LanguageNames, shown: Sequence[str]
) -> tuple[ParsedReply, ...]:
    """Parse each choice of a completion, in order; see `parse_reply`."""
    if completion.refusal is not None:
        return (_create_fault(ReplyFault.REFUSED, completion.refusal.message),)
    return tuple(
        parse_reply(choice.text, choice.finish_reason, language, shown)
        for choice in completion.choices
    )


def _leave_out_reasoning(text: str, *, cut_off: bool) -> str:
    """Return a reply without the reasoning in tags.

    Chat templates may write the opening tag themselves: then everything before the closing one is
    reasoning. Reasoning without an end is left out only if the reply was cut off; else the model
    forgot the closing tag.
    """
    answer: list[str] = []
    begin, is_open = 0, False
    for tag in _THOUGHT_TAG.finditer(text):
        if tag[0].startswith("</"):
            if not is_open:
                answer.clear()
            begin, is_open = tag.end(), False
        elif not is_open:
            answer.append(text[begin : tag.start()])
            begin, is_open = tag.end(), True
    return "".join(answer) + ("" if is_open and cut_off else text[begin:])


def _find_blocks(text: str) -> list[FencedBlock]:
    """Return a reply's blocks with content, those in blocks of Markdown instead of these."""
    return list(
        chain.from_iterable(
            _find_blocks(block.text) if block.info in _MARKDOWN_INFO else [block]
            for block in parse_blocks(text)
            if block.text.strip() or (block.info and not block.closed)
        )
    )


def _choose(
    blocks: list[FencedBlock], language: LanguageNames, shown: Sequence[str], *, cut_off: bool
) -> ParsedReply:
    last = blocks[-1]
    # A last block that was cut off is the model's answer: an earlier block is a quotation or a
    # draft, and must not be taken instead. Endpoints that stop at a fence leave it out.
    if not last.closed and (cut_off or not _is_balanced(last.text)):
        return _create_fault(ReplyFault.CUT_OFF, "the last block has no end")
    new = [block.text for block in blocks if not _is_shown(block.text, shown)]
    whole = [code for code in new if language.is_whole(code)]
    return _accept([last.text, *new, *whole][-1], shown)


def _is_balanced(code: str) -> bool:
    return bool(code.strip()) and code.count("{") == code.count("}")


def _apply_edits(edits: list[SearchReplace], shown: Sequence[str]) -> ParsedReply:
    if not all(edit.is_whole for edit in edits):
        return _create_fault(ReplyFault.CUT_OFF, "a search/replace block has no end")
    code = apply_edits(edits, shown[-1])
    if code is None:
        detail = "the program does not have the text of a search/replace block exactly once"
        return _create_fault(ReplyFault.NO_CODE, detail)
    return _accept(code, shown)


def _find_unfenced(text: str) -> str:
    """Return what looks like a program outside of blocks, without the sentences around it."""
    before, _, _ = re.sub(r"^[ \t]*(?:```|~~~)", "\0", text, flags=re.MULTILINE).partition("\0")
    lines = before.rstrip().split("\n")
    likely = (at for at, line in enumerate(lines) if CODE_START.match(line.lstrip()))
    start = next(likely, 0)
    while start < len(lines) and (not lines[start].strip() or _PROSE.match(lines[start])):
        start += 1
    # A comment of a script, unless it is a heading of Markdown.
    while start < len(lines) and start and re.match(r"#(?!#)", lines[start - 1]):
        start -= 1
    end = len(lines)
    while end > start and (not lines[end - 1].strip() or _PROSE.match(lines[end - 1])):
        end -= 1
    return "\n".join(lines[start:end])


def _accept(code: str, shown: Sequence[str]) -> ParsedReply:
    bare = code.replace("\ufeff", "").strip("\n").rstrip() + "\n"
    if _is_shown(bare, shown):
        return _create_fault(ReplyFault.UNCHANGED, "the program repeats one in the prompt")
    return ParsedReply(code=bare)


def _is_shown(code: str, shown: Sequence[str]) -> bool:
    return any(_normalize(code) == _normalize(other) for other in shown)


def _normalize(code: str) -> list[str]:
    """Return the non-empty lines without trailing blanks; indentation counts, as in Python."""
    return [line.rstrip() for line in code.splitlines() if line.strip()]


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 120 else words[:117] + "..."


def _create_fault(fault: ReplyFault, detail: str) -> ParsedReply:
    return ParsedReply(fault=fault, detail=detail)
