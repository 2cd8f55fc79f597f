"""The table of all configuration keys, from the docstrings of the classes that declare them.

`python tests/house/config_table.py` writes it into docs/reference/configuration.md, between the
two comments that mark its place; `test_reference.py` compares.
"""

import ast
import inspect
import textwrap
import types
from pathlib import Path
from typing import Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pieforge.agents.models.settings import EndpointSettings, ModelSettings
from pieforge.config import Config
from pieforge.measurement.simulators import discover_settings

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "configuration.md"
BEGIN = "<!-- table: begin -->\n"
END = "<!-- table: end -->\n"
ROLES = ("author", "optimizer", "tester")
_BOUNDS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
_TYPES = {int: "integer", float: "number", str: "string", bool: "boolean", Path: "path"}


def render_tables() -> str:
    """Return one heading and one table for each section."""
    parts = []
    for name, field in Config.model_fields.items():
        if name == "endpoints":
            parts.append(_render_section("endpoints.NAME", EndpointSettings))
            continue
        section = field.annotation
        assert isinstance(section, type)
        assert issubclass(section, BaseModel)
        if name == ROLES[0]:
            parts.append(_render_roles())
        elif name not in ROLES:
            parts.append(_render_section(name, section))
        if name == "simulator":
            parts += [
                _render_section(f"simulator.{key}", settings)
                for key, settings in sorted(discover_settings().items())
            ]
    return "\n".join(parts)


def _render_section(name: str, section: type[BaseModel]) -> str:
    documented = _read_docstrings(section)
    rows = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for key, field in section.model_fields.items():
        value = None if field.default_factory else field.default
        default = _format_default({} if field.default_factory is dict else value, field)
        rows.append(f"| `{key}` | {_format_type(field)} | {default} | {documented[key]} |")
    about = " ".join((section.__doc__ or "").split("\n\n")[0].split())
    return "\n".join([f"### `[{name}]`", "", about, "", *rows, ""])


def _render_roles() -> str:
    documented, roles = _read_docstrings(ModelSettings), _read_docstrings(Config)
    usual = Config()
    rows = ["| key | type | default | meaning |", "|---|---|---|---|"]
    for key, field in ModelSettings.model_fields.items():
        if key in EndpointSettings.model_fields:
            continue
        values = [_format_default(getattr(getattr(usual, role), key), field) for role in ROLES]
        default = values[0] if len(set(values)) == 1 else " / ".join(values)
        rows.append(f"| `{key}` | {_format_type(field)} | {default} | {documented[key]} |")
    titles = ", ".join(f"`[{role}]`" for role in ROLES)
    about = [f"- `[{role}]`: {roles[role]}" for role in ROLES]
    note = (
        "Each takes the keys of `[endpoints.NAME]`, too. "
        "A default of three values is that of the three sections, in this order."
    )
    return "\n".join([f"### {titles}", "", *about, "", note, "", *rows, ""])


def _read_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Return the docstring under each field of a class and of its bases."""
    [tree] = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for base in model.__bases__:
        if base.__module__ == model.__module__:
            found |= _read_docstrings(base)
    for field, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            text = str(after.value.value) if documented else ""  # type: ignore[attr-defined]
            found[field.target.id] = " ".join(text.split()).replace("|", r"\|")
    return found


def _format_type(field: FieldInfo) -> str:
    bounds = [
        f"{sign} {getattr(limit, name):g}"
        for limit in field.metadata
        for name, sign in _BOUNDS.items()
        if getattr(limit, name, None) is not None
    ]
    return ", ".join([_name_type(field.annotation), *bounds])


def _name_type(annotation: object) -> str:
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [it for it in get_args(annotation) if it is not type(None)]
        return " or ".join(map(_name_type, kinds))
    if get_origin(annotation) is Literal:
        return " or ".join(f'`"{value}"`' for value in get_args(annotation))
    if get_origin(annotation) is tuple:
        return f"list of {_name_type(get_args(annotation)[0])}s"
    is_table = get_origin(annotation) is dict or issubclass(annotation, BaseModel)  # type: ignore[arg-type]
    return "table" if is_table else _TYPES[annotation]  # type: ignore[index]


def _format_default(value: object, field: FieldInfo) -> str:
    if value is None or isinstance(value, BaseModel):
        return "computed" if field.default_factory is not None else "unset"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return "`[" + ", ".join(f'"{it}"' for it in value) + "]`"
    return f'`"{value}"`' if isinstance(value, str) else f"`{value}`"


if __name__ == "__main__":
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + BEGIN + render_tables() + END + rest.partition(END)[2])
