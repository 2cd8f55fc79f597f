import ast
import inspect
from pathlib import Path

import pytest

from pieforge import config as configuration
from pieforge.config import Config, load_config
from pieforge.errors import ConfigError
from pieforge.graphs.run_folder import create_run_folder, read_config
from pieforge.measurement.simulators.cachegrind import CachegrindSettings
from pieforge.measurement.simulators.gem5 import Gem5Settings


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "my.toml"
    path.write_text(text)
    return path


def test_an_empty_configuration_is_the_defaults(tmp_path: Path) -> None:
    assert load_config(written(tmp_path, "")) == Config()


def test_an_unknown_key_is_named_and_the_nearest_offered(tmp_path: Path) -> None:
    path = written(tmp_path, "[run]\nronds = 3\n")
    with pytest.raises(ConfigError, match=r"unknown key 'run\.ronds'") as caught:
        load_config(path)
    assert "did you mean 'rounds'" in caught.value.fix
    assert caught.value.where == str(path)


def test_an_unknown_section_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="unknown key 'authr'") as caught:
        load_config(written(tmp_path, "[authr]\nn = 3\n"))
    assert "did you mean 'author'" in caught.value.fix


def test_a_wrong_type_names_the_key_and_the_value(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"simulator.threshold = 'high'"):
        load_config(written(tmp_path, "[simulator]\nthreshold = 'high'\n"))


def test_a_value_out_of_range_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"run.rounds = 0"):
        load_config(written(tmp_path, "[run]\nrounds = 0\n"))


def test_invalid_toml_is_refused_with_its_position(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="line 1"):
        load_config(written(tmp_path, "[run\n"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such configuration") as caught:
        load_config(tmp_path / "none.toml")
    assert str(tmp_path / "none.toml") in str(caught.value)


def test_a_base_url_alone_means_an_openai_compatible_endpoint(tmp_path: Path) -> None:
    text = "[author]\nbase_url = 'http://127.0.0.1:8080/v1'\nmodel = 'm'\n"
    config = load_config(written(tmp_path, text))
    assert config.author.backend == "openai_compatible"
    assert config.author.temperature == Config().author.temperature
    assert config.optimizer == Config().optimizer


def test_every_key_of_the_configuration_has_a_docstring() -> None:
    missing = []
    for node in ast.walk(ast.parse(inspect.getsource(configuration))):
        if isinstance(node, ast.ClassDef) and node.name.endswith("Section"):
            for item, after in zip(node.body, [*node.body[1:], None], strict=True):
                documented = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
                if isinstance(item, ast.AnnAssign) and not documented:
                    missing.append(f"{node.name}.{ast.unparse(item.target)}")
    assert missing == []


def test_a_problem_folder_is_relative_to_the_configuration(tmp_path: Path) -> None:
    config = load_config(written(tmp_path, "[run]\nproblem_folder = 'mine'\n"))
    assert config.run.problem_folder == tmp_path / "mine"


def test_a_simulators_own_table_is_read_by_its_own_settings(tmp_path: Path) -> None:
    text = "[simulator]\nkind = 'gem5'\n[simulator.gem5]\nmodel = 'timing'\n"
    section = load_config(written(tmp_path, text)).simulator
    assert section.get_settings("gem5") == Gem5Settings(model="timing")
    assert section.get_settings("cachegrind") == CachegrindSettings()


@pytest.mark.parametrize(
    ("text", "key", "nearest"),
    [
        ("[simulator.gem5]\nbinery = 'x'\n", "simulator.gem5.binery", "binary"),
        ("[simulator.cachegrnd]\ncpu_s = 3\n", "simulator.cachegrnd", "cachegrind"),
        ("[simulator]\ncapp = 2\n", "simulator.capp", "cap"),
    ],
)
def test_an_unknown_key_of_a_simulator_is_named_and_the_nearest_offered(
    tmp_path: Path, text: str, key: str, nearest: str
) -> None:
    with pytest.raises(ConfigError, match=f"unknown key '{key}'") as caught:
        load_config(written(tmp_path, text))
    assert f"did you mean '{nearest}'" in caught.value.fix


def test_a_simulators_value_out_of_range_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"simulator.cachegrind.clock_hz = -1"):
        load_config(written(tmp_path, "[simulator.cachegrind]\nclock_hz = -1\n"))
    with pytest.raises(ConfigError, match=r"simulator.cap = 0.5"):
        load_config(written(tmp_path, "[simulator]\ncap = 0.5\n"))


def test_a_simulators_paths_are_relative_to_the_configuration_and_survive_a_round_trip(
    tmp_path: Path,
) -> None:
    text = "[corpus]\npath = 'runs'\n[simulator.gem5]\nbinary = 'built/gem5.opt'\n"
    config = load_config(written(tmp_path, text))
    assert config.corpus.path == tmp_path / "runs"
    assert config.simulator.get_settings("gem5") == Gem5Settings(binary=tmp_path / "built/gem5.opt")
    create_run_folder(tmp_path / "run", config)
    assert read_config(tmp_path / "run", config) == config


def test_all_wrong_keys_are_named_in_the_words_of_toml(tmp_path: Path) -> None:
    config = written(
        tmp_path, '[run]\nlanguages = "cpp17"\nrounds = 0\n[simulator]\nthresold = 3\n'
    )
    with pytest.raises(ConfigError) as caught:
        load_config(config)
    for words in ("run.languages = 'cpp17'", "a list", "run.rounds = 0", "'simulator.thresold'"):
        assert words in caught.value.what
    assert "did you mean 'threshold'" in caught.value.fix


def test_a_role_uses_an_endpoint_by_name_and_keeps_doing_so_in_a_run_folder(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text(
        '[endpoints.small]\nbase_url = "http://127.0.0.1:1/v1"\nmodel = "s"\nretries = 2\n'
        '[author]\nendpoint = "small"\nn = 7\n'
        "[optimizer]\nendpoints = { small = 2 }\nretries = 4\n"
    )
    config = load_config(path)
    create_run_folder(tmp_path / "run", config)
    for each in (config, read_config(tmp_path / "run", config)):
        [(_, author)] = each.author.resolve(each.endpoints)
        assert (author.model, author.retries, author.n) == ("s", 2, 7)
        assert author.temperature == Config().author.temperature
        [(weight, optimizer)] = each.optimizer.resolve(each.endpoints)
        assert (weight, optimizer.model, optimizer.retries) == (2, "s", 4)


def test_a_wrong_key_of_an_endpoint_is_named_with_the_most_similar_one(tmp_path: Path) -> None:
    path = tmp_path / "my.toml"
    path.write_text('[endpoints.small]\nbase_ulr = "http://127.0.0.1:1/v1"\n')
    with pytest.raises(ConfigError, match=r"endpoints\.small\.base_ulr") as caught:
        load_config(path)
    assert "did you mean 'base_url'" in caught.value.fix
