"""Run folders for tests of the export, made of rows like those of real runs."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from row_examples import read_pair

from pieforge.records import RejectReason, Verdict, digest
from pieforge.rows import (
    CallRow,
    Content,
    Pair,
    PairTests,
    ProblemRow,
    ProgramRow,
    Reject,
    TestContent,
    format_content_id,
)

PROBLEMS = 6
REASONS = (
    (RejectReason.DIFFERENT_OUTPUT, "check_outputs", 0.0),
    (RejectReason.TOO_LITTLE_SPEEDUP, "measure", 1.4),
    (RejectReason.NOT_THE_FASTEST, "measure", 6.0),
)


def make_run(folder: Path, pairs: int = 24) -> Path:
    """Write the exported files of a run with `pairs` pairs, each with up to three rejects."""
    folder.mkdir(parents=True)
    made = list(iter_pairs(pairs))
    _write(folder / "pairs.jsonl", made)
    _write(folder / "problems.jsonl", [_make_problem(at) for at in range(PROBLEMS)])
    _write(
        folder / "rejects.jsonl", [it for at, pair in enumerate(made) for it in _refuse(at, pair)]
    )
    _write(folder / "programs.jsonl", [row for pair in made for row in _list_programs(pair)])
    contents = {}
    tests = []
    for at, pair in enumerate(made):
        texts = [it for k in range(3) for it in (f"{at} {k}\n".encode(), f"{at + k}\n".encode())]
        texts[0] = b"\xff\x00"
        ids = [format_content_id(digest(it)) for it in texts]
        contents |= dict(zip(ids, texts, strict=True))
        named = zip(("sample/1", "secret/1", "hidden/a"), ids[::2], ids[1::2], strict=True)
        tests.append(
            PairTests(
                record_id=pair.record_id,
                tests_sha="",
                validated_by="grammar",
                inputs_grammar="inferred",
                tests=tuple(TestContent(test=it, input=a, output=b) for it, a, b in named),
            )
        )
    _write(folder / "tests.jsonl", tests)
    _write(folder / "contents.jsonl", [Content.create(*it) for it in contents.items()])
    _write(folder / "calls.jsonl", [_make_call("author"), _make_call("optimizer")])
    return folder


def iter_pairs(number: int) -> Iterator[Pair]:
    first = read_pair()
    for at in range(number):
        yield first.model_copy(
            update={
                "record_id": f"k{at:015x}",
                "src_id": f"p{2 * at:015x}",
                "tgt_id": f"p{2 * at + 1:015x}",
                "problem_id": f"problem{at % PROBLEMS}",
                "class_id": f"c{at:015x}",
                "parent_ids": (f"s{at % PROBLEMS}",),
                "base_slow_id": f"s{at % PROBLEMS}",
                "base_fast_id": f"f{at % PROBLEMS}",
                "schema_version": 5,
                "speedup": 5.0 + at,
                "src_code": f"int slow{at}() {{ return {at}; }}\n",
                "tgt_code": f"int fast{at}() {{ return {at}; }}\n",
                "language": "python" if at % 4 == 0 else "cpp17",
            }
        )


def _refuse(at: int, pair: Pair) -> Iterator[Reject]:
    def refuse(reason: RejectReason, stage: str, **more: Any) -> Reject:  # noqa: ANN401
        return Reject(
            record_id=f"r{at:08x}{reason}",
            stage=stage,
            reason=reason,
            detail="",
            problem_id=pair.problem_id,
            language=pair.language,
            round=1,
            for_program_id=pair.src_id,
            code=f"int {reason}{at}();\n",
            **more,
        )

    for reason, stage, ratio in REASONS[: at % 4]:
        given = "1 2\n" if reason is RejectReason.DIFFERENT_OUTPUT else ""
        yield refuse(reason, stage, ratio=ratio, input=given, expected="3\n", actual="4\n")
    # They do not say what a program does: they are never data.
    yield refuse(RejectReason.UNCHANGED, "optimize")
    yield refuse(RejectReason.SIMULATOR_LIMIT, "confirm")


def _list_programs(pair: Pair) -> Iterator[ProgramRow]:
    for name, code, role in (
        (pair.src_id, pair.src_code, "author"),
        (pair.tgt_id, pair.tgt_code, "optimizer"),
    ):
        yield ProgramRow(
            program_id=name,
            problem_id=pair.problem_id,
            language=pair.language,
            code=code,
            origin=role,
            round=1,
            parent_ids=(),
            call_id=f"call of the {role}",
            verdict=Verdict.AC,
            class_id=pair.class_id,
            class_rank=1,
            equal_on=1,
            split_by="",
            split_stratum="",
            counted_seconds=1.0,
        )


def _make_problem(at: int) -> ProblemRow:
    return ProblemRow(
        problem_id=f"problem{at}",
        title=f"Problem {at}",
        statement="Add two numbers.",
        license="mit" if at % 2 else "cc-by-sa-4.0",
        license_name="MIT" if at % 2 else "CC BY-SA 4.0",
    )


def _make_call(role: str) -> CallRow:
    return CallRow(
        call_id=f"call of the {role}",
        role=role,
        endpoint="",
        model=f"{role} model",
        messages=(),
        n=1,
        seed=0,
        temperature=0.0,
        top_p=1.0,
        max_tokens=1,
        extra_body="",
        omit=(),
        strategy="",
        usd=0.0,
        request_model="",
        answers=1,
        answers_sha="",
        prompt_tokens=0,
        completion_tokens=0,
    )


def _write(path: Path, rows: list) -> None:
    path.write_text("".join(row.model_dump_json() + "\n" for row in rows))


def edit_rows(path: Path, edit: Callable[[dict[str, Any]], dict[str, Any] | None]) -> None:
    """Change each row of a file; None removes it."""
    rows = [edit(json.loads(line)) for line in path.read_text().splitlines()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows if row is not None))
