import pytest

from pieforge.config import Config, RunSection, SimulatorSection
from pieforge.errors import ConfigError
from pieforge.graphs.run import check_languages
from pieforge.measurement.simulators import choose_confirmer, require_support
from pieforge.sandbox.languages import get_language


def test_a_run_in_a_language_that_does_not_exist_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match="cpp71") as caught:
        check_languages(Config(run=RunSection(languages=("cpp71",))))
    assert "cpp17" in caught.value.fix


def test_a_run_in_a_language_that_the_simulator_does_not_take_is_refused() -> None:
    with pytest.raises(ConfigError, match="cachegrind does not support Java"):
        check_languages(Config(run=RunSection(languages=("java",))))


def test_the_refusal_says_why_that_simulator_does_not_take_the_language() -> None:
    section = SimulatorSection(kind="gem5")
    with pytest.raises(ConfigError, match=r"gem5 does not support Java: .* hours of simulation"):
        check_languages(Config(run=RunSection(languages=("java",)), simulator=section))


def test_a_language_with_a_fallback_is_accepted_with_a_simulator_that_does_not_take_it() -> None:
    section = SimulatorSection(kind="gem5")
    check_languages(Config(run=RunSection(languages=("cpp17", "python")), simulator=section))
    assert choose_confirmer("gem5", get_language("python")) == "cachegrind"
    assert choose_confirmer("gem5", get_language("cpp17")) == "gem5"
    with pytest.raises(ConfigError, match="gem5 does not support Python: the interpreter's start"):
        require_support("gem5", get_language("python"))


def test_another_processors_simulator_takes_what_a_cross_compiler_builds_for_it() -> None:
    assert choose_confirmer("gem5", get_language("cpp17"), "riscv64") == "gem5"
    assert choose_confirmer("gem5", get_language("python"), "riscv64") == "cachegrind"
    with pytest.raises(ConfigError, match="does not support Rust: nothing builds it for riscv64"):
        choose_confirmer("gem5", get_language("rust"), "riscv64")
    with pytest.raises(ConfigError, match=r"C\+\+17 has no build for alpha"):
        get_language("cpp17").apply_cross_build("alpha")
