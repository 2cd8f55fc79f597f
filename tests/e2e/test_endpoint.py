"""Runs with a model server that answers, fails or is unreachable."""

import socket

import pytest
from commands import Pieforge, config, contents, rows
from embedded_server import EmbeddedServer
from scripted_server import Answers, Serve

from pieforge.executors.records import Suite
from pieforge.ledger import Ledger
from pieforge.rows import Pair

pytestmark = pytest.mark.slow

KEY = "sk-a-key-that-must-stay-secret"


def both(server: EmbeddedServer, *more: str) -> list[str]:
    return [server.settings(role, *more) for role in ("author", "optimizer")]


def test_a_server_on_loopback_gives_pairs_and_its_key_is_written_nowhere(
    server: EmbeddedServer, pieforge: Pieforge
) -> None:
    lines = both(server, 'api_key_env = "MY_KEY"')
    mine = config(pieforge.folder / "my.toml", *lines, rounds=1)
    done = pieforge.with_environment(MY_KEY=KEY)("run", mine, "--name", "a")
    assert done.status == 0, done.stderr
    folder = pieforge.folder / "datasets_out" / "a"
    assert {row["model"] for row in rows(folder / "calls.jsonl")} == {"pieforge-embedded"}
    assert set(server.asked) == {"author", "optimizer"}
    assert server.keys == {f"Bearer {KEY}"}
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert len(written) > 6
    assert not [path for path in written if KEY.encode() in path.read_bytes()]
    assert KEY not in done.stdout + done.stderr


def test_the_author_is_asked_ahead_where_the_answers_are_sure_to_be_needed(
    server: EmbeddedServer, pieforge: Pieforge
) -> None:
    lines = (*both(server), "run.batch = 1", "author.n = 1")
    found = {}
    for name, limit in {"ahead": "", "budget": "budget.author.attempts = 100"}.items():
        server.asked.clear()
        own = config(pieforge.folder / "my.toml", *lines, limit, attempts=2, rounds=1)
        assert pieforge("run", own, "--name", name).status == 0
        # Without a budget, the second batch's question comes before the first one is judged.
        found[name] = server.asked.index("optimizer")
    assert found == {"ahead": 2, "budget": 1}
    first, second = (
        (pieforge.folder / "datasets_out" / name / "pairs.jsonl").read_bytes() for name in found
    )
    assert first == second


def test_work_that_a_failing_server_left_open_is_resumed(
    server: EmbeddedServer, pieforge: Pieforge
) -> None:
    mine = config(pieforge.folder / "my.toml", *both(server))
    assert pieforge("run", mine, "--name", "undisturbed").status == 0
    undisturbed = contents(pieforge.folder / "datasets_out" / "undisturbed")
    server.asked.clear()
    server.fails = lambda role, number: "500" if role == "optimizer" and number % 2 == 0 else ""
    done = pieforge("run", mine, "--name", "a")
    assert done.status == 1, done.stderr
    assert "left open by failures of the infrastructure" in done.stdout
    assert "pieforge run --resume datasets_out/a" in done.stdout
    assert "out of luck [/b]" in done.stderr
    server.fails = lambda role, number: ""
    server.asked.clear()
    again = pieforge("run", "--resume", "datasets_out/a", mine, "--json")
    assert again.status == 0, again.stderr
    assert again.json()["open"] == []
    assert again.json()["total"]["open"] == 0
    assert contents(pieforge.folder / "datasets_out" / "a") == undisturbed
    assert "author" not in server.asked[:1], "an answer was paid for twice"


def test_an_author_that_fails_once_leaves_its_call_open_alone(
    server: EmbeddedServer, pieforge: Pieforge
) -> None:
    lines = [*both(server), "author.n = 1"]
    mine = config(pieforge.folder / "my.toml", *lines)
    server.fails = lambda role, number: "500" if role == "author" and number == 1 else ""
    done = pieforge("run", mine, "--name", "a", "--json")
    assert done.status == 1, done.stderr
    [left] = done.json()["open"]
    assert left["subject"].startswith("1/echosong/")
    assert "500" in left["cause"]
    assert [funnel["parse_replies"] for funnel in done.json()["rounds"]] == [2, 3]
    assert [funnel["open"] for funnel in done.json()["rounds"]] == [1, 0]
    again = pieforge("run", "--resume", "datasets_out/a", mine, "--json")
    assert again.json()["total"]["parse_replies"] == 6
    assert again.json()["open"] == []


