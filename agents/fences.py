"""Write and parse fenced code blocks in Markdown, by CommonMark's rules (section 4.5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPENING = re.compile(r"^ {0,3}(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*)$")
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<title>.*?)[ \t#]*$")


@dataclass(frozen=True)
class FencedBlock:
    """One fenced block."""

    info: str
    """First word after the opening fence, in lower case: the language's name."""
    text: str
    """The text between the fences; each line ends with a newline if the block is closed."""
    heading: str
    """Title of the nearest heading above it, in lower case; empty if there is none."""
    closed: bool
    """Whether there is a closing fence before the end of the text."""


def format_block(text: str, info: str = "") -> str:
    """Return `text` as a fenced block whose fence is longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    body = text if text.endswith("\n") or not text else text + "\n"
    return f"{fence}{info}\n{body}{fence}"


def parse_blocks(text: str) -> Iterator[FencedBlock]:
    """Yield the fenced blocks of a Markdown text, in order."""
    lines = iter(text.replace("\r\n", "\n").split("\n"))
    heading = ""
    for line in lines:
        if title := _HEADING.match(line):
            heading = title["title"].strip().lower()
        opening = _OPENING.match(line)
        # A backtick after a fence of backticks: CommonMark reads the line as inline code.
        if opening and not (opening["fence"][0] == "`" and "`" in opening["info"]):
            body, closed = _read_body(lines, opening["fence"])
            info = opening["info"].split()
            yield FencedBlock(info[0].lower() if info else "", body, heading, closed)


def _read_body(lines: Iterator[str], fence: str) -> tuple[str, bool]:
    closing = re.compile(rf"^ {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*$")
    body: list[str] = []
    for line in lines:
        if closing.match(line):
            return "".join(f"{line}\n" for line in body), True
        body.append(line)
    return "\n".join(body), False
