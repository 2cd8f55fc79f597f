"""The documentation's site (`make docs`)."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def build(source: Path, out: Path) -> subprocess.CompletedProcess[str]:
    options = ("-q", "-W", "--keep-going", "-c", ROOT / "docs")
    return subprocess.run(
        [sys.executable, "-m", "sphinx", *options, source, out],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_the_site_has_every_page_and_needs_no_network(tmp_path: Path) -> None:
    done = build(ROOT, tmp_path)
    assert done.returncode == 0, done.stderr
    pages = {path.relative_to(tmp_path).with_suffix(".md") for path in tmp_path.rglob("*.html")}
    assert {path.relative_to(ROOT) for path in ROOT.glob("docs/**/*.md")} <= pages
    assert 'href="docs/tutorial/first-run.html"' in (tmp_path / "README.html").read_text()
    assert "url=README.html" in (tmp_path / "index.html").read_text()
    loaded = (
        r"<(?:script|img|iframe)[^>]* src=\"https?:|<link[^>]* href=\"https?:|url\([\"']?https?:"
    )
    for path in (*tmp_path.rglob("*.html"), *tmp_path.rglob("*.css")):
        assert not re.search(loaded, path.read_text()), path


def test_a_broken_link_fails(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Title\n\n[gone](docs/gone.md) [none](#no-heading)\n")
    done = build(tmp_path, tmp_path / "out")
    assert done.returncode != 0
    assert "docs/gone" in done.stderr
    assert "no-heading" in done.stderr
