"""The page on anti-patterns, from their files in `pieforge.lessons.patterns`.

`python tests/house/pattern_page.py` writes docs/reference/anti-patterns.md; `test_reference.py`
compares.
"""

from difflib import unified_diff
from pathlib import Path

from pieforge.lessons.patterns import FAMILY, discover_patterns, show_example

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "anti-patterns.md"
INTRODUCTION = """\
# Anti-patterns

The dictionary of the de-optimizer: it puts one or two of these into a fast program, and so makes a
slow program with equal outputs ([loop](../explanation/self-play-loop.md#de-optimizer)). Each is one
file in `src/pieforge/lessons/patterns/`. The column `edit_patterns` has their names.

`tests/house/pattern_page.py` generates this page from these files. *Asymptotic* means that the cost
grows faster with the input; *constant*, that it is higher by a factor.
"""
LANGUAGES = {"cpp": "cpp17", "python": "python"}
TITLES = {"cpp": "C++", "python": "Python"}


def render_page() -> str:
    """Return the page: a table of all anti-patterns, then a section for each."""
    known = discover_patterns()
    rows = [
        f"| [`{key}`](#{key}) | {it.title} | {it.kind} | {', '.join(TITLES[f] for f in it.forms)} |"
        for key, it in known.items()
    ]
    table = "\n".join(
        ["| name | the slow program | kind | languages |", "|---|---|---|---|", *rows]
    )
    return "\n".join([INTRODUCTION, table, *map(_render_section, known)])


def _render_section(key: str) -> str:
    pattern = discover_patterns()[key]
    parts = [
        f"\n## {key}\n\n{pattern.description}\n",
        f"- Precondition: {pattern.preconditions}",
        f"- Shown by: {pattern.shown_by}",
        f"- Source: {pattern.source}\n",
    ]
    return "\n".join([*parts, *(_render_difference(key, form) for form in pattern.forms)])


def _render_difference(key: str, form: str) -> str:
    assert LANGUAGES[form] in FAMILY
    texts = (text.splitlines() for text in show_example(key, LANGUAGES[form]))
    lines = [
        line
        for line in unified_diff(*texts, lineterm="", n=2)
        if not line.startswith(("---", "+++", "@@"))
    ]
    return "\n".join([f"{TITLES[form]}:\n", "```diff", *lines, "```\n"])


if __name__ == "__main__":
    PAGE.write_text(render_page())
