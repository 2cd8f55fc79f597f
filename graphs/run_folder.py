"""run.toml: a run's configuration and the versions of its tools.

A run folder is data, never authority: run.toml names no program, address, key or path of a host.
Keys that would (those marked `FromUser`) are neither written nor read; their values come from the
user's own configuration.
"""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from pieforge.agents.models.call_ledger import claim_night
from pieforge.config import REPLACED_KEYS, Config, GivenKey, iter_keys, parse_config
from pieforge.corpus.corpus import Corpus, open_corpus
from pieforge.errors import RunFolderError
from pieforge.files import translate_os_errors, write_text
from pieforge.ledger import READABLE_VERSIONS, Ledger
from pieforge.records import SCHEMA_VERSION

_FROM_USER = "from_user"
"""In run.toml: the keys that the user's configuration had to say when the run was begun."""
_WHOSE = (
    "what names programs, hosts, keys or paths, and what limits the run, comes from your own "
    "configuration alone"
)


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


def begin_or_continue(folder: Path, config: Config) -> None:
    """Make a new run folder, or go on with one of the same configuration.

    Raises:
        RunFolderError: The folder holds a run with another configuration.
        StorageError: It cannot be written.
    """
    if not (folder / "run.toml").exists():
        create_run_folder(folder, config)
        return
    try:
        is_same = read_config(folder, config) == config
    except RunFolderError:  # it was begun with a key that the configuration does not set
        is_same = False
    if not is_same:
        raise RunFolderError(
            "this folder holds a run with another configuration",
            where=str(folder),
            fix="choose another --name",
        )


def read_config(
    folder: Path,
    own: Config | None = None,
    *,
    finished: bool = False,
    report: Callable[[str], None] = lambda line: None,
) -> Config:
    """Return the configuration of a run folder, with the user's own programs, hosts and paths.

    Args:
        folder: The run folder.
        own: The user's configuration, from which the keys marked `FromUser` are taken; by default
            the default one.
        finished: Whether the run is only looked at: then earlier schema versions are read, too.
        report: Receives a line for each key whose value in run.toml is not the user's.

    Raises:
        RunFolderError: There is no run, or one of another schema version; or the run was begun with
            a key that `own` does not set.
        ConfigError: A key of run.toml is unknown or has a wrong value.
    """
    path = folder / "run.toml"
    values = _read_values(folder, READABLE_VERSIONS if finished else (SCHEMA_VERSION,))
    values.pop("tools", None)
    begun_with = values.pop(_FROM_USER, ())
    for replaced in REPLACED_KEYS:
        section, _, name = replaced.partition(".")
        if isinstance(table := values.get(section), dict) and table.pop(name, None) is not None:
            report(f"{replaced} in {path} is not used any more")
    stored = {key.path: key for key in iter_keys(values)}
    mine, usual = _list_keys(own or Config()), _list_keys(Config())
    if not finished:
        changed = (it.path for it in stored.values() if it.value != _get_value(usual, it.path))
        _require_keys([*begun_with, *changed], mine, usual, path)
    for name, key in stored.items():
        value = _get_value(mine, name)
        if key.from_user:
            del key.table[key.name]
            if key.value != value:
                report(f"{name} = {key.value!r} in {path} is not used: {_WHOSE}")
        elif value not in (None, key.value, _get_value(usual, name)):
            report(
                f"{name} is {value!r} in your configuration; {path} has {key.value!r}, which holds"
            )
    for name, key in mine.items():
        if key.from_user and key.value is not None:
            _set_value(values, name, key.value)
    return parse_config(values, where=str(path))


def _list_keys(config: Config) -> dict[str, GivenKey]:
    return {key.path: key for key in iter_keys(config.model_dump(mode="json"))}


def _get_value(keys: Mapping[str, GivenKey], name: str) -> Any:  # noqa: ANN401
    return keys[name].value if name in keys else None


def _set_value(values: dict[str, Any], name: str, value: object) -> None:
    *tables, last = name.split(".")
    for table in tables:
        values = values.setdefault(table, {})
        if not isinstance(values, dict):
            return  # the configuration's own check names the wrong table
    values[last] = value


def _require_keys(
    names: Sequence[object],
    mine: Mapping[str, GivenKey],
    usual: Mapping[str, GivenKey],
    path: Path,
) -> None:
    """Check that the user's configuration says what the run was begun with."""
    lacking = [
        name
        for name, key in usual.items()
        if name in names
        and key.from_user
        and key.from_user.required
        and mine[name].value == key.value
    ]
    if lacking:
        raise RunFolderError(
            f"the run was begun with {', '.join(lacking)}, which your configuration does not set",
            where=str(path),
            fix=f"pieforge run --resume {path.parent} CONFIG, where CONFIG sets this: {_WHOSE}",
        )


def read_tools(folder: Path) -> dict[str, str]:
    """Return the versions of the tools of a run of any readable version, by name."""
    tools = _read_values(folder, READABLE_VERSIONS).get("tools")
    return {name: str(tool) for name, tool in tools.items()} if isinstance(tools, dict) else {}


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


def open_shared_ledger(path: Path) -> Ledger:
    """Open the answers that runs share, or create the file.

    Raises:
        RunFolderError: The file is no ledger of this schema version.
        StorageError: It cannot be written.
    """
    with translate_os_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    return Ledger(path)


def open_configured_corpus(config: Config, *, create: bool = True) -> Corpus | None:
    """Open the corpus that a configuration names; None where it names none.

    Raises:
        CorpusError, StorageError, DatabaseError, MissingToolError: See `open_corpus`.
    """
    section = config.corpus
    if section.path is None and not section.postgres:
        return None
    return open_corpus(section.path, section.postgres, section.cache_mb << 20, create=create)


def number_night(config: Config, name: str) -> Config:
    """Return the configuration of a new run, with the number of its night; see `RunSection.night`.

    Raises:
        RunFolderError, StorageError: See `open_shared_ledger`.
        CorpusError, DatabaseError: See `open_corpus`.
    """
    if config.run.night is not None:
        return config
    if (corpus := open_configured_corpus(config)) is not None:
        night = corpus.claim_night(config.run.seed, name)
        corpus.close()
    elif config.ledger.shared is not None:
        shared = open_shared_ledger(config.ledger.shared)
        night = claim_night(shared, config.run.seed, name)
        shared.close()
    else:
        return config
    return config.model_copy(update={"run": config.run.model_copy(update={"night": night})})


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
    values = config.model_dump(mode="json", exclude_none=True)
    usual = _list_keys(Config())
    begun_with = []
    for key in list(iter_keys(values)):
        if mark := key.from_user:
            if mark.required and key.value != _get_value(usual, key.path):
                begun_with.append(key.path)
            del key.table[key.name]
    described = {
        "schema_version": SCHEMA_VERSION,
        _FROM_USER: begun_with,
        "tools": dict(tools),
        **values,
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
