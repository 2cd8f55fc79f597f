"""`pieforge models`, and what runs report about their calls."""

import pytest
from commands import Pieforge, config, contents
from embedded_server import EmbeddedServer
from scripted_server import Answers, Serve


def test_each_endpoint_is_tried_once_and_a_failing_one_is_named(
    pieforge: Pieforge, serve: Serve, answers: type[Answers]
) -> None:
    good, bad = serve(answers.choices("OK")), serve(answers.error(401, "wrong key"))
    path = pieforge.folder / "my.toml"
    path.write_text(
        f'[endpoints.good]\nbase_url = "{good.base_url}"\nmodel = "g"\n'
        "usd_per_million_prompt_tokens = 2\n"
        f'[endpoints.bad]\nbase_url = "{bad.base_url}"\nmodel = "b"\n'
        '[author]\nendpoint = "good"\n'
    )
    done = pieforge("models", path, "--json")
    assert done.status == 1, done.stderr
    found = {each["name"]: each for each in done.json()["endpoints"]}
    assert list(found) == ["good, author", "bad", "optimizer"]
    assert [each["answers"] for each in found.values()] == [True, False, True]
    assert found["good, author"]["usd_per_million_prompt_tokens"] == 2
    assert "OPENAI_API_KEY" in found["bad"]["error"]
    assert len(good.asked) == len(bad.asked) == 1
    text = pieforge("models", path)
    assert "wrong key" in text.stdout


@pytest.mark.slow
def test_a_replay_gives_the_same_files_and_asks_no_model(pieforge: Pieforge) -> None:
    line = "optimizer.strategies = { few_shot = 1 }"
    mine = config(pieforge.folder / "my.toml", line, rounds=1)
    first = pieforge("run", mine, "--name", "a", "--json")
    assert first.status == 0, first.stderr
    author, optimizer = first.json()["spend"]
    assert (author["role"], author["strategy"]) == ("author", "pie")
    assert (optimizer["role"], optimizer["strategy"]) == ("optimizer", "few_shot")
    kept = first.json()["kept"]
    assert kept < first.json()["total"]["collect"], "one pair is surplus"
    for spent in (author, optimizer):
        assert spent["calls"] > 0
        assert spent["usd"] == spent["unpriced"] == 0
        assert spent["kept"] == kept > 0
    assert first.json()["usd_per_kept"] == 0
    runs = pieforge.folder / "datasets_out"
    again = pieforge("run", "--replay", "datasets_out/a", "--name", "b", "--json")
    assert again.status == 0, again.stderr
    assert contents(runs / "b") == contents(runs / "a")
    assert again.json()["spend"] == first.json()["spend"]


@pytest.mark.slow
def test_a_replay_names_the_first_request_without_an_answer(
    pieforge: Pieforge, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.error(500, "down"))
    line = f'author = {{ base_url = "{server.base_url}", model = "m", retries = 0 }}'
    mine = config(pieforge.folder / "my.toml", line, rounds=1)
    assert pieforge("run", mine, "--name", "a").status == 1
    asked = len(server.asked)
    done = pieforge("run", mine, "--replay", "datasets_out/a", "--name", "b")
    done.says("has no answer to the request", server.base_url, "without --replay")
    assert len(server.asked) == asked


def test_a_dry_run_shows_calls_price_and_prompts_and_asks_nothing(
    pieforge: Pieforge, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices("never"))
    lines = [
        f'endpoints.e = {{ base_url = "{server.base_url}", model = "m", '
        "usd_per_million_completion_tokens = 10 }",
        'author.endpoint = "e"',
        "author.n = 2",
    ]
    mine = config(pieforge.folder / "my.toml", *lines, attempts=3, rounds=2)
    done = pieforge("run", mine, "--dry-run", "--json")
    assert done.status == 0, done.stderr
    author, optimizer = done.json()["roles"]
    assert (author["calls"], optimizer["calls"]) == (4, 6)
    assert author["usd"] == pytest.approx(author["completion_tokens"] * 10 / 1e6)
    assert author["completion_tokens"] > 6 * 1024
    assert optimizer["usd"] == 0
    first, second, third = done.json()["prompts"]
    assert "Below are two problems" in first
    assert "Below are two problems" in second
    assert "You make programs faster" in third
    assert server.asked == []
    assert not (pieforge.folder / "datasets_out").exists()


@pytest.mark.slow
def test_a_shared_ledger_answers_what_another_run_has_paid_for_and_each_night_asks_new_questions(
    pieforge: Pieforge, server: EmbeddedServer
) -> None:
    lines = [server.settings(role) for role in ("author", "optimizer")]
    shared = 'ledger.shared = "shared/answers.sqlite"'
    mine = config(pieforge.folder / "my.toml", *lines, shared, rounds=1)
    assert pieforge("run", mine, "--name", "a").status == 0
    runs = pieforge.folder / "datasets_out"
    first = list(server.asked)
    assert set(first) == {"author", "optimizer"}
    server.asked.clear()
    again = config(pieforge.folder / "again.toml", *lines, shared, "run.night = 1", rounds=1)
    done = pieforge("run", again, "--name", "b")
    assert done.status == 0, done.stderr
    assert server.asked == [], "an answer was paid for twice"
    assert contents(runs / "a")["pairs.jsonl"] == contents(runs / "b")["pairs.jsonl"]
    assert pieforge("run", mine, "--name", "c").status == 0
    assert server.asked.count("author") == first.count("author")
    assert "night = 2" in (runs / "c" / "run.toml").read_text()
