"""The order of imports between packages (ARCHITECTURE.md), checked in the sources."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCES = ROOT / "src" / "pieforge"

BASE = (
    *("errors", "records", "rows", "logs", "interruption", "plugins", "tools", "files"),
    *("earlier_schemas", "ledger", "stored_rows", "corpus"),
    *("syntax", "similarity", "lessons"),
)
PARTS = ("sandbox", "agents", "problems")
"""These packages import only from the base, never from each other."""
MIDDLE = (
    *("evaluation", "inputs", "equivalence", "measurement", "integrity", "executors"),
    *("config", "config_keys", "machine_check", "doctor"),
)
TOP = ("graphs", "export", "training", "audit", "report", "cli", "__main__")
ORDER = (*BASE, *PARTS, *MIDDLE, *TOP)
"""From the bottom up: a package imports only from packages listed before it."""


def allowed(part: str) -> set[str]:
    below = BASE if part in PARTS else ORDER[: ORDER.index(part)]
    return {*below, part}


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(SOURCES.iterdir()):
        if path.name == "bundled":
            continue
        if path.is_dir():
            yield from ((path.name, file) for file in sorted(path.rglob("*.py")))
        elif path.suffix == ".py":
            yield path.stem, path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            yield from (
                [f"pieforge.{alias.name}" for alias in node.names]
                if module == "pieforge"
                else [module]
            )


def test_every_package_imports_only_packages_below_it() -> None:
    broken = []
    for part, path in modules():
        if part == "__init__":
            continue
        for name in imported(path):
            top, _, rest = name.partition(".")
            target = rest.split(".")[0]
            if top == "pieforge" and rest and target not in allowed(part) | {"__version__"}:
                broken.append(f"{path.relative_to(SOURCES)} imports {name}")
    assert broken == []


def test_no_module_imports_a_top_level_folder_bare() -> None:
    bare = [
        f"{path}: {name}"
        for _, path in modules()
        for name in imported(path)
        if name.split(".")[0] in {"agents", "graphs", "sandbox", "problems"}
    ]
    assert bare == []


def test_the_order_names_exactly_the_packages_that_exist() -> None:
    found = {part for part, _ in modules()}
    assert found - {"__init__"} == set(ORDER)
    assert len(ORDER) == len(set(ORDER))
