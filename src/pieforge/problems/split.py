"""The train, validation and held-out parts of a folder of problem packages."""

import tomllib
from collections.abc import Collection, Mapping
from enum import StrEnum
from pathlib import Path

from pieforge.errors import ConfigError
from pieforge.plugins import suggest

FILE_NAME = "split.toml"


class SplitPart(StrEnum):
    """What the problems of a part may be used for."""

    TRAIN = "train"
    VALIDATION = "validation"
    HELD_OUT = "held_out"


def read_split(root: Path, packages: Collection[str]) -> Mapping[str, SplitPart]:
    """Return the part of each package in a folder, from the file `split.toml` in it.

    Args:
        root: The folder.
        packages: The names of its packages.

    Returns:
        The part by the package's name; nothing if there is no such file.

    Raises:
        ConfigError: The file is not TOML, has an unknown part or package, names a package twice or
            leaves one out.
    """
    path = root / FILE_NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"not TOML: {error}", where=str(path), fix="correct the file") from error
    found: dict[str, SplitPart] = {}
    for part, names in table.items():
        where = f"{path}, {part}"
        if part not in tuple(SplitPart):
            fix = f"use these parts: {', '.join(SplitPart)}"
            raise ConfigError(f"there is no part {part!r}", where=where, fix=fix)
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise ConfigError("not a list of names", where=where, fix="give the packages' names")
        for name in names:
            if name not in packages:
                fix = f"{suggest(name, packages)}name only packages of {root}"
                raise ConfigError(f"there is no package {name!r}", where=where, fix=fix)
            if name in found:
                fix = f"remove it here or from {found[name]}"
                raise ConfigError(f"{name!r} is named twice", where=where, fix=fix)
            found[name] = SplitPart(part)
    if missing := sorted(set(packages) - found.keys()):
        fix = f"add to a part: {', '.join(missing)}"
        raise ConfigError("packages are in no part", where=str(path), fix=fix)
    return found


def choose_problems(split: Mapping[str, SplitPart], names: Collection[str]) -> list[str]:
    """Return the sorted names of the problems that may be used together.

    Args:
        split: The part of each package; empty for a folder without a split.
        names: The names that are asked for; empty for those of the part `train`.

    Raises:
        ConfigError: The names are of several parts.
    """
    if not names:
        return sorted(name for name, part in split.items() if part is SplitPart.TRAIN)
    parts = {split[name]: name for name in sorted(names) if name in split}
    if len(parts) > 1:
        examples = ", ".join(f"{name} is in {part}" for part, name in sorted(parts.items()))
        raise ConfigError(
            f"the problems are of several parts: {examples}",
            where="run.problems",
            fix=f"name problems of one part of {FILE_NAME}",
        )
    return sorted(names)
