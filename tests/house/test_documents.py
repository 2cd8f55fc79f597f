"""What the documents name exists: files, functions in them, pages and headings that they link."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        ROOT / "datasets_out" / "README.md",
        ROOT / "tests" / "README.md",
    ]
)
FOLDERS = r"(?:agents|graphs|sandbox|src/pieforge|tests|benchmarks|docs|problems)"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(rf"`({FOLDERS}/[\w./-]*)`", page.read_text())
    named = [name for name in named if "NAME" not in name]  # a placeholder for a new file
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
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
        assert len(named) == 13  # the steps of one program


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def anchors(page: Path) -> set[str]:
    """Return a page's headings as links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
