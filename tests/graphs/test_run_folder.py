from pathlib import Path

import pytest

from pieforge.config import Config, RunSection
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
