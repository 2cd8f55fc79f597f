"""Discover plugins: files in a folder of pieforge, and modules of packages that the user installed.

A plugin kind is a package (languages, simulators, backends, problem formats) and the name of the
attribute that each of its modules declares. The module's stem is the plugin's key, and no other
registration is needed. A user's own package registers such a module by an entry point: its group is
the dotted name of the kind's package, its name is the plugin's key.
"""

import importlib
import importlib.util
import pkgutil
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.metadata import EntryPoint, distributions
from types import MappingProxyType, ModuleType
from typing import TypeVar

from rapidfuzz import process

from pieforge.errors import ConfigError, MachineError

Plugin = TypeVar("Plugin")


def discover(
    package: str, attribute: str, kind: type[Plugin], *, alternative: str = ""
) -> Mapping[str, Plugin]:
    """Return the declarations of a kind's modules, by key, sorted.

    Args:
        package: Dotted name of the package, which has one plugin per module.
        attribute: Name that each plugin module defines. Modules of the package itself without it
            are helpers and are ignored.
        kind: The class of the declarations.
        alternative: Name that an installed module may define in its place.

    Raises:
        MachineError: An installed plugin cannot be imported, declares something else, or has the
            key of another plugin.
    """
    found: dict[str, Plugin] = {}
    for key, module, origin in _load_modules(package):
        has = hasattr(module, attribute)
        if has and isinstance(declared := getattr(module, attribute), kind):
            found[key] = declared
        elif origin and (has or not hasattr(module, alternative or attribute)):
            names = " or ".join(filter(None, (attribute, alternative)))
            raise MachineError(
                f"the plugin {key!r} declares no {names} that is a {kind.__name__}",
                where=origin,
                fix=f"declare it in {module.__name__}, or uninstall the package",
            )
    return MappingProxyType(found)


@cache
def _load_modules(package: str) -> tuple[tuple[str, ModuleType, str], ...]:
    """Return key, module and, for an installed plugin, origin of each module of a kind, sorted."""
    root = importlib.import_module(package)
    own = {info.name for info in pkgutil.iter_modules(root.__path__)}
    found = {key: (importlib.import_module(f"{package}.{key}"), "") for key in own}
    for entry in iter_installed(package):
        origin = describe_origin(entry)
        if entry.name in found:
            other = found[entry.name][1] or "pieforge"
            raise MachineError(
                f"two plugins of the kind {package} are called {entry.name!r}",
                where=f"{origin}; {other}",
                fix="rename the entry point, or uninstall the package",
            )
        found[entry.name] = load_installed(entry), origin
    return tuple((key, *found[key]) for key in sorted(found))


def iter_installed(group: str = "") -> Iterator[EntryPoint]:
    """Yield the entry points of one plugin kind, or of all, that installed packages have."""
    for entry in _read_entry_points():
        if group in ("", entry.group):
            yield entry


@cache
def _read_entry_points() -> tuple[EntryPoint, ...]:
    # A folder that is twice on the path, as one of an editable install, gives its entries twice.
    found: dict[tuple[str, str, str], EntryPoint] = {}
    for package in distributions():
        for entry in package.entry_points:
            if entry.group.startswith("pieforge."):
                found.setdefault((entry.group, entry.name, entry.value), entry)
    return tuple(found[key] for key in sorted(found))


def describe_origin(entry: EntryPoint) -> str:
    """Return the package and the module of an installed plugin."""
    package = f"{entry.dist.name} {entry.dist.version}, " if entry.dist else ""
    return f"{package}module {entry.value}"


def load_installed(entry: EntryPoint) -> ModuleType:
    """Import the module of an installed plugin.

    Raises:
        MachineError: There is no such kind, or the module cannot be imported.
    """
    what, fix = "", f"correct or uninstall {entry.dist.name if entry.dist else entry.value}"
    try:
        if importlib.util.find_spec(entry.group) is None or not entry.name.isidentifier():
            what = f"no plugin kind is called {entry.group!r}, or {entry.name!r} is no identifier"
        elif isinstance(module := entry.load(), ModuleType):
            return module
        else:
            what = f"the plugin {entry.name!r} is {entry.value!r}, which is no module"
    # The package is someone else's: it can raise anything.
    except Exception as error:  # noqa: BLE001
        what = f"the plugin {entry.name!r} cannot be imported: {type(error).__name__}: {error}"
    raise MachineError(what, where=describe_origin(entry), fix=fix)


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
