"""Endpoints that serve something else than in the last run, as real servers on loopback."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
from scripted_server import Answers, Serve

from pieforge.agents.author import Author
from pieforge.agents.models.client import open_model
from pieforge.agents.models.settings import ModelSettings
from pieforge.config import Config
from pieforge.export.card import render_card
from pieforge.export.summary import summarize_run
from pieforge.graphs.budget import Budget
from pieforge.graphs.context import Context
from pieforge.graphs.run import check_endpoints
from pieforge.ledger import Ledger
from pieforge.sandbox.limits import SandboxSettings


async def test_a_change_since_the_last_run_is_in_the_log_the_summary_and_the_card(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config = Config(sandbox=SandboxSettings(cache=tmp_path / "cache"))
    server = serve(*[Answers.choices("as before")] * 12, Answers.choices("another one"))
    settings = ModelSettings(base_url=server.base_url, model="m")
    changes = []
    for run in range(3):
        ledger = Ledger(tmp_path / f"{run}.sqlite")
        async with open_model(settings, {}) as model:
            own = {"author": Author(model), "optimizer": None, "tester": None}
            context = SimpleNamespace(
                config=config, ledger=ledger, budget=Budget(config.budget, ledger), **own
            )
            for _ in range(2):  # the second time as a session that continues the run
                await check_endpoints(cast("Context", context))
        summary = summarize_run(ledger, [], [], ())
        changes.append(list(summary.changed_endpoints.values()))
        ledger.close()
    assert len(server.asked) == 18
    assert changes == [[], [], ["3 of 3 answers at temperature 0 differ"]]
    assert caplog.text.count("the endpoint has changed") == 1
    assert server.base_url in caplog.text
    card = render_card(config, [], [], [], summary, None, [])
    assert "has changed since the last run or session: 3 of 3 answers" in card
