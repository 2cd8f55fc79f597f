"""`verification.search`: candidates that are right on all tests and wrong on another input."""

from pathlib import Path
from typing import Any

import pytest
from loop import create_slow, play_candidate
from scripted_server import Serve

from pieforge.config import parse_config
from pieforge.executors.records import Suite
from pieforge.export.run_files import export_run
from pieforge.graphs.results import CandidateResult, ComparedCandidate, require
from pieforge.graphs.run import open_context
from pieforge.graphs.run_folder import create_run_folder
from pieforge.problems import BUNDLED
from pieforge.records import RejectReason

pytestmark = pytest.mark.slow

PROBLEM = "tidegauge"
FOLDER = BUNDLED / PROBLEM / "submissions"
SLOW = (FOLDER / "time_limit_exceeded" / "slow.cpp").read_text()
FAST = (FOLDER / "accepted" / "fast.cpp").read_text()
RARE = FAST.replace("checksum %=", "sum += levels[0] - 3 * levels[1] == -1411;\n    checksum %=")


async def checked(
    folder: Path, serve: Serve, search: int
) -> tuple[ComparedCandidate, ComparedCandidate, list[str]]:
    """Return the loop's results for both programs, and the names of the first one's tests."""
    values: dict[str, Any] = {
        "run": {"problems": [PROBLEM], "languages": ["cpp17"]},
        "verification": {"search": search},
    }
    config = parse_config(values, where="here")
    create_run_folder(folder, config)
    async with open_context(folder, config, lambda event: None, export_run) as context:
        slow = create_slow(PROBLEM, "cpp17", SLOW)
        result = await play_candidate(context, serve, slow, [FAST, RARE])
        assert isinstance(result, CandidateResult)
        fast, rare = require(result.check_outputs).candidates
        tests = require(context.ledger.get(Suite, fast.tests_sha))
        return fast, rare, [case.name for case in tests.cases]


async def test_a_search_refuses_a_difference_that_no_test_reveals(
    tmp_path: Path, serve: Serve
) -> None:
    fast, rare, tests = await checked(tmp_path / "run", serve, 600)
    assert fast.reason is None
    assert rare.reason is RejectReason.DIFFERENT_OUTPUT
    assert rare.detail.startswith("coverage/differs")
    found = [name for name in tests if name.startswith("coverage/")]
    assert found
    assert fast.equal_on == len(tests)


async def test_without_a_search_the_candidate_is_kept(tmp_path: Path, serve: Serve) -> None:
    fast, rare, tests = await checked(tmp_path / "run", serve, 0)
    assert (fast.reason, rare.reason) == (None, None)
    assert not [name for name in tests if name.startswith("coverage/")]
