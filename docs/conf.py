"""The documentation's site: `make docs` builds it from the pages as they are, without a network."""

from pathlib import Path

from sphinx.application import Sphinx

project = "pieforge"
extensions = ["myst_parser"]
# The sources are the whole repository, whose pages link each other.
include_patterns = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/**.md"]
root_doc = "README"
html_theme = "furo"
html_title = "pieforge"
html_copy_source = False
myst_heading_anchors = 4
# The lexers refuse parts of programs, and know no mermaid.
suppress_warnings = ["misc.highlighting_failure"]

_CONTENTS = {
    "Overview": ("docs/README",),
    "Tutorial": ("docs/tutorial/*",),
    "How-to guides": ("docs/how-to/*",),
    "Reference": ("docs/reference/*", "docs/glossary"),
    "Explanation": ("docs/explanation/*",),
    "Development": ("ARCHITECTURE", "CONTRIBUTING", "CHANGELOG"),
}


def _add_contents(app: Sphinx, name: str, source: list[str]) -> None:
    """Add the contents to the first page; on its own, the file would show them as code."""
    if name == app.config.root_doc:
        for caption, pages in _CONTENTS.items():
            lines = (
                "```{toctree}",
                ":hidden:",
                ":glob:",
                f":caption: {caption}",
                "",
                *pages,
                "```",
            )
            source[0] += "\n" + "\n".join(lines) + "\n"


def _write_index(app: Sphinx, error: Exception | None) -> None:
    if error is None:
        link = f'<meta http-equiv="refresh" content="0; url={app.config.root_doc}.html">\n'
        Path(app.outdir, "index.html").write_text(link)


def setup(app: Sphinx) -> None:
    """Register the hooks."""
    app.connect("source-read", _add_contents)
    app.connect("build-finished", _write_index)
