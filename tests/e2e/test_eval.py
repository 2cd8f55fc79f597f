"""`pieforge eval`, from the command to the result."""

import json
from pathlib import Path

import pytest
from commands import PROBLEMS, Done, Pieforge, config, kill_hard
from scripted_server import Answers, Serve

from pieforge.evaluation.reference import ReferenceProgram
from pieforge.records import ProgramText

pytestmark = pytest.mark.slow

FAST = (PROBLEMS / "echosong/submissions/accepted/fast.cpp").read_text()
HACK = f'#pragma GCC optimize("O3")\n{FAST}'


def write_reference(path: Path) -> Path:
    lines = []
    for file in sorted((PROBLEMS / "echosong/submissions/time_limit_exceeded").glob("*.cpp")):
        text = ProgramText.create("echosong", "cpp17", file.read_text())
        program = ReferenceProgram(**text.model_dump(), made_by="hand", speedup=5.0)
        lines.append(program.model_dump_json() + "\n")
    path.write_text("".join(lines))
    return path


def evaluate(pieforge: Pieforge, name: str, *more: object, lines: tuple[str, ...] = ()) -> Done:
    own = config(pieforge.folder / f"{name}.toml", *lines)
    reference = write_reference(pieforge.folder / "reference.jsonl")
    return pieforge("eval", own, "--reference", reference, "--name", name, "--json", *more)


def read(pieforge: Pieforge, name: str) -> str:
    return (pieforge.folder / "datasets_out" / name / "evaluation.json").read_text()


def test_the_embedded_optimizer_is_evaluated_resumed_after_a_kill_and_compared(
    pieforge: Pieforge,
) -> None:
    done = evaluate(pieforge, "a")
    assert done.status == 0, done.stderr
    found = done.json()
    assert found["metrics"]["programs"] == 2
    assert found["spend"]["calls"] == 2
    for by in ("tests", "all"):
        best = found["metrics"]["judged_by"][by]["best"][-1]
        assert best["optimized"]["value"] == 1
        assert best["speedup"]["value"] > 5
    assert (pieforge.folder / "datasets_out" / "a" / "curve.svg").read_text().startswith("<svg")

    own = config(pieforge.folder / "b.toml")
    words = ("eval", own, "--reference", "reference.jsonl", "--name", "b")
    with pieforge.start(*words) as process:
        assert process.stderr is not None
        while not (line := process.stderr.readline()).startswith("judge"):
            assert line, "it ended before"
        kill_hard(process)
    assert pieforge(*words).status == 0
    assert read(pieforge, "b") == read(pieforge, "a")
    before = read(pieforge, "b")
    again = pieforge(*words)
    assert "%Opt" in again.stdout
    assert read(pieforge, "b") == before

    compared = pieforge("eval", "--compare", "datasets_out/a", "datasets_out/b", "--json").json()
    assert compared["programs"] == 2
    assert {it["difference"]["value"] for it in compared["differences"]} == {0}
    other = evaluate(pieforge, "b", lines=("optimizer.n = 3",))
    other.says("holds a run with another configuration", "choose another --name")


def test_a_hack_counts_by_the_tests_alone_and_not_by_the_whole_chain(
    pieforge: Pieforge, serve: Serve
) -> None:
    def fence(text: str) -> str:
        return f"```cpp\n{text}\n```"

    server = serve(Answers.choices(fence(HACK), fence(FAST), fence("int main() {"), "no program"))
    settings = (
        f'optimizer.base_url = "{server.base_url}"',
        'optimizer.model = "m"',
        "optimizer.n = 4",
    )
    done = evaluate(pieforge, "hack", lines=settings)
    assert done.status == 0, done.stderr
    metrics = done.json()["metrics"]
    raw, adjusted = (metrics["judged_by"][by]["best"][0] for by in ("tests", "all"))
    assert raw["optimized"]["value"] == raw["correct"]["value"] == 0.5
    assert adjusted["optimized"]["value"] == adjusted["correct"]["value"] == 0.25
    assert metrics["shares"] == {
        "valid": 0.75,
        "compiles": 0.5,
        "equal": 0.5,
        "hacked": 0.25,
        "unsound": 0.0,
    }
    assert metrics["errors"] == {"no_program": 2, "does_not_compile": 2, "hack": 2, "optimized": 2}
    prompts = [it["messages"][0]["content"] for it in server.asked if it["n"] == 4]
    assert len(prompts) == 2


def test_a_spent_budget_ends_an_evaluation_in_order_and_a_higher_one_continues_it(
    pieforge: Pieforge,
) -> None:
    one = ("optimizer.n = 1", "run.batch = 1")
    assert evaluate(pieforge, "whole", lines=one).status == 0
    # Nothing is left of the second after the first batch.
    for limit in ("budget.optimizer.attempts = 1", "budget.wall_hours = 1e-6"):
        key, _, value = limit.partition(" = ")
        for _ in range(2):
            done = evaluate(pieforge, key, lines=(*one, limit))
            assert done.status == 3, done.stderr
            found = done.json()
            assert found["stopped"] == key
            assert found["metrics"]["programs"] == len(found["open"]) == 1
            assert found["open"][0]["cause"] == f"{key} is used up"
        more = evaluate(pieforge, key, lines=(*one, f"{key} = {10 * float(value) + 900:.0f}"))
        assert more.status == 0, more.stderr
        assert more.json()["stopped"] == ""
        assert read(pieforge, key) == read(pieforge, "whole")


def test_behaviors_of_a_run_are_renamed_and_those_of_the_training_data_left_out(
    pieforge: Pieforge, run_folder: Path
) -> None:
    rows = [json.loads(line) for line in (run_folder / "pairs.jsonl").read_text().splitlines()]
    classes = list(dict.fromkeys(row["class_id"] for row in rows))
    train = pieforge.folder / "train.jsonl"
    train.write_text(
        "".join(json.dumps(row) + "\n" for row in rows if row["class_id"] == classes[0])
    )
    own = config(pieforge.folder / "own.toml")
    pieforge("eval", own, "--behaviors", run_folder).says("--behaviors needs --train")
    (pieforge.folder / "known").mkdir()
    train.rename(pieforge.folder / "known" / "pairs.jsonl")
    words = ("eval", own, "--behaviors", run_folder, "--train", "known", "--name", "c", "--json")
    done = pieforge(*words)
    assert done.status == 0, done.stderr
    found = done.json()
    assert found["left_out"]
    assert all("contaminated" in it["why"] for it in found["left_out"])
    asked = found["metrics"]["programs"] if found["metrics"] else 0
    assert asked + len(found["left_out"]) == len(classes)
    if asked:
        assert sum(it["programs"] for it in found["metrics"]["by_edit"]) == asked


def test_what_cannot_be_evaluated_is_refused_with_the_fix(pieforge: Pieforge) -> None:
    pieforge("eval", "--reference", "none.jsonl").says("no reference set", "none.jsonl")
    pieforge("eval", "--compare", ".", ".").says("no finished evaluation", "pieforge eval")
    own = config(pieforge.folder / "own.toml", problems=("parcelstring",))
    reference = write_reference(pieforge.folder / "reference.jsonl")
    pieforge("eval", own, "--reference", reference).says("no slow program of parcelstring")
    pieforge("eval", own, "--compare", ".", ".").says("--compare takes two")