def test_an_unreachable_server_is_named_with_its_address(pieforge: Pieforge) -> None:
    with socket.socket() as taken:  # bound, but not listening
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        lines = [f'author = {{ base_url = "{address}", model = "m", retries = 0 }}']
        mine = config(pieforge.folder / "my.toml", *lines, rounds=1)
        done = pieforge("run", mine, "--name", "a")
    assert done.status == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert f"base_url = {address}" in done.stderr
    assert "no answer of the model endpoint" in done.stderr
    assert "start the server" in done.stderr
    assert "1 left open" in done.stdout


def test_a_model_that_the_server_does_not_know_stops_the_run(
    server: EmbeddedServer, pieforge: Pieforge
) -> None:
    lines = [server.settings("author").replace("pieforge-embedded", "another")]
    done = pieforge("run", config(pieforge.folder / "my.toml", *lines), "--name", "a")
    done.says("'another' does not exist", f":{server.server_port}/author/v1", "correct model")


def test_a_testers_inputs_count_for_the_pair_and_its_failure_leaves_it_open(
    pieforge: Pieforge, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(
        answers.error(500),  # to a canary, before the run begins
        answers.error(500),
        answers.choices("Try this.\n\n```text\nqqqqqzzzzzqqqqq\n```\n\n```text\nNOT VALID\n```\n"),
    )
    lines = [f'tester = {{ base_url = "{server.base_url}", model = "m", retries = 0 }}']
    mine = config(pieforge.folder / "my.toml", *lines, rounds=1)
    done = pieforge("run", mine, "--name", "a", "--json")
    assert done.status == 1, done.stderr
    assert len(done.json()["open"]) == 1
    again = pieforge("run", "--resume", "datasets_out/a", mine, "--json")
    assert again.status == 0, again.stderr
    folder = pieforge.folder / "datasets_out" / "a"
    pairs = [Pair.model_validate(row) for row in rows(folder / "pairs.jsonl")]
    assert pairs
    ledger = Ledger(folder / "state" / "ledger.sqlite")
    for pair in pairs:
        suite = ledger.get(Suite, pair.tests_sha)
        assert suite is not None
        named = [case for case in suite.cases if case.name.startswith("model/")]
        assert [ledger.get_blob(case.blob) for case in named] == [b"qqqqqzzzzzqqqqq\n"]
        assert pair.equal_on == len(suite.cases)
    ledger.close()
    assert pieforge("verify", "datasets_out/a").status == 0


def test_a_run_is_logged_in_its_folder_without_a_key_that_a_server_quotes(
    pieforge: Pieforge, serve: Serve, answers: type[Answers]
) -> None:
    key = "sk-7d41e0c2aa"
    server = serve(answers.error(500, f"bad header: Bearer {key}"))
    lines = [
        f'author = {{ base_url = "{server.base_url}", model = "m", retries = 1, '
        'api_key_env = "MY_KEY" }'
    ]
    mine = config(pieforge.folder / "my.toml", *lines, rounds=1)
    asking = pieforge.with_environment(MY_KEY=key)
    done = asking("run", mine, "--name", "a", "--log-level", "info", "--log-format", "json")
    assert done.status == 1, done.stderr
    assert server.keys[0] == f"Bearer {key}"
    folder = pieforge.folder / "datasets_out" / "a"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if key.encode() in path.read_bytes()] == []
    assert key not in done.stdout + done.stderr
    logged = rows(folder / "run.log")
    assert {"run", "problems", "start_batch", "collect", "exported"} <= {
        row["message"] for row in logged
    }
    retries = [row for row in logged if row["level"] == "warning"]
    assert len(retries) == 2, "of a canary, and of the author's call"
    for retry in retries:
        assert retry["logger"] == "pieforge.agents.models.endpoint"
        assert "[hidden]" in retry["error"]
    assert '"logger": "pieforge.graphs.run"' in done.stderr


def test_an_optimizer_that_refuses_the_key_ends_a_run_before_the_author_is_paid(
    pieforge: Pieforge, server: EmbeddedServer, serve: Serve, answers: type[Answers]
) -> None:
    refusing = serve(answers.error(401, "wrong key"))
    line = f'optimizer = {{ base_url = "{refusing.base_url}", model = "m" }}'
    mine = config(pieforge.folder / "my.toml", server.settings("author"), line)
    done = pieforge("run", mine, "--name", "a")
    done.says("wrong key", refusing.base_url, "OPENAI_API_KEY")
    assert (set(server.tried), server.asked) == ({"author"}, [])
