"""Runs that end because of a limit in their configuration, and go on with a higher one."""

import pytest
from commands import Pieforge, config, contents, rows
from scripted_server import Answers, Serve

SMALL = ("author.n = 1", "run.batch = 2")


@pytest.mark.slow
def test_a_spent_budget_ends_a_run_in_order_whatever_the_concurrency_and_a_higher_one_continues_it(
    pieforge: Pieforge,
) -> None:
    runs = pieforge.folder / "datasets_out"
    limit = "budget.optimizer.attempts = 5"
    for name, jobs, calls in (("a", 1, 1), ("b", 4, 8)):
        lines = (*SMALL, limit, f"concurrency.model_calls = {calls}")
        mine = config(pieforge.folder / "my.toml", *lines, attempts=4, jobs=jobs)
        done = pieforge("run", mine, "--name", name, "--json")
        assert done.status == 3, done.stderr
        assert done.json()["stopped"] == "budget.optimizer.attempts"
    asked = [row for row in rows(runs / "a" / "calls.jsonl") if row["role"] == "optimizer"]
    assert len(asked) == 2, "each is asked for two answers"
    assert contents(runs / "a") == contents(runs / "b")
    again = pieforge("run", "--resume", "datasets_out/b", mine)
    assert again.status == 3, again.stderr
    assert "with a higher one it continues" in again.stdout
    assert contents(runs / "a") == contents(runs / "b")
    pieforge("run", "--resume", "datasets_out/b").says("budget.optimizer.attempts", "CONFIG")
    free = config(
        pieforge.folder / "free.toml", *SMALL, "budget.optimizer.attempts = 900", attempts=4
    )
    assert pieforge("run", free, "--name", "c").status == 0
    more = pieforge("run", "--resume", "datasets_out/b", free)
    assert more.status == 0, more.stderr
    assert contents(runs / "b") == contents(runs / "c")


@pytest.mark.slow
def test_a_run_with_enough_pairs_is_done(pieforge: Pieforge) -> None:
    lines = (*SMALL, "stop.kept = 1")
    mine = config(pieforge.folder / "my.toml", *lines, attempts=4)
    done = pieforge("run", mine, "--name", "a", "--json")
    assert done.status == 0, done.stderr
    assert done.json()["stopped"] == "stop.kept"
    assert 1 <= done.json()["total"]["collect"] <= 2
    assert done.json()["total"]["author"] < 8


def test_a_budget_in_dollars_needs_known_prices(
    pieforge: Pieforge, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices("never"))
    line = f'optimizer = {{ base_url = "{server.base_url}", model = "m" }}'
    for limit in ("budget.usd = 2", "budget.optimizer.usd = 2"):
        mine = config(pieforge.folder / "my.toml", line, limit)
        done = pieforge("run", mine, "--name", "a")
        done.says(limit, "no known price", "usd_per_million_prompt_tokens")
    assert server.asked == []
    assert not (pieforge.folder / "datasets_out").exists()
