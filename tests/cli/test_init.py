"""`pieforge init`: the file says what every key is, and changes nothing."""

import re
import sys
from pathlib import Path

import pytest

from pieforge.cli import run_command_line
from pieforge.config import Config, load_config
from pieforge.config_keys import ENDPOINTS, describe_sections
from pieforge.errors import ExitStatus, UserInputError
from pieforge.measurement.simulators import discover_settings


def init(monkeypatch: pytest.MonkeyPatch, path: Path) -> str:
    monkeypatch.setattr(sys, "argv", ["pieforge", "init", str(path)])
    assert run_command_line() == ExitStatus.DONE
    return path.read_text()


def test_the_file_loads_and_sets_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "my.toml"
    init(monkeypatch, path)
    assert load_config(path) == Config()


def test_every_key_stands_in_its_section_with_its_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my.toml"
    text = init(monkeypatch, path)
    parts = dict(re.findall(r"^#?\[([\w.]+)\]\n(.*?)(?=^#?\[|\Z)", text, re.M | re.S))
    sections = {section.name: section for section in describe_sections()}
    assert parts.keys() == sections.keys()
    for name, section in sections.items():
        for key in section.keys:
            line = rf"^# \S.*\n#{key.name} = {re.escape(key.default)}"
            assert re.search(line, parts[name], re.M)
    # A user who removes the # of every default gets the defaults: they are valid and right.
    del parts[ENDPOINTS]
    path.write_text("".join(f"[{name}]\n{uncomment(part)}" for name, part in parts.items()))
    loaded, usual = load_config(path), Config()
    for name, settings in discover_settings().items():
        assert loaded.simulator.get_settings(name) == settings()
    simulator = loaded.simulator.model_dump(exclude=set(discover_settings()))
    assert {**loaded.model_dump(), "simulator": simulator} == usual.model_dump()


def uncomment(part: str) -> str:
    """Return the lines of a section that set a key to its default."""
    return "".join(f"{line}\n" for line in re.findall(r"^#(\w+ = \S.*)$", part, re.M))


def test_a_file_that_exists_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "my.toml"
    path.write_text("[run]\nrounds = 3\n")
    with pytest.raises(UserInputError, match="the file exists"):
        init(monkeypatch, path)
    assert path.read_text() == "[run]\nrounds = 3\n"
