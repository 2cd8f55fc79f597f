"""Plugins by file name: one new file in the right folder is the whole registration.

A plugin kind is a package (languages, simulators, backends, problem sources) and the
name of the attribute that each of its modules declares. The module's stem is the
plugin's key.
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
    """Return the declarations found in a package, by module stem, sorted.

    Args:
        package: Dotted name of the package that holds one plugin a module.
        attribute: Name that each plugin module defines; modules without it are
            helpers of the kind, and are passed over.
    """
    root: ModuleType = importlib.import_module(package)
    found = {}
    for info in sorted(pkgutil.iter_modules(root.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package}.{info.name}")
        if hasattr(module, attribute):
            found[info.name] = getattr(module, attribute)
    return MappingProxyType(found)


def choose(kind: str, name: str, known: Mapping[str, Plugin]) -> Plugin:
    """Return the plugin called `name`.

    Raises:
        ConfigError: No plugin of that kind has the name; the nearest is offered.
    """
    if name in known:
        return known[name]
    fix = f"{suggest(name, known)}choose one of: {', '.join(known)}"
    raise ConfigError(f"there is no {kind} called {name!r}", fix=fix)


def suggest(name: str, known: Collection[str]) -> str:
    """Return a question whether the known name nearest to a wrong one is meant, if one is near."""
    nearest = process.extractOne(name, list(known), score_cutoff=60)
    return f"did you mean {nearest[0]!r}? " if nearest else ""
