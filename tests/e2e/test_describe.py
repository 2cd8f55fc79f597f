"""`pieforge describe`: kept programs become problems that a run can use."""

from pathlib import Path
from typing import Any

import pytest
from bapctools import validate_inputs
from commands import PROBLEMS, Done, Pieforge
from row_examples import read_pair
from scripted_server import Answer, Answers, Handler, Serve, completion

pytestmark = pytest.mark.slow

PACKAGE = PROBLEMS / "tidegauge" / "submissions"
FAST, SLOW = (
    (PACKAGE / name).read_text().replace("SECOND_LOOK = 3", "SECOND_LOOK = 4")
    for name in ("accepted/fast.cpp", "time_limit_exceeded/slow.cpp")
)
OTHER = FAST.replace("SECOND_LOOK = 4", "SECOND_LOOK = 5")
AGAIN = "A programmer who read your statement"


def write_run(folder: Path, **changes: object) -> Path:
    values = {
        "problem_id": "tidegauge",
        "language": "cpp17",
        "src_code": SLOW,
        "tgt_code": FAST,
        "behavior": "variant",
        "schema_version": 5,
        **changes,
    }
    pair = read_pair().model_copy(update=values)
    folder.mkdir()
    (folder / "pairs.jsonl").write_text(pair.model_dump_json() + "\n")
    return folder


def write_config(pieforge: Pieforge, url: str) -> Path:
    path = pieforge.folder / "my.toml"
    path.write_text(f'[author]\nbase_url = "{url}"\nmodel = "m"\nn = 1\n')
    return path


def model(*statements: str, programs: dict[str, str]) -> Answer:
    """Answer with the next statement, or with the program of the statement that is shown."""
    waiting = list(statements)

    def answer(handler: Handler, body: dict[str, Any]) -> None:
        first, last = (body["messages"][at]["content"] for at in (0, -1))
        if first.startswith("Write a program in"):
            code = next(code for word, code in programs.items() if word in first)
            text = f"```cpp\n{code}```"
        elif first.startswith("Below are a problem and a program"):
            text = waiting.pop(0)
        else:
            text = "OK"
        assert "SECOND_LOOK" not in last or last == first
        handler.reply(200, completion(body, [text]))

    return answer


def describe(pieforge: Pieforge, url: str, *more: object) -> Done:
    keyed = pieforge.with_environment(OPENAI_API_KEY="none")
    return keyed("describe", "run", write_config(pieforge, url), "--name", "new", "--json", *more)


def test_a_statement_that_another_call_can_solve_becomes_a_package_that_a_run_uses(
    pieforge: Pieforge, serve: Serve
) -> None:
    write_run(pieforge.folder / "run")
    statements = ("# Gauge\n\nVague.\n", "# Gauge\n\nWith 4 points.\n")
    server = serve(model(*statements, programs={"Vague": OTHER, "4 points": FAST}))
    done = describe(pieforge, server.base_url)
    assert done.status == 0, done.stderr
    [made] = done.json()["problems"]
    assert made["fault"] == ""
    assert len(made["call_ids"]) == 4
    again = next(body for body in server.asked if AGAIN in body["messages"][-1]["content"])
    feedback = again["messages"][-1]["content"]
    assert "different output" in feedback
    assert feedback.count("```text") == 3, "an input, the output it must have, the wrong one"

    folder = pieforge.folder / "datasets_out" / "new" / "problems" / made["problem_id"]
    assert (folder / "statement" / "problem.en.md").read_text() == statements[1]
    assert {path.name for path in (folder / "submissions").rglob("*.cpp")} == {
        "fast.cpp",
        "rebuilt.cpp",
        "slow.cpp",
        "known.cpp",
    }
    (pieforge.folder / "bt").mkdir()
    validate_inputs(folder, pieforge.folder / "bt")
    asked = len(server.asked)
    assert describe(pieforge, server.base_url).status == 0
    more = [body["messages"][0]["content"] for body in server.asked[asked:]]
    assert not any("program" in text for text in more), "answers are taken from the ledger"

    config = pieforge.folder / "next.toml"
    config.write_text(f'[run]\nrounds = 1\nattempts = 1\nproblem_folder = "{folder.parent}"\n')
    planned = pieforge("run", config, "--dry-run", "--json")
    assert planned.status == 0, planned.stderr
    assert "With 4 points." in planned.stdout


def test_no_package_is_made_of_statements_that_show_code_or_lead_to_other_programs(
    pieforge: Pieforge, serve: Serve
) -> None:
    write_run(pieforge.folder / "run")
    statements = (f"# Gauge\n\n```cpp\n{FAST}```\n", "No title.\n", "# Gauge\n\nVague.\n")
    server = serve(model(*statements, programs={"Vague": OTHER}))
    done = describe(pieforge, server.base_url)
    assert done.status == 1, done.stderr
    [made] = done.json()["problems"]
    assert made["problem_id"] == ""
    assert "different output" in made["fault"]
    assert not (pieforge.folder / "datasets_out" / "new" / "problems").exists()
    told = [body["messages"][-1]["content"] for body in server.asked]
    assert any("shows code (cpp)" in text for text in told)
    assert any("its title" in text for text in told)


def test_a_run_without_new_behavior_and_an_author_that_describes_nothing_are_named(
    pieforge: Pieforge, serve: Serve, answers: type[Answers]
) -> None:
    write_run(pieforge.folder / "run", behavior="problem")
    server = serve(answers.choices("OK"))
    describe(pieforge, server.base_url).says("no pair behaves otherwise", "new behavior")
    write_run(pieforge.folder / "other")
    own = pieforge.folder / "own.toml"
    own.write_text("[run]\nrounds = 1\n")
    done = pieforge("describe", "other", own, "--name", "b")
    done.says("the embedded engine describes no programs", "author.endpoint")
