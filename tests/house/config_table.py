"""The table of all configuration keys, from the docstrings of the classes that declare them.

`python tests/house/config_table.py` writes it into docs/reference/configuration.md, between the
two comments that mark its place; `test_reference.py` compares.
"""

from collections.abc import Iterable
from pathlib import Path

from pieforge.config_keys import ROLES, ConfigKey, ConfigSection, describe_sections

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "configuration.md"
BEGIN = "<!-- table: begin -->\n"
END = "<!-- table: end -->\n"


def render_tables() -> str:
    """Return one heading and one table for each section."""
    parts = []
    sections = describe_sections()
    for section in sections:
        if section.name == ROLES[0]:
            parts.append(_render_roles([it for it in sections if it.name in ROLES]))
        elif section.name not in ROLES:
            rows = _render_rows((key, _format_default(key)) for key in section.keys)
            parts.append(f"### `[{section.name}]`\n\n{section.meaning}\n\n{rows}")
    return "\n".join(parts)


def _render_roles(roles: list[ConfigSection]) -> str:
    rows = []
    for keys in zip(*(role.keys for role in roles), strict=True):
        values = list(map(_format_default, keys))
        rows.append((keys[0], values[0] if len(set(values)) == 1 else " / ".join(values)))
    titles = ", ".join(f"`[{role.name}]`" for role in roles)
    about = "\n".join(f"- `[{role.name}]`: {role.meaning}" for role in roles)
    note = (
        "Each takes the keys of `[endpoints.NAME]`, too. "
        "A default of three values is that of the three sections, in this order."
    )
    return f"### {titles}\n\n{about}\n\n{note}\n\n{_render_rows(rows)}"


def _render_rows(rows: Iterable[tuple[ConfigKey, str]]) -> str:
    lines = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for key, default in rows:
        meaning = key.meaning.replace("|", r"\|")
        lines.append(f"| `{key.name}` | {key.type} | {default} | {meaning} |")
    return "\n".join(lines) + "\n"


def _format_default(key: ConfigKey) -> str:
    return f"`{key.default}`" if key.default else "computed" if key.computed else "unset"


if __name__ == "__main__":
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + BEGIN + render_tables() + END + rest.partition(END)[2])
