import pytest
from case_files import Case, cases, submission
from chain import refusal
from scripted_server import Serve

from pieforge.graphs.context import Context

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.path.name)
async def test_a_hack_is_refused_for_its_own_reason(
    context: Context, serve: Serve, case: Case
) -> None:
    reason, detail = await refusal(
        context, serve, case.problem, case.language, case.slow, case.fast
    )
    assert reason == case.reason, detail


async def test_the_honest_pair_is_kept(context: Context, serve: Serve) -> None:
    slow, fast = (submission("tidegauge", role, ".cpp") for role in ("slow", "fast"))
    assert await refusal(context, serve, "tidegauge", "cpp17", slow, fast) == (None, "")
