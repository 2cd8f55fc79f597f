"""Runs whose models answer in batches, and runs that learn which way to ask is best."""

from collections import Counter
from pathlib import Path

import pytest
from batch_server import BatchServer
from commands import Pieforge, config, contents, rows

from pieforge.agents.embedded.app import respond


def answer(body: bytes) -> tuple[int, bytes]:
    return respond("POST", "/v1/chat/completions", body)


@pytest.mark.slow
def test_a_run_in_batches_keeps_what_a_run_of_single_calls_keeps(pieforge: Pieforge) -> None:
    server = BatchServer(answer)
    runs = pieforge.folder / "datasets_out"

    def write(mode: str) -> Path:
        models = (
            f'{role} = {{ base_url = "{server.base_url}", model = "pieforge-embedded", '
            f'mode = "{mode}", n = 2 }}'
            for role in ("author", "optimizer")
        )
        return config(pieforge.folder / f"{mode}.toml", *models, attempts=2, rounds=1)

    live = pieforge("run", write("live"), "--name", "live")
    assert live.status == 0, live.stderr
    calls = server.live
    mine = write("batch")
    first = pieforge("run", mine, "--name", "batch")
    assert first.status == 1, first.stderr
    for ended in (1, 2):  # the author's calls, then the optimizer's
        assert len(server.batches) == ended
        server.end(f"batch-{ended - 1}")
        again = pieforge("run", "--resume", "datasets_out/batch", mine)
        assert again.status == (1 if ended == 1 else 0), again.stderr
    assert server.live - calls <= 3 * 3 * 2, "nothing but canaries"
    assert len(rows(runs / "live" / "pairs.jsonl")) > 0
    for name in ("pairs.jsonl", "rejects.jsonl", "calls.jsonl"):
        assert rows(runs / "live" / name) == rows(runs / "batch" / name), name
    server.shutdown()
    server.server_close()


@pytest.mark.slow
def test_a_bandit_learns_the_same_whatever_the_concurrency(pieforge: Pieforge) -> None:
    runs = pieforge.folder / "datasets_out"
    # The embedded optimizer has no answer without examples.
    lines = (
        "author.n = 2",
        "run.batch = 2",
        "optimizer = { n = 2, bandit = true, strategies = { instruction = 1, nearest_pairs = 1 } }",
    )
    for name, jobs, calls in (("a", 1, 1), ("b", 2, 8)):
        more = (*lines, f"concurrency.model_calls = {calls}")
        mine = config(pieforge.folder / "my.toml", *more, attempts=12, rounds=1, jobs=jobs)
        done = pieforge("run", mine, "--name", name)
        assert done.status == 0, done.stderr
    assert contents(runs / "a") == contents(runs / "b")
    used = Counter(
        row["strategy"] for row in rows(runs / "a" / "calls.jsonl") if row["role"] == "optimizer"
    )
    assert used["nearest_pairs"] > used["instruction"] > 0
