"""Rows for tests of the export."""

from pathlib import Path

from pieforge.graphs.finished_run import open_finished_run
from pieforge.rows import Pair

OLD = Path(__file__).parent.parent / "fixtures" / "run_of_schema_2"


def read_pair() -> Pair:
    """Return the pair of a finished run, with the columns of today."""
    with open_finished_run(OLD) as run:
        [row] = run.rows
    assert row.pair is not None
    return row.pair
