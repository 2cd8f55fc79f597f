import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from pieforge.config import Config, RunSection, iter_keys, load_config
from pieforge.errors import RunFolderError
from pieforge.graphs.run_folder import create_run_folder, read_config, record_tools
from pieforge.records import SCHEMA_VERSION

CONFIG = Config(run=RunSection(seed=7))


def test_the_configuration_written_is_the_one_read(tmp_path: Path) -> None:
    create_run_folder(tmp_path / "run", CONFIG)
    assert read_config(tmp_path / "run") == CONFIG


def test_a_run_requires_the_tools_that_it_began_with(tmp_path: Path) -> None:
    create_run_folder(tmp_path, CONFIG)
    record_tools(tmp_path, CONFIG, {"g++": "12"})
    record_tools(tmp_path, CONFIG, {"g++": "12"})
    with pytest.raises(RunFolderError, match=r"begun with g\+\+ '12', here is '13'"):
        record_tools(tmp_path, CONFIG, {"g++": "13"})
    assert read_config(tmp_path) == CONFIG


def test_a_folder_holds_one_run(tmp_path: Path) -> None:
    create_run_folder(tmp_path, CONFIG)
    with pytest.raises(RunFolderError, match="already holds a run") as caught:
        create_run_folder(tmp_path, CONFIG)
    assert "--resume" in caught.value.fix


def test_a_run_of_another_schema_version_is_refused(tmp_path: Path) -> None:
    create_run_folder(tmp_path, CONFIG)
    path = tmp_path / "run.toml"
    path.write_text(
        path.read_text().replace(f"schema_version = {SCHEMA_VERSION}", "schema_version = 99")
    )
    with pytest.raises(RunFolderError, match="schema version 99"):
        read_config(tmp_path)


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="no run folder"):
        read_config(tmp_path)


ENDPOINT = {
    "backend": "openai_compatible",
    "base_url": "http://theirs/v1",
    "api_key_env": "AWS_SECRET_ACCESS_KEY",
    "endpoint": "theirs",
    "endpoints": {"theirs": 1.0},
    "batch_wait_s": 1e9,
}
LIMITS = {"usd": 1e9, "tokens": 10**12, "attempts": 10**9}
FOREIGN = {
    "run": {"problem_folder": "/theirs", "seed": 3},
    "endpoints": {"theirs": {"base_url": "http://theirs/v1"}},
    "author": ENDPOINT | {"temperature": 0.5},
    "optimizer": ENDPOINT,
    "tester": ENDPOINT,
    "simulator": {"gem5": {"binary": "/theirs/gem5", "memory_mb": 2048}},
    "budget": LIMITS
    | {"author": LIMITS, "optimizer": LIMITS, "tester": LIMITS}
    | {"simulator_cpu_hours": 1e6, "wall_hours": 1e6},
    "stop": {"kept": 1},
    "finetune": {
        "trainer": "command",
        "command": ["/theirs/trainer"],
        "venv": "/theirs",
        "base": "/theirs/base",
        "server": "theirs",
        "reference": "/theirs/slow.jsonl",
    },
    "ledger": {"shared": "/theirs"},
    "corpus": {"path": "/theirs", "postgres": "postgresql://theirs/x", "cache_mb": 7},
    "monitor": {"metrics": "/theirs", "on_failure": ["/theirs"], "webhook": "http://theirs"},
    "sandbox": {"cache": "/theirs", "uid": 1001, "compile_cpu_s": 3.0},
    "concurrency": {"jobs": 500, "model_calls": 500},
}
"""Every key of somebody else's run.toml that only the user may say, with a few others."""


def from_user(values: dict[str, Any]) -> dict[str, Any]:
    return {key.path: key.value for key in iter_keys(values) if key.from_user}


def write_foreign(folder: Path) -> Path:
    create_run_folder(folder, CONFIG)
    path = folder / "run.toml"
    path.write_text(tomli_w.dumps(FOREIGN | {"schema_version": SCHEMA_VERSION}))
    return path


def test_the_foreign_run_says_all_that_only_the_user_may_say() -> None:
    every = Config().model_dump(mode="json")
    every["simulator"]["gem5"] = {"binary": None}
    assert from_user(FOREIGN).keys() == from_user(every).keys()


def test_every_path_address_and_key_of_the_configuration_comes_from_the_user() -> None:
    every = Config().model_dump(mode="json")
    every["simulator"]["gem5"] = {"binary": None}
    suspects = [
        key.path
        for key in iter_keys(every)
        if "Path" in str(key.field.annotation)
        or any(word in key.name for word in ("url", "key", "env", "path", "folder", "host", "uid"))
    ]
    assert len(suspects) > 8
    assert {*suspects} <= from_user(every).keys()


def test_run_toml_names_no_program_address_key_or_path(tmp_path: Path) -> None:
    mine = tmp_path / "my.toml"
    mine.write_text(tomli_w.dumps(FOREIGN))
    config = load_config(mine)
    create_run_folder(tmp_path / "run", config)
    record_tools(tmp_path / "run", config, {"g++": "12"})
    text = (tmp_path / "run" / "run.toml").read_text()
    assert from_user(tomllib.loads(text)) == {}
    assert "theirs" not in text
    assert read_config(tmp_path / "run", config) == config


def test_a_finished_run_is_read_with_the_users_own_programs_hosts_and_paths(
    tmp_path: Path,
) -> None:
    path, lines = write_foreign(tmp_path / "run"), list[str]()
    found = read_config(tmp_path / "run", finished=True, report=lines.append)
    usual = Config()
    assert found.run.seed == 3
    assert found.author.temperature == 0.5
    assert found.sandbox.compile_cpu_s == 3.0
    read, own = (from_user(it.model_dump(mode="json")) for it in (found, usual))
    read.pop("simulator.gem5.binary")
    assert read == own
    assert found.simulator.get_settings("gem5").binary is None  # type: ignore[attr-defined]
    assert len(lines) == len(from_user(FOREIGN))
    assert all(str(path) in line and "is not used" in line for line in lines)


@pytest.mark.parametrize(
    "name", ["run.problem_folder", "author.base_url", "corpus.path", "corpus.postgres"]
)
def test_a_run_that_began_with_the_users_own_is_not_resumed_without_it(
    name: str, tmp_path: Path
) -> None:
    mine = tmp_path / "my.toml"
    mine.write_text(f'{name} = "mine"')
    config = load_config(mine)
    create_run_folder(tmp_path / "run", config)
    with pytest.raises(RunFolderError, match=name) as caught:
        read_config(tmp_path / "run")
    assert "CONFIG" in caught.value.fix
    assert read_config(tmp_path / "run", config) == config
    # Somebody else's run.toml of an earlier version has the value itself.
    write_foreign(tmp_path / "theirs")
    with pytest.raises(RunFolderError, match="your configuration does not set"):
        read_config(tmp_path / "theirs")


def test_a_resumed_run_keeps_its_settings_and_reports_where_the_users_differ(
    tmp_path: Path,
) -> None:
    create_run_folder(tmp_path, CONFIG)
    lines: list[str] = []
    found = read_config(tmp_path, Config(run=RunSection(seed=8)), report=lines.append)
    assert found.run.seed == 7
    [line] = lines
    assert "run.seed is 8 in your configuration" in line
    assert "has 7" in line
