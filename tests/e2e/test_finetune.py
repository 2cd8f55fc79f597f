"""`pieforge finetune`, and runs that fine-tune, with a trainer and a server that learn a table."""

import json
import os
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from commands import PROBLEMS, ROOT, Pieforge, config, contents, kill_hard, rows
from processes import still_there

pytestmark = pytest.mark.slow

VALIDATION = ("doorlamps", "tentfence")
SCRIPT = ROOT / "tests" / "table_model.py"


def read(path: Path) -> Any:  # noqa: ANN401
    return json.loads(path.read_text())


@pytest.fixture
def tuning(pieforge: Pieforge) -> Pieforge:
    """Return the command where a program called llama-server serves tables."""
    folder = pieforge.folder
    (folder / "bin").mkdir()
    server = folder / "bin" / "llama-server"
    server.write_text(f'#!/bin/sh\nexec {sys.executable} {SCRIPT} "$@"\n')
    server.chmod(0o755)
    (folder / "base.gguf").write_text("a base")
    wanted = [json.loads(line) for line in (PROBLEMS / "reference.jsonl").read_text().splitlines()]
    chosen = [
        next(it for it in wanted if (it["problem_id"], it["language"]) == (name, "cpp17"))
        for name in VALIDATION
    ]
    (folder / "slow.jsonl").write_text("".join(json.dumps(it) + "\n" for it in chosen))
    return pieforge.with_environment(PATH=f"{folder / 'bin'}:{os.environ['PATH']}")


def write_config(folder: Path, *lines: str, min_pairs: int = 1, attempts: int = 3) -> Path:
    solutions = [PROBLEMS / it / "submissions/accepted/fast.cpp" for it in VALIDATION]
    command = [sys.executable, SCRIPT, "train", *solutions]
    return config(
        folder / "my.toml",
        "stress.cpu_s = 0.5",
        "finetune.every = 1",
        'finetune.trainer = "command"',
        f"finetune.command = {json.dumps([str(it) for it in command])}",
        'finetune.base = "base.gguf"',
        'finetune.base_license = "Apache-2.0"',
        'finetune.reference = "slow.jsonl"',
        f"finetune.min_pairs = {min_pairs}",
        *lines,
        attempts=attempts,
    )


def test_a_run_promotes_a_better_model_asks_it_and_tells_which_pairs_it_wrote(
    tuning: Pieforge,
) -> None:
    own = write_config(tuning.folder)
    with tuning.with_environment(TABLE_MODEL_WAITS=str(tuning.folder / "killed")).start(
        "run", own, "--name", "a"
    ) as process:
        while not (tuning.folder / "killed").exists():
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.05)
        children = kill_hard(process)
    assert still_there(children) == set()
    folder = tuning.folder / "datasets_out" / "a"
    assert not (folder / "models" / "round-001").exists()
    work = folder / "models" / ".round-001.work"
    job = (work / "job.json").read_text()
    done = tuning("run", "--resume", folder, own)
    assert done.status == 0, done.stderr
    assert json.loads(job)["seed"] == 1
    assert not work.exists()

    [model] = read(folder / "models" / "registry.json")
    assert model["is_promoted"], model
    assert model["evaluated"]["optimized"] == 1.0
    assert model["evaluated"]["programs"] == len(VALIDATION)
    manifest = read(folder / "models" / "round-001" / "model.json")
    first = {row["record_id"] for row in rows(folder / "pairs.jsonl") if row["round"] == 1}
    assert set(manifest["record_ids"]) == set(model["record_ids"]) <= first
    assert manifest["parity"] == {
        "server": "llama_cpp",
        "prompts": 4,
        "equal": 4,
        "equal_templates": 4,
        "changed": 4,
    }
    card = (folder / "models" / "round-001" / "README.md").read_text()
    for words in (
        "Apache-2.0",
        "base.gguf",
        "3 steps",
        "last loss 0.5000",
        manifest["data_sha"][:16],
    ):
        assert words in card

    asked = {row["call_id"]: row for row in rows(folder / "calls.jsonl")}
    later = [row for row in rows(folder / "pairs.jsonl") if row["round"] == 2]
    assert later
    assert {asked[row["call_id"]]["endpoint"] for row in later} == {model["engine"]}
    assert {asked[row["call_id"]]["strategy"] for row in later} == {"instruction"}
    graph = nx.read_graphml(folder / "lineage.graphml")
    pair = later[0]
    assert graph.edges[pair["tgt_id"], "round-001"]["relation"] == "written_by"
    assert graph.edges["round-001", model["record_ids"][0]]["relation"] == "trained_on"

    # Again: nothing is trained and no server is started, whatever became of the model.
    before = contents(folder)
    assert tuning("run", "--replay", folder, own, "--name", "b").status == 0
    assert contents(tuning.folder / "datasets_out" / "b") == before
    table = folder / "models" / "round-001" / "weights" / "table.gguf"
    table.write_text(table.read_text().replace("fast", "slow"))
    damaged = tuning("serve-model", folder / "models" / "round-001", own)
    damaged.says("table.gguf: not the file that was written")


