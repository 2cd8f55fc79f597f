"""Plugins in a package that a user installed (docs/how-to/write-a-plugin.md)."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from run_examples import make_run

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "tests" / "fixtures" / "user_package"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the package as pip installs it, with its metadata."""
    source, target = tmp_path_factory.mktemp("source") / "it", tmp_path_factory.mktemp("site")
    shutil.copytree(PACKAGE, source)  # the build writes into the source folder
    pip = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--quiet")
    options = ("--no-index", "--no-deps", "--no-build-isolation", "--target", target)
    subprocess.run([*pip, *options, source], check=True)
    return target


def call(site: Path, *words: object, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(site)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_a_command_uses_an_installed_plugin(installed: Path, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run")
    done = call(
        installed,
        "-m",
        "pieforge",
        "export",
        run,
        "--to",
        "slow-programs",
        "--out",
        tmp_path / "out",
    )
    assert done.returncode == 0, done.stderr
    rows = [json.loads(it) for it in (tmp_path / "out" / "train.jsonl").read_text().splitlines()]
    assert len(rows) == 24
    assert all(row["text"].startswith("int slow") for row in rows)


@pytest.mark.slow
def test_the_contract_suites_cover_installed_plugins(installed: Path) -> None:
    suites = ("test_export_kinds.py", "test_strategies.py")
    options = ("-q", "-p", "no:cacheprovider", "-m", "", "-k", "slow-programs or with_complexity")
    done = call(installed, "-m", "pytest", *options, *(f"tests/contract/{it}" for it in suites))
    assert done.returncode == 0, done.stdout
    assert int(done.stdout.split(" passed")[0].split()[-1]) >= 4


@pytest.mark.slow
def test_a_run_uses_an_installed_strategy_and_records_the_package(
    installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "my.toml").write_text(
        'run = { problems = ["echosong"], languages = ["cpp17"], attempts = 1, rounds = 1,'
        " deoptimizations = 1 }\nsimulator = { tests = 1, budget_mcycles = 20 }\n"
        "optimizer = { strategies = { with_complexity = 1 } }\n"
    )
    done = call(installed, "-m", "pieforge", "run", "my.toml", "--name", "a", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "datasets_out" / "a"
    calls = [json.loads(line) for line in (folder / "calls.jsonl").read_text().splitlines()]
    prompts = [it["messages"][0]["content"] for it in calls if it["role"] == "optimizer"]
    assert prompts
    assert all("what the slow program's complexity is" in prompt for prompt in prompts)
    assert "example-plugins 1.2" in (folder / "run.toml").read_text()
    # Without the package the run cannot go on: its results depend on it.
    done = call(tmp_path, "-m", "pieforge", "run", "--resume", folder, "my.toml", folder=tmp_path)
    assert done.returncode == 2
    assert "with_complexity" in done.stderr


@pytest.mark.parametrize(
    ("group", "name", "text", "message"),
    [
        ("export.kinds", "bad", "raise ValueError('no')", "cannot be imported: ValueError: no"),
        ("export.kinds", "bad", "EXPORT = 5", "declares no EXPORT that is a ExportKind"),
        ("export.kinds", "bad", "", "declares no EXPORT that is a ExportKind"),
        ("export.kinds", "pie", "EXPORT = 5", "two plugins of the kind pieforge.export.kinds"),
        ("export.kinds", "a b", "", "'a b' is no identifier"),
        ("integrity.checks", "bad", "", "declares no CHECK or COST_CHECK that is a HackCheck"),
    ],
)
def test_a_broken_plugin_is_named_with_its_package(
    group: str, name: str, text: str, message: str, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    metadata = site / "bad_plugins-3.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-plugins\nVersion: 3\n")
    (metadata / "entry_points.txt").write_text(f"[pieforge.{group}]\n{name} = bad_module\n")
    (site / "bad_module.py").write_text(text)
    words = ["-m", "pieforge", "export", make_run(tmp_path / "run"), "--to", "pie", "--out", "out"]
    if group == "integrity.checks":
        words = ["-c", "from pieforge.integrity import detection; detection.discover_checks()"]
    done = call(site, *words, folder=tmp_path)
    assert done.returncode != 0
    assert message in done.stderr
    assert "bad-plugins 3, module bad_module" in done.stderr


def test_doctor_fails_a_plugin_that_cannot_be_imported(tmp_path: Path) -> None:
    metadata = tmp_path / "bad_plugins-3.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-plugins\nVersion: 3\n")
    (metadata / "entry_points.txt").write_text("[pieforge.lesson.patterns]\na = bad_module\n")
    done = call(tmp_path, "-m", "pieforge", "doctor")
    assert done.returncode == 1
    assert "FAIL plugin a for pieforge.lesson.patterns: " in done.stdout
    assert "fix: correct or uninstall bad-plugins" in done.stdout
