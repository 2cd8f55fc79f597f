"""`verification.search`: candidates that are right on all tests, and wrong where nobody looked."""

from pathlib import Path
from typing import Any

from langgraph.runtime import Runtime

from pieforge.config import parse
from pieforge.executors.records import Suite
from pieforge.export.run_files import export_run
from pieforge.graphs.nodes.check_outputs import check
from pieforge.graphs.results import Candidate, Checked
from pieforge.graphs.run import opened
from pieforge.graphs.run_folder import create
from pieforge.problems import BUNDLED
from pieforge.records import Reason

PROBLEM = "tidegauge"
FAST = (BUNDLED / PROBLEM / "submissions" / "accepted" / "fast.cpp").read_text()
RARE = FAST.replace("checksum %=", "sum += levels[0] - 3 * levels[1] == -1411;\n    checksum %=")


async def checked(folder: Path, search: int) -> tuple[Candidate, Candidate, list[str]]:
    """Return what the loop says of both programs, and the names of the first one's tests."""
    values: dict[str, Any] = {
        "run": {"problems": [PROBLEM], "languages": ["cpp17"]},
        "verification": {"search": search},
    }
    config = parse(values, where="here")
    create(folder, config)
    async with opened(folder, config, lambda event: None, export_run) as context:
        member = context.prepared[PROBLEM].slow["cpp17"]
        names = [context.workshop.register(PROBLEM, "cpp17", text) for text in (FAST, RARE)]
        runtime = Runtime(context=context, stream_writer=lambda event: None)
        await check({"round": 1, "member": member, "candidates": names}, runtime)
        result = context.ledger.get(Checked, member)
        assert result is not None
        fast, rare = result.candidates
        suite = context.ledger.get(Suite, fast.tests_sha)
        assert suite is not None
        return fast, rare, [case.name for case in suite.cases]


async def test_a_search_refuses_what_differs_where_no_test_lies(tmp_path: Path) -> None:
    fast, rare, tests = await checked(tmp_path / "run", 600)
    assert fast.reason is None
    assert rare.reason is Reason.DIFFERENT_OUTPUT
    assert rare.detail.startswith("coverage/differs")
    found = [name for name in tests if name.startswith("coverage/")]
    assert found
    assert fast.equal_on == len(tests)


async def test_without_a_search_it_would_be_kept(tmp_path: Path) -> None:
    fast, rare, tests = await checked(tmp_path / "run", 0)
    assert (fast.reason, rare.reason) == (None, None)
    assert not [name for name in tests if name.startswith("coverage/")]
