"""The contract of export kinds, tested for every discovered one."""

import json
from collections.abc import Mapping
from pathlib import Path

import datasets
import pytest
from openai.types.chat import ChatCompletionMessageParam
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from run_examples import make_run

from pieforge.agents.replies import parse_reply
from pieforge.errors import UserInputError
from pieforge.export.dataset import Selection
from pieforge.export.export_pairs import ExportReport, export_pairs
from pieforge.export.kinds import Metadata, discover_kinds
from pieforge.graphs.language_names import name_language
from pieforge.problems import SubmissionRole, load_problem
from pieforge.rows import Pair
from pieforge.sandbox.languages import discover_languages

KINDS = sorted(discover_kinds())
WEIGHTS = {"train": 0.6, "test": 0.4}
Exported = tuple[str, Path, ExportReport]


class Exact(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Message(Exact):
    role: str
    content: str


class Chat(Exact):
    messages: list[Message]


class Completion(Exact):
    prompt: list[Message]
    completion: list[Message]


class Labelled(Completion):
    label: bool


class Preference(Exact):
    prompt: list[Message]
    chosen: list[Message]
    rejected: list[Message]


class Input(Exact):
    messages: list[Message]


class HostedPreference(Exact):
    input: Input
    preferred_output: list[Message]
    non_preferred_output: list[Message]


class Ranked(Exact):
    rank: int
    completion: list[Message]


class Ranks(Exact):
    context: list[Message]
    completions: list[Ranked]


class Judged(Exact):
    prompt: list[Message]
    record_id: str
    problem_id: str
    language: str
    behavior: str
    src_code: str
    tgt_code: str
    speedup: float


class Equivalence(Exact):
    problem_id: str
    language: str
    first: str
    second: str
    equal: bool
    equal_on: int
    input: str
    first_output: str
    second_output: str


class Listed(Exact):
    package: str


SCHEMAS: Mapping[str, type[Exact]] = {
    "axolotl": Chat,
    "equivalence": Equivalence,
    "icpc": Listed,
    "icpc-legacy": Listed,
    "llama-factory": Chat,
    "nemo-rl": Ranks,
    "openai-dpo": HostedPreference,
    "openai-sft": Chat,
    "repair": Completion,
    "together": Chat,
    "trl-dpo": Preference,
    "trl-grpo": Judged,
    "trl-kto": Labelled,
    "trl-sft": Completion,
}
"""The rows of each kind, without any other column: after the readers' documentation."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_run(tmp_path_factory.mktemp("runs") / "night")


@pytest.fixture(scope="module", params=KINDS)
def exported(
    request: pytest.FixtureRequest, run: Path, tmp_path_factory: pytest.TempPathFactory
) -> Exported:
    target = tmp_path_factory.mktemp("exports") / request.param
    return (
        request.param,
        target,
        export_pairs([run], request.param, target, Selection(weights=WEIGHTS)),
    )


def read_lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def list_files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_every_split_has_the_rows_that_the_report_counts(
    exported: Exported, tmp_path: Path
) -> None:
    kind, folder, report = exported
    assert set(report.rows) == set(WEIGHTS)
    assert all(report.rows.values())
    for split, count in report.rows.items():
        if kind == "hf":
            rows = datasets.load_dataset(str(folder), split=split, cache_dir=str(tmp_path))
        else:
            path = str(folder / f"{split}.jsonl")
            rows = datasets.Dataset.from_json(path, cache_dir=str(tmp_path))
            assert len(read_lines(folder / f"{split}.metadata.jsonl")) == count
        assert len(rows) == count


@pytest.mark.parametrize("kind", sorted({*KINDS} - {"hf"}))
def test_a_problem_and_its_pairs_are_in_one_split(kind: str, run: Path, tmp_path: Path) -> None:
    report = export_pairs([run], kind, tmp_path / "out", Selection(weights=WEIGHTS))
    seen: dict[str, set[str]] = {}
    for split in report.rows:
        for values in read_lines(tmp_path / "out" / f"{split}.metadata.jsonl"):
            seen.setdefault(split, set()).add(Metadata.model_validate(values).problem_id)
    assert not seen["train"] & seen["test"]


def test_the_same_export_gives_the_same_bytes(
    exported: Exported, run: Path, tmp_path: Path
) -> None:
    kind, folder, _ = exported
    export_pairs([run], kind, tmp_path / "again", Selection(weights=WEIGHTS))
    assert list_files(folder) == list_files(tmp_path / "again")


@pytest.mark.parametrize("kind", SCHEMAS)
def test_rows_have_exactly_the_columns_of_the_format(kind: str, run: Path, tmp_path: Path) -> None:
    export_pairs([run], kind, tmp_path / "out", Selection())
    for values in read_lines(tmp_path / "out" / "train.jsonl"):
        SCHEMAS[kind].model_validate(values)


def test_every_kind_has_a_schema_or_a_test_of_its_own() -> None:
    assert {*SCHEMAS, "hf", "pie"} == {*KINDS}


def test_pie_rows_have_its_sixteen_columns_in_order(run: Path, tmp_path: Path) -> None:
    export_pairs([run], "pie", tmp_path / "out", Selection())
    [columns] = {tuple(row) for row in read_lines(tmp_path / "out" / "train.jsonl")}
    assert columns == tuple(Pair.model_fields)[:16]
    assert columns[0] == "src_id"
    assert columns[-1] == "src_reward_updated_pct_bin"


def test_messages_are_those_of_the_openai_package(run: Path, tmp_path: Path) -> None:
    check = TypeAdapter(ChatCompletionMessageParam).validate_python
    for kind in ("openai-sft", "openai-dpo"):
        export_pairs([run], kind, tmp_path / kind, Selection())
        for row in read_lines(tmp_path / kind / "train.jsonl"):
            lists = [row["messages"]] if kind == "openai-sft" else []
            if kind == "openai-dpo":
                lists = [row["input"]["messages"], row["preferred_output"]]
                assert len(row["preferred_output"]) == len(row["non_preferred_output"]) == 1
            for message in [it for messages in lists for it in messages]:
                check(message)
    with pytest.raises(ValidationError):
        check({"role": "nobody", "content": ""})


def test_hub_folders_keep_every_column_and_load_by_configuration(run: Path, tmp_path: Path) -> None:
    export_pairs([run], "hf", tmp_path / "out", Selection(weights=WEIGHTS))
    cache = str(tmp_path / "cache")
    pairs = datasets.load_dataset(str(tmp_path / "out"), cache_dir=cache)
    assert set(pairs) == set(WEIGHTS)
    assert not {*pairs["train"]["problem_id"]} & {*pairs["test"]["problem_id"]}
    assert {*Pair.model_fields} < {*pairs["train"].column_names}
    assert {*pairs["train"]["author_model"]} == {"author model"}
    assert {*pairs["train"]["license"], *pairs["test"]["license"]} == {"mit", "cc-by-sa-4.0"}
    ranked = datasets.load_dataset(str(tmp_path / "out"), "preferences", cache_dir=cache)
    assert {"prompt", "chosen", "rejected"} < {*ranked["train"].column_names}


@pytest.mark.parametrize(("kind", "version"), [("icpc", "2025-09"), ("icpc-legacy", "legacy")])
def test_packages_of_pairs_can_be_read_in_either_version(
    kind: str, version: str, run: Path, tmp_path: Path
) -> None:
    report = export_pairs([run], kind, tmp_path / "out", Selection())
    pairs = {row["record_id"]: row for row in read_lines(run / "pairs.jsonl")}
    rows = read_lines(tmp_path / "out" / "train.jsonl")
    notes = read_lines(tmp_path / "out" / "train.metadata.jsonl")
    assert report.rows["train"] == len(rows) == len(pairs)
    wrong = 0
    for row, note in zip(rows, notes, strict=True):
        pair = pairs[note["record_id"]]
        folder = tmp_path / "out" / row["package"]
        assert f"problem_format_version: {version}" in (folder / "problem.yaml").read_text()
        problem = load_problem(folder)
        by_role = {it.role: it.code for it in problem.submissions}
        assert by_role[SubmissionRole.FAST] == pair["tgt_code"]
        assert by_role[SubmissionRole.SLOW] == pair["src_code"]
        assert "Add two numbers." in problem.statement
        assert (pair["behavior"] == "variant") == (
            "which compute something else" in problem.statement
        )
        assert b"\xff\x00" in {it.input for it in problem.tests}
        if code := by_role.get(SubmissionRole.WRONG):
            wrong += 1
            assert "different_output" in code
            assert (b"1 2\n", b"3\n") in {(it.input, it.answer) for it in problem.tests}
    assert wrong


def test_answers_parse_to_the_fast_program(run: Path, tmp_path: Path) -> None:
    export_pairs([run], "trl-sft", tmp_path / "out", Selection())
    pairs = {row["record_id"]: row for row in read_lines(run / "pairs.jsonl")}
    rows = read_lines(tmp_path / "out" / "train.jsonl")
    notes = read_lines(tmp_path / "out" / "train.metadata.jsonl")
    for row, note in zip(rows, notes, strict=True):
        pair = pairs[note["record_id"]]
        names = name_language(discover_languages()[pair["language"]])
        [message] = row["completion"]
        assert parse_reply(message["content"], "stop", names).code == pair["tgt_code"]
        assert pair["src_code"] in row["prompt"][0]["content"]


def test_no_row_is_made_of_what_says_nothing_about_a_program(run: Path, tmp_path: Path) -> None:
    export_pairs([run], "trl-kto", tmp_path / "out", Selection())
    reasons = {row["reason"] for row in read_lines(tmp_path / "out" / "train.metadata.jsonl")}
    assert reasons == {"", "different_output", "too_little_speedup"}
    for kind in ("openai-dpo", "nemo-rl", "repair", "trl-dpo"):
        export_pairs([run], kind, tmp_path / kind, Selection())
        assert "simulator_limit" not in (tmp_path / kind / "train.jsonl").read_text()


def test_ranks_follow_the_measured_speed(run: Path, tmp_path: Path) -> None:
    export_pairs([run], "nemo-rl", tmp_path / "out", Selection())
    longest = max(
        read_lines(tmp_path / "out" / "train.jsonl"), key=lambda it: len(it["completions"])
    )
    answers = [it["completion"][0]["content"] for it in longest["completions"]]
    assert [it["rank"] for it in longest["completions"]] == [0, 1, 2, 3]
    expected = ("fast", "not_the_fastest", "too_little_speedup", "different_output")
    assert all(name in text for name, text in zip(expected, answers, strict=True))


def test_a_kind_without_any_row_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", pairs=1)
    with pytest.raises(UserInputError, match="no row comes of the 1 pairs"):
        export_pairs([run], "trl-dpo", tmp_path / "out", Selection())
    assert [it.name for it in tmp_path.iterdir()] == ["run"]
