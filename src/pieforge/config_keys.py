"""Every key of the configuration with type, default and meaning, from the docstrings of its fields.

The reference page on the configuration and the file that `pieforge init` writes are made of this.
"""

import ast
import inspect
import json
import re
import textwrap
import types
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pieforge.agents.models.settings import EndpointSettings
from pieforge.config import Config
from pieforge.measurement.simulators import discover_settings

ROLES = ("author", "optimizer", "tester")
ENDPOINTS = "endpoints.NAME"
"""Name of the section of which there can be several."""
_BOUNDS = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<"}
_TYPES = {int: "integer", float: "number", str: "string", bool: "boolean", Path: "path"}


@dataclass(frozen=True)
class ConfigKey:
    """A key of the configuration.

    Attributes:
        name: Its name in its section.
        type: Its type and bounds, for people.
        default: Its default as TOML; empty if it is unset or computed.
        computed: Whether the default is computed.
        meaning: Its docstring, in Markdown.
    """

    name: str
    type: str
    default: str
    computed: bool
    meaning: str


@dataclass(frozen=True)
class ConfigSection:
    """A table of the configuration: its name, what it is for in Markdown, and its keys."""

    name: str
    meaning: str
    keys: tuple[ConfigKey, ...]


def describe_sections() -> list[ConfigSection]:
    """Return every section, in the order of `Config`; a role's keys are those that it adds."""
    usual, meanings = Config(), _read_docstrings(Config)
    sections = []
    for name in Config.model_fields:
        if name == "endpoints":
            sections.append(_describe(ENDPOINTS, EndpointSettings()))
        elif name in ROLES:
            keys = _iter_keys(getattr(usual, name), without=EndpointSettings)
            sections.append(ConfigSection(name, meanings[name], tuple(keys)))
        else:
            sections.append(_describe(name, getattr(usual, name)))
        if name == "simulator":
            simulators = sorted(discover_settings().items())
            sections += [_describe(f"simulator.{key}", model()) for key, model in simulators]
    return sections


def render_template() -> str:
    """Return a configuration that sets nothing: each key is a comment with its default."""
    parts = [
        "# Configuration of pieforge. Every key has a default: remove the # before one to set it.\n"
    ]
    endpoint_keys: tuple[ConfigKey, ...] = ()
    for section in describe_sections():
        keys = section.keys
        header = f"#[{section.name}]" if "." in section.name else f"[{section.name}]"
        if section.name == ENDPOINTS:
            endpoint_keys = keys
        if section.name in ROLES:
            keys += endpoint_keys
        parts.append(f"\n{_comment(section.meaning)}{header}\n")
        parts += [f"\n{_render_key(key)}" for key in keys]
    return "".join(parts)


def _render_key(key: ConfigKey) -> str:
    value = key.default or f"        # {key.type}; {'computed' if key.computed else 'unset'}"
    kind = f" ({key.type})" if key.default else ""
    return f"{_comment(key.meaning + kind)}#{key.name} = {value}\n"


def _comment(markdown: str) -> str:
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", markdown).replace("`", "")
    lines = textwrap.wrap(text, 96, break_long_words=False, break_on_hyphens=False)
    return "".join(f"# {line}\n" for line in lines)


def _describe(name: str, usual: BaseModel) -> ConfigSection:
    about = " ".join((type(usual).__doc__ or "").split("\n\n")[0].split())
    return ConfigSection(name, about, tuple(_iter_keys(usual)))


def _iter_keys(usual: BaseModel, *, without: type[BaseModel] | None = None) -> Iterator[ConfigKey]:
    """Yield the keys of a section with these defaults; `without` those of a base."""
    documented = _read_docstrings(type(usual))
    for name, field in type(usual).model_fields.items():
        if without is None or name not in without.model_fields:
            computed = field.default_factory is not None and field.default_factory is not dict
            value = None if computed else getattr(usual, name)
            default = _format_default(value)
            yield ConfigKey(name, _format_type(field), default, computed, documented[name])


def _read_docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Return the docstring under each field of a class and of its bases."""
    [tree] = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    found: dict[str, str] = {}
    for base in model.__bases__:
        if base.__module__ == model.__module__:
            found |= _read_docstrings(base)
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    for field, after in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            found[field.target.id] = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                found[field.target.id] = " ".join(str(after.value.value).split())
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
    if isinstance(annotation, type) and annotation in _TYPES:
        return _TYPES[annotation]
    return "table"


def _format_default(value: object) -> str:
    """Return a default as TOML; empty for None and for a table of keys."""
    if value is None or isinstance(value, BaseModel):
        return ""
    return json.dumps(value)
