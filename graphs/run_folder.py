"""run.toml: a run's configuration and the versions of its tools."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from pieforge.config import Config, parse_config
from pieforge.errors import RunFolderError
from pieforge.files import write_text
from pieforge.ledger import READABLE_VERSIONS, Ledger
from pieforge.records import SCHEMA_VERSION


def create_run_folder(folder: Path, config: Config) -> None:
    """Make a new run folder with its run.toml.

    Raises:
        RunFolderError: The folder already holds a run.
        StorageError: It cannot be written.
    """
    if (folder / "run.toml").exists():
        raise RunFolderError(
            "this folder already holds a run",
            where=str(folder),
            fix=f"go on with it: pieforge run --resume {folder}; or choose another --name",
        )
    _write(folder, config, {})


def read_config(folder: Path, *, finished: bool = False) -> Config:
    """Return the configuration of a run folder.

    Args:
        folder: The run folder.
        finished: Whether the run is only looked at: then earlier schema versions are read, too.

    Raises:
        RunFolderError: There is no run, or one of another schema version.
    """
    readable = READABLE_VERSIONS if finished else (SCHEMA_VERSION,)
    values = _read_values(folder, readable)
    values.pop("tools", None)
    return parse_config(values, where=str(folder / "run.toml"))


def open_ledger(folder: Path) -> Ledger:
    """Open the ledger of a run, or create that of a run that has not begun.

    Raises:
        RunFolderError: The run has begun and its ledger is missing, or it cannot be read.
        StorageError: It cannot be written.
    """
    path = folder / "state" / "ledger.sqlite"
    # The tools are recorded after the ledger was created.
    if _read_values(folder, (SCHEMA_VERSION,)).get("tools") and not path.exists():
        raise RunFolderError(
            "the run has begun, but its ledger is missing",
            where=str(path),
            fix="restore the file, or start a new run",
        )
    return Ledger(path)


def record_tools(folder: Path, config: Config, tools: Mapping[str, str]) -> None:
    """Write the versions of a run's tools into run.toml; a resumed run must have the same ones.

    Args:
        folder: The run folder.
        config: Its configuration.
        tools: Versions or hashes by name, of everything that results depend on.

    Raises:
        RunFolderError: The run was begun with another version of a tool: its rows would mix two.
    """
    known = _read_values(folder, (SCHEMA_VERSION,)).get("tools") or {}
    changed = [name for name in known if known[name] != tools.get(name)]
    if changed:
        name = changed[0]
        raise RunFolderError(
            f"the run was begun with {name} {known[name]!r}, here is {tools.get(name)!r}",
            where=str(folder / "run.toml"),
            fix="start a new run, or restore the tool; the folder is unchanged",
        )
    if not known:
        _write(folder, config, tools)


def _write(folder: Path, config: Config, tools: Mapping[str, str]) -> None:
    described = {
        "schema_version": SCHEMA_VERSION,
        "tools": dict(tools),
        **config.model_dump(mode="json", exclude_none=True),
    }
    write_text(folder / "run.toml", tomli_w.dumps(described))


def _read_values(folder: Path, readable: Sequence[int]) -> dict[str, Any]:
    path = folder / "run.toml"
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunFolderError(
            "this is no run folder: it has no run.toml",
            where=str(folder),
            fix="name a folder that `pieforge run` has made",
        ) from error
    except NotADirectoryError as error:
        raise RunFolderError("this is a file, and no run folder", where=str(folder)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RunFolderError(f"cannot be read as TOML: {error}", where=str(path)) from error
    found = values.pop("schema_version", None)
    if found not in readable:
        old = found in READABLE_VERSIONS
        raise RunFolderError(
            f"the run has schema version {found}, this pieforge writes {SCHEMA_VERSION}",
            where=str(path),
            fix="go on with the pieforge version that wrote it (tools.pieforge in run.toml)"
            + ("; `pieforge verify` can read it" if old else ""),
        )
    return values
