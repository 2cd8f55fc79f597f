"""The files and functions that the documentation names exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "tests" / "README.md"])
FOLDERS = r"(?:agents|graphs|sandbox|src/pieforge|tests|benchmarks|docs|problems)"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(rf"`({FOLDERS}/[\w./-]*)`", page.read_text())
    named = [name for name in named if "NAME" not in name]  # a placeholder for a new file
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_function_that_a_page_names_is_in_its_file(page: Path) -> None:
    named = re.findall(rf"`({FOLDERS}/[\w./-]*\.py)` `([\w.]+)`", page.read_text())
    missing = []
    for file, name in named:
        here: ast.AST | None = ast.parse((ROOT / file).read_text())
        for part in name.split("."):
            here = next(
                (
                    node
                    for node in ast.iter_child_nodes(here or ast.Module([], []))
                    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
                    and node.name == part
                ),
                None,
            )
        if here is None:
            missing.append(f"{file} {name}")
    assert missing == []
    if page.name == "ARCHITECTURE.md":
        assert len(named) == 12  # steps of one program
