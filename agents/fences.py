"""Write and parse fenced code blocks in Markdown, as models write them.

The rules are CommonMark's (section 4.5), and those by which a reader takes what it does not allow:
fences in lists and quotations, behind a word, and with code on their line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_FENCE = r"(?P<fence>`{3,}|~{3,})"
_OPENING = re.compile(rf"^(?P<margin>(?:[ \t]*(?:>|[-*+]|\d+[.)]))*[ \t]*){_FENCE}(?P<rest>.*)$")
_LATE_OPENING = re.compile(r"^[^`]*[\s:](?P<fence>`{3,})(?P<rest>[^\s`]*)[ \t]*$")
"""An opening fence behind a word: nothing but the language's name follows."""
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<title>.*?)[ \t#]*$")
_QUOTE_MARK = re.compile(r"^(?:[ \t]*> ?)+")
_NAME = re.compile(r"^(?:\{[^}]*\}|[A-Za-z][^\s`<]*)[ \t]*$")
CODE_START = re.compile(
    r"#\s*(?:include|define|pragma|if|ifdef|ifndef)\b|#!/|(?<!:)//|/\*"
    r"|\busing\s+(?:namespace\b|\w+\s*=)|\bimport\s+[\w.*{]+\s*(?:[,;#.]|as\b|$)"
    r"|\bfrom\s+[\w.]+\s+import\b|\bdef\s+\w+\(|\bpackage\s+\w+\s*;?\s*$|\buse\s+std\b|\bfn\s+\w+"
    r"|\bpublic\s+class\b|\b(?:int|void|auto)\s+main\s*\(|\btemplate\s*<|\btypedef\s"
)
"""The beginning of a program: what no sentence and no language's name contains."""


@dataclass(frozen=True)
class FencedBlock:
    """One fenced block."""

    info: str
    """The language's name after the opening fence, in lower case; see `parse_info`."""
    text: str
    """The text between the fences; each line ends with a newline if the block is closed."""
    heading: str
    """Title of the nearest heading above it, in lower case; empty if there is none."""
    closed: bool
    """Whether another fence follows before the end of the text."""


def format_block(text: str, info: str = "") -> str:
    """Return `text` as a fenced block whose fence is longer than any run of backticks in it."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    body = text if text.endswith("\n") or not text else text + "\n"
    return f"{fence}{info}\n{body}{fence}"


def parse_info(info: str) -> str:
    """Return the language's name in the text after a fence: of `{.cpp}` or `Cpp:main.cpp` cpp."""
    words = re.split(r"[\s,:{}]+", info.strip().strip("{}").strip())
    name = words[0].lower().rpartition("=")[2].removeprefix("language-").removeprefix("lang-")
    return name.rpartition(".")[2].strip("\"'") if re.search(r"\.[a-z]", name) else name


def parse_blocks(text: str) -> Iterator[FencedBlock]:
    """Yield the fenced blocks of a Markdown text, in order.

    A fence with a language's name inside a block begins another one, as long as it is not shorter
    than the block's own.
    """
    lines = iter(text.replace("\r\n", "\n").split("\n"))
    heading = ""
    opening: re.Match[str] | None = None
    for line in lines:
        if title := _HEADING.match(line):
            heading = title["title"].strip().lower()
        opening = _OPENING.match(line) or _LATE_OPENING.match(line)
        while opening:
            info, first = _split_info(opening["rest"])
            inside, fence, _ = first.partition(opening["fence"])
            if fence:  # the whole block is on one line
                yield FencedBlock(parse_info(info), inside.strip() + "\n", heading, closed=True)
                break
            body, closed, following = _read_body(lines, opening, first)
            yield FencedBlock(parse_info(info), body, heading, closed)
            opening = following


def _split_info(rest: str) -> tuple[str, str]:
    """Return the language's name and the code in the rest of an opening fence's line."""
    code = CODE_START.search(rest)
    if code:
        return rest[: code.start()], rest[code.start() :]
    if "`" in rest or "~~~" in rest:
        name, _, code_text = rest.partition(" ")
        return (name, code_text) if re.fullmatch(r"[A-Za-z+#\d]+", name) else ("", rest)
    return rest, ""


def _read_body(
    lines: Iterator[str], opening: re.Match[str], first: str
) -> tuple[str, bool, re.Match[str] | None]:
    """Return a block's text, whether it is closed, and the opening fence that ended it, if any."""
    groups = opening.groupdict()
    margin, fence = groups.get("margin") or "", groups["fence"]
    run = rf"{re.escape(fence[0])}{{{len(fence)},}}"
    own_line = re.compile(rf"^[ \t]*{run}(?P<rest>[^{fence[0]}]*)$")
    # Behind code, but not in a comment or a string about fences: these have a blank or a quotation
    # mark in front of the fence.
    glued = re.compile(rf"^(?P<code>[^{fence[0]}]*[^\s\"'{fence[0]}]){run}(?:[ \t].*)?$")
    body: list[str] = []
    closed, following = False, None
    for raw in lines:
        line = _QUOTE_MARK.sub("", raw) if ">" in margin else raw
        if end := own_line.match(line):
            following = _OPENING.match(line) if _NAME.match(end["rest"]) else None
        elif end := glued.match(line):
            body.append(end["code"])
        else:
            body.append(line)
            continue
        closed = True
        break
    indent = min((len(it) - len(it.lstrip()) for it in body if it.strip()), default=0)
    code = [*filter(None, [first]), *(it[min(indent, len(margin)) :] for it in body)]
    return "".join(f"{it}\n" for it in code) if closed else "\n".join(code), closed, following
