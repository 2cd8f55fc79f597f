"""The table of export kinds, from their declarations.

`python tests/house/export_table.py` writes it into docs/reference/exports.md, between the two
comments that mark its place; `test_reference.py` compares.
"""

from pathlib import Path

from pieforge.export.kinds import discover_kinds

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "exports.md"
BEGIN = "<!-- table: begin -->\n"
END = "<!-- table: end -->\n"


def render_table() -> str:
    """Return one row for each kind."""
    rows = ["| `--to` | rows | read by | tested with |", "|---|---|---|---|"]
    rows += [
        f"| `{name}` | {kind.title} | {kind.reader} | {kind.checked_by} |"
        for name, kind in discover_kinds().items()
    ]
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    head, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}{render_table()}{END}{rest.partition(END)[2]}")
