import pytest

from pieforge.agents.models.backend import Backend
from pieforge.errors import ConfigError
from pieforge.plugins import choose, discover
from pieforge.problems import ProblemFormat


def test_plugins_are_found_by_their_files_names() -> None:
    assert "icpc" in discover("pieforge.problems", "SOURCE", ProblemFormat)


def test_a_module_without_the_declaration_is_skipped() -> None:
    found = discover("pieforge.agents.models", "BACKEND", Backend)
    assert "embedded" in found
    assert "client" not in found


def test_an_unknown_plugin_is_named_and_the_nearest_offered() -> None:
    with pytest.raises(ConfigError, match="did you mean 'cachegrind'") as caught:
        choose("simulator", "cachegrnd", {"cachegrind": 1, "gem5": 2})
    assert "there is no simulator called 'cachegrnd'" in str(caught.value)
    assert "gem5" in caught.value.fix
