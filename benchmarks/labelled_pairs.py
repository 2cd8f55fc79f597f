"""Pairs with a known edit kind, read from `edit_kind_pairs` and the bundled problems."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pieforge.agents.fences import FencedBlock, parse_blocks

ROOT = Path(__file__).parent
FOLDER = ROOT / "edit_kind_pairs"
PROBLEMS = ROOT.parent / "problems"
HELD_OUT = "held_out"

_KIND = re.compile(r"algorithm|data_structure|io|other")
_LANGUAGES = {"cpp": "cpp17", "python": "python"}
_SUFFIXES = {".cpp": "cpp17", ".py": "python"}
_PYTHON = frozenset(
    ("branchoffices", "cratelabels", "marketdays", "nightboats", "tidegauge", "tokenmachine")
)
"""Packages whose Python programs were looked at while the classifier was written; those of the
others are newer."""


@dataclass(frozen=True)
class Labelled:
    """One pair and its kind.

    Attributes:
        name: File and heading.
        part: `bundled`, or the name of the folder.
        stdin: An input on which the outputs of both match; empty for a bundled pair.
    """

    name: str
    part: str
    language: str
    slow: str
    fast: str
    kind: str
    stdin: str = ""


def labelled_pairs() -> list[Labelled]:
    """Return all pairs, in the order of their files."""
    parts = ("known", "first_held_out")
    return [*(pair for part in parts for pair in _written(part)), *_bundled(), *_written(HELD_OUT)]


def _written(part: str) -> Iterator[Labelled]:
    for path in sorted((FOLDER / part).glob("*.md")):
        found = {block.heading: block for block in parse_blocks(path.read_text())}
        slow, stdin = found.pop("slow"), found.pop("input")
        for heading, block in found.items():
            yield _labelled(path, part, heading, slow, block, stdin)


def _labelled(
    path: Path, part: str, heading: str, slow: FencedBlock, fast: FencedBlock, stdin: FencedBlock
) -> Labelled:
    kind = _KIND.match(heading)
    if kind is None or slow.info != fast.info:
        raise ValueError(f"{path}: no kind or another language: {heading!r}")
    return Labelled(
        name=f"{path.stem}/{heading.split(':')[0]}",
        part=part,
        language=_LANGUAGES[fast.info],
        slow=slow.text,
        fast=fast.text,
        kind=kind[0],
        stdin=stdin.text,
    )


def _bundled() -> Iterator[Labelled]:
    for problem, kind in tomllib.loads((FOLDER / "bundled.toml").read_text()).items():
        submissions = PROBLEMS / problem / "submissions"
        for suffix, language in _SUFFIXES.items():
            fast = submissions / "accepted" / f"fast{suffix}"
            if fast.exists() and (language != "python" or problem in _PYTHON):
                slow = submissions / "time_limit_exceeded" / f"slow{suffix}"
                yield Labelled(
                    name=f"{problem}/{language}",
                    part="bundled",
                    language=language,
                    slow=slow.read_text(),
                    fast=fast.read_text(),
                    kind=kind,
                )