@pytest.mark.long
def test_a_budget_that_is_too_small_for_the_evaluation_ends_the_run_and_a_higher_one_continues_it(
    tuning: Pieforge,
) -> None:
    def write(attempts: int) -> Path:
        limit = f"budget.optimizer.attempts = {attempts}"
        return write_config(tuning.folder, limit, "author.n = 1", "optimizer.n = 1", attempts=1)

    # The round asks once, the evaluation about two programs.
    done = tuning("run", write(1), "--name", "a")
    done.says("budget.optimizer.attempts", "evaluation of configured", "--resume", status=3)
    folder = tuning.folder / "datasets_out" / "a"
    assert rows(folder / "pairs.jsonl")
    more = tuning("run", "--resume", folder, write(90))
    assert more.status == 0, more.stderr
    [model] = read(folder / "models" / "registry.json")
    assert model["evaluated"]["programs"] == len(VALIDATION)


def test_a_model_is_made_of_runs_and_made_once(tuning: Pieforge, run_folder: Path) -> None:
    own = write_config(tuning.folder)
    words = ("finetune", own, run_folder, "--name", "m", "--json")
    done = tuning(*words)
    assert done.status == 0, done.stderr
    found = done.json()
    assert found["model"]["too_long"] == 1
    assert "sft: step 3 of 3, loss 0.3333" in done.stderr
    assert found["data"]["left_out"]
    assert tuning(*words).json() == found
    other = write_config(tuning.folder, "finetune.epochs = 2.0")
    tuning("finetune", other, run_folder, "--name", "m").says("a model of other pairs, settings")

    refused = tuning.with_environment(TABLE_MODEL_DIFFERS="1")("finetune", own, run_folder)
    assert refused.status == 1
    assert "do not use it: the server llama_cpp answers 0 of 4 prompts" in refused.stdout
    few = write_config(tuning.folder, min_pairs=1000)
    done = tuning("finetune", few, run_folder, "--name", "few")
    assert done.status == 1
    assert "no model was made" in done.stdout
    assert "finetune.min_pairs is 1000" in done.stdout
    names = {path.name for path in (tuning.folder / "models").iterdir()}
    assert not {name for name in names if "few" in name}


def test_what_cannot_be_trained_is_refused_with_the_fix(
    tuning: Pieforge, run_folder: Path, tmp_path: Path
) -> None:
    own = write_config(tuning.folder)
    failing = tuning.with_environment(TABLE_MODEL_FAILS="1")
    failing("finetune", own, run_folder, "--name", "m").says(
        "ended with status 1: no such gradient", "trainer.log", "same command", status=75
    )
    assert tuning("finetune", own, run_folder, "--name", "m").status == 0
    for line, word in {
        'finetune.trainer = "command"\nfinetune.command = []': "finetune.command",
        'finetune.trainer = "trlx"': "did you mean 'trl'",
    }.items():
        text = own.read_text().split("finetune.trainer")[0] + line
        (tuning.folder / "wrong.toml").write_text(text + '\nfinetune.base = "base.gguf"\n')
        tuning("finetune", "wrong.toml", run_folder).says(word)
    (tuning.folder / "no.toml").write_text("")
    tuning("finetune", "no.toml", run_folder).says("no model is named", "finetune.base")
    shutil.copytree(PROBLEMS / "echosong", tmp_path / "mine" / "echosong")
    alone = write_config(tuning.folder, 'run.problem_folder = "mine"')
    tuning("run", alone).says("part train", "split")
    (tuning.folder / "model").mkdir()
    (tuning.folder / "model" / "code.py").write_text("")
    tuning("serve-model", "model").says("code.py", "could hold code")
    tuning("serve-model", "none.gguf").says("no such model")
