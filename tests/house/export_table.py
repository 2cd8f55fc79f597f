"""The tables of export kinds and of kinds of collections, from their declarations.

`python tests/house/export_table.py` writes them into docs/reference/exports.md and imports.md,
between the two comments that mark their places; `test_reference.py` compares.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from pieforge.export.kinds import discover_kinds
from pieforge.problems.imports import discover_imports

BEGIN = "<!-- table: begin -->\n"
END = "<!-- table: end -->\n"


def render_exports() -> str:
    """Return one row for each export kind."""
    rows = ["| `--to` | rows | read by | tested with |", "|---|---|---|---|"]
    rows += [
        f"| `{name}` | {kind.title} | {kind.reader} | {kind.checked_by} |"
        for name, kind in discover_kinds().items()
    ]
    return "\n".join(rows) + "\n"


def render_imports() -> str:
    """Return one row for each kind of collection."""
    rows = ["| `--from` | collection | PATH |", "|---|---|---|"]
    rows += [
        f"| `{name}` | {kind.title} | {kind.layout} |" for name, kind in discover_imports().items()
    ]
    return "\n".join(rows) + "\n"


_FOLDER = Path(__file__).parents[2] / "docs" / "reference"
PAGES: Mapping[Path, Callable[[], str]] = {
    _FOLDER / "exports.md": render_exports,
    _FOLDER / "imports.md": render_imports,
}

if __name__ == "__main__":
    for page, render in PAGES.items():
        head, _, rest = page.read_text().partition(BEGIN)
        page.write_text(f"{head}{BEGIN}{render()}{END}{rest.partition(END)[2]}")
