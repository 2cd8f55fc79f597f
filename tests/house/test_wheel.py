"""The wheel works from another folder, with the bundled problems inside."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
PARTS = ("src", "agents", "graphs", "sandbox", "problems", "pyproject.toml", "README.md", "LICENSE")


def ended(*command: object, folder: Path, **environment: str) -> str:
    """Run a command that must succeed; return its stdout."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the sdist from a copy of the tree, and the wheel from the sdist."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("dist")
    ended("cp", "-r", "--no-dereference", *(ROOT / part for part in PARTS), tree, folder=tree)
    for listed in tree.glob("src/*.egg-info"):  # from an editable install, and possibly out of date
        shutil.rmtree(listed)
    ended(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, folder=tree)
    assert len([*out.glob("pieforge-*.tar.gz")]) == 1
    [made] = out.glob("pieforge-*.whl")
    return made


@pytest.fixture(scope="module")
def pieforge(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a fresh environment; its dependencies are this environment's."""
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home)
    [packages] = home.glob("lib/python*/site-packages")
    python = home / "bin" / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check")
    ended(*pip, "install", "--no-deps", "--no-index", "--quiet", wheel, folder=home)
    # After its own packages: this environment's pieforge must not replace the installed one.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home / "bin" / "pieforge"


def test_the_wheel_holds_the_code_the_templates_and_the_problems(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "pieforge/py.typed" in names
    package = ROOT / "src" / "pieforge"
    files = [path for path in package.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert {".c", ".js", ".json", ".py"} <= {path.suffix for path in files}
    assert {f"pieforge/{path.relative_to(package)}" for path in files} - names == set()
    for source in ("agents", "graphs", "sandbox"):
        wanted = [
            path for path in (ROOT / source).rglob("*") if path.suffix in {".py", ".c", ".j2"}
        ]
        assert wanted
        missing = {f"pieforge/{path.relative_to(ROOT)}" for path in wanted} - names
        assert missing == set()
    problems = [path for path in (ROOT / "problems").rglob("*") if path.is_file()]
    kept = {
        f"pieforge/bundled/{path.relative_to(ROOT / 'problems')}"
        for path in problems
        if "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    assert kept - names == set()
    assert not [name for name in names if name.startswith(("agents/", "graphs/", "sandbox/"))]


def test_the_installed_command_works_from_another_folder(pieforge: Path, tmp_path: Path) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert ended(pieforge, "--version", folder=tmp_path).startswith("pieforge, version ")
    asked = "import pieforge; print(pieforge.__file__)"
    where = ended(pieforge.parent / "python", "-c", asked, folder=tmp_path)
    assert Path(where.strip()).is_relative_to(pieforge.parent.parent)
    assert json.loads(ended(pieforge, "doctor", "--json", folder=tmp_path, **cache))["ok"] is True
    (tmp_path / "my.toml").write_text(
        'run = { problems = ["echosong"], languages = ["cpp17"], attempts = 1, rounds = 1,'
        " deoptimizations = 1 }\n"
        "simulator = { tests = 1, budget_mcycles = 20 }\n"
    )
    printed = ended(pieforge, "run", "my.toml", "--name", "a", "--json", folder=tmp_path, **cache)
    assert json.loads(printed)["total"]["author"] == 2
    assert (tmp_path / "datasets_out" / "a" / "pairs.jsonl").is_file()
