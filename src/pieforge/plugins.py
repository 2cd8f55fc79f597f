"""Discover plugins by file name: a new file in the right folder needs no other registration.

A plugin kind is a package (languages, simulators, backends, problem formats) and the name of the
attribute that each of its modules declares. The module's stem is the plugin's key.
"""

import importlib
import pkgutil
from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType, ModuleType
from typing import TypeVar

from rapidfuzz import process

from pieforge.errors import ConfigError

Plugin = TypeVar("Plugin")


@cache
def discover(package: str, attribute: str) -> Mapping[str, object]:
    """Return the declarations of a package's modules, by module stem, sorted.

    Args:
        package: Dotted name of the package, which has one plugin per module.
        attribute: Name that each plugin module defines. Modules without it are helpers and are
            ignored.
    """
    root: ModuleType = importlib.import_module(package)
    declarations = {}
    for info in sorted(pkgutil.iter_modules(root.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package}.{info.name}")
        if hasattr(module, attribute):
            declarations[info.name] = getattr(module, attribute)
    return MappingProxyType(declarations)


def choose(kind: str, name: str, known: Mapping[str, Plugin]) -> Plugin:
    """Return the plugin with the name `name`.

    Args:
        kind: The kind of plugin, for the message.
        name: The name.
        known: All plugins of that kind, by name.

    Raises:
        ConfigError: No plugin has the name; the message suggests the most similar one.
    """
    if name in known:
        return known[name]
    fix = f"{suggest(name, known)}choose one of: {', '.join(known)}"
    raise ConfigError(f"there is no {kind} called {name!r}", fix=fix)


def suggest(name: str, known: Collection[str]) -> str:
    """Return the question "did you mean ...?" with the most similar known name.

    Empty if no known name is similar.
    """
    nearest = process.extractOne(name, list(known), score_cutoff=60)
    return f"did you mean {nearest[0]!r}? " if nearest else ""
