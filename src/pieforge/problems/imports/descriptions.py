"""CodeNet's problem descriptions: HTML pages of AtCoder and AIZU, with samples in them."""

import re
from html.parser import HTMLParser

from pieforge.problems.imports import FoundTest

_SKIPPED = frozenset({"script", "style"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
_BLOCKS = frozenset({"p", "div", "section", "li", "tr", "table", "ul", "ol", "hr", "br", "pre"})
_INPUT = re.compile(r"^\s*(sample input|input example|入力例)", re.IGNORECASE)
_OUTPUT = re.compile(
    r"^\s*(sample output|output example|output for (the )?sample input|出力例)", re.IGNORECASE
)


def read_description(html: str) -> tuple[str, str, list[FoundTest]]:
    """Return title, statement in Markdown, and samples of a page.

    The title is empty if the page has none, as those of AtCoder. Of a page in two languages the
    statement is the English part.
    """
    english = re.search(
        r'<span class="lang-en">.*?</span>\s*(?=<span class="lang|$)', html, re.DOTALL
    )
    page = _Page()
    page.feed(english[0] if english else html)
    page.close()
    tests = [
        FoundTest(f"sample-{name}", data.encode(), page.outputs[name].encode(), is_sample=True)
        for name, data in page.inputs.items()
        if name in page.outputs
    ]
    text = "\n".join(line.rstrip() for line in "".join(page.text).splitlines())
    return page.title.strip(), re.sub(r"\n{3,}", "\n\n", text).strip() + "\n", tests


class _Page(HTMLParser):
    """Collects the text of a page, and what stands in `pre` under headings of samples."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.text: list[str] = []
        self.inputs: dict[int, str] = {}
        self.outputs: dict[int, str] = {}
        self._inside = ""
        self._heading = ""
        self._block: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a heading or a block."""
        if tag in _HEADINGS:
            self._inside, self._heading = tag, ""
            self.text.append("\n\n" + "#" * max(2, int(tag[1])) + " ")
        elif tag == "pre":
            self._block = []
            self.text.append("\n\n```text\n")
        elif tag in _SKIPPED:
            self._inside = tag
        elif tag in _BLOCKS and self._block is None:
            self.text.append("\n- " if tag == "li" else "\n")
        elif tag == "sup":
            self.handle_data("^")
        elif tag == "sub":
            self.handle_data("_")

    def handle_endtag(self, tag: str) -> None:
        """End a heading or a block."""
        if tag == self._inside:
            self._inside = ""
            if tag in _HEADINGS:
                self.title = self.title or (self._heading if tag == "h1" else "")
                self.text.append("\n\n")
        elif tag == "pre" and self._block is not None:
            content = "".join(self._block).strip("\r\n").replace("\r\n", "\n") + "\n"
            for pattern, found in ((_INPUT, self.inputs), (_OUTPUT, self.outputs)):
                if pattern.match(self._heading):
                    # Digits may be full-width ones.
                    number = int(re.sub(r"\D", "", self._heading) or "1")
                    found.setdefault(number, content)
            self.text.append(content + "```\n\n")
            self._block = None

    def handle_data(self, data: str) -> None:
        """Keep a piece of text."""
        if self._inside in _SKIPPED:
            return
        if self._block is not None:
            self._block.append(data)
        elif self._inside:
            self._heading += data
            self.text.append(data.replace("\n", " "))
        else:
            self.text.append(re.sub(r"\s+", " ", data))
