"""pieforge: an agentic self-play generator of training data for code optimization."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pieforge.rows import Pair

__version__ = "0.1.0"


def load_pairs(path: Path | str) -> "Iterator[Pair]":
    """Yield the kept pairs of a run folder, or of a file like its pairs.jsonl.

    Raises:
        pieforge.errors.RunFolderError: There is no such file, or a line is no pair.
    """
    # Every command imports this module, and most need no rows.
    from pieforge.stored_rows import iter_pairs

    return iter_pairs(Path(path))
