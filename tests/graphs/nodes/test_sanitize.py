"""What the loop does with programs that give the right output for the wrong reasons."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import pytest

from pieforge.config import Config, RunSection
from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.sanitizer_runs import find_first_sound, vet_program
from pieforge.graphs.nodes.collect import collect_batch
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import (
    CandidateReply,
    CheckOutputsResult,
    DeduplicateResult,
    JudgedCandidate,
    MeasureResult,
    OptimizeResult,
    ParseRepliesResult,
    SanitizeResult,
    VetResult,
)
from pieforge.graphs.run import open_executor
from pieforge.inputs import NamedInput
from pieforge.integrity.sanitizers import SanitizerReport
from pieforge.ledger import Ledger
from pieforge.measurement.cost import MeasuredCost
from pieforge.problems import load_problem
from pieforge.records import Origin, Program, RejectReason, TokenUsage

CONFIG = Config(run=RunSection(languages=("cpp17",)))
HEAD = '#include <cstdio>\nint n, s;\nint main() { scanf("%d", &n);\n'
SOUND = HEAD + 'for (int i = 1; i <= n; i++) s += i; printf("%d\\n", s); }\n'
SHRUNK = HEAD.replace("s;", "s; struct { int a[8], room[92]; } k;") + (
    'for (int i = 1; i <= n; i++) k.a[i] = i, s += k.a[i]; printf("%d\\n", s); }\n'
)
READS_TOO_FAR = SOUND.replace("for", "volatile int *k = new int[n]; s = k[n] & 0; for")
FAILS = SOUND.replace("s += i", "if (i == 40) return 1; else s += i")
BY_FORMULA = HEAD + 'printf("%d\\n", n * (n + 1) / 2); }\n'


@pytest.fixture
async def executor() -> AsyncIterator[CachedExecutor]:
    ledger = Ledger(Path(":memory:"))
    async with open_executor(CONFIG, ledger) as opened:
        yield opened
    ledger.close()


def numbers(*values: int) -> list[NamedInput]:
    return [NamedInput(f"hidden/{n}", f"{n}\n".encode()) for n in values]


@pytest.mark.parametrize(
    ("source", "reason", "detail"),
    [
        (SOUND, None, ""),
        (SHRUNK, RejectReason.UNDEFINED_BEHAVIOR, "index 8 out of bounds for type 'int [8]'"),
        (FAILS, RejectReason.SLOW_FAILS, "hidden/50 RE"),
    ],
)
async def test_a_slow_program_that_does_wrong_by_itself_leaves_the_pool(
    executor: CachedExecutor, source: str, reason: RejectReason | None, detail: str
) -> None:
    hidden = executor.store_suite(numbers(3, 7, 10, 12, 50))
    name = executor.register("sums", "cpp17", source)
    found = await vet_program(executor, name, hidden, OutputRules())
    assert found.reason is reason
    assert detail in found.detail
    assert await vet_program(executor, name, hidden, OutputRules()) == found


async def test_the_fastest_candidate_that_is_sound_passes(executor: CachedExecutor) -> None:
    hidden = executor.store_suite(numbers(3, 7, 10))
    names = [executor.register("sums", "cpp17", text) for text in (SHRUNK, BY_FORMULA, SOUND)]
    found = await find_first_sound(executor, hidden, OutputRules(), names)
    assert [(c.program_id, c.reason) for c in found.candidates] == [
        (names[0], RejectReason.UNDEFINED_BEHAVIOR),
        (names[1], None),
    ]
    assert found.candidates[0].detail.endswith("(main.cpp:4) on hidden/10")
    assert found.passed == names[1]
    assert found.report.builds_agree[0] == "sanitized"
    assert found.report.repeats == 3
    none = await find_first_sound(executor, hidden, OutputRules(), names[:1])
    assert (none.passed, len(none.candidates)) == ("", 1)


def written(folder: Path, slow: str, fast: str) -> Path:
    """Write a package whose input is one number, held back for verification every second time."""
    sums = {n: n * (n + 1) // 2 for n in (3, 7, 10, 5)}
    for place, text in {
        "problem.yaml": "problem_format_version: 2025-09\nname: Sums\n",
        "statement/problem.en.md": "A number.",
        "submissions/time_limit_exceeded/slow.cpp": slow,
        "submissions/accepted/fast.cpp": fast,
        **{f"data/secret/{at}.in": f"{n}\n" for at, n in enumerate(sums)},
        **{f"data/secret/{at}.ans": f"{total}\n" for at, total in enumerate(sums.values())},
    }.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text)
    return folder


async def test_nothing_is_derived_from_a_submission_that_does_wrong(
    executor: CachedExecutor, tmp_path: Path
) -> None:
    problem = load_problem(written(tmp_path / "sums", SOUND, READS_TOO_FAR))
    prepared = await prepare_problem(executor, problem, CONFIG)
    slow, fast = (p.program_id for p in sorted(prepared.submissions, key=lambda p: p.program_id))
    if executor.get_code(slow) != SOUND:
        slow, fast = fast, slow
    assert (prepared.slow, prepared.fast) == ({"cpp17": slow}, {})
    assert list(prepared.unsound) == [fast]
    assert (
        "fast cpp17 submission: undefined_behavior: heap-buffer-overflow" in prepared.unsound[fast]
    )


def program(name: str) -> Program:
    return Program(
        program_id=name,
        problem_id="sums",
        language="cpp17",
        code="",
        origin=Origin.AUTHOR,
        round=1,
        parent_ids=("p0",),
    )


def settle(ledger: Ledger, executor: CachedExecutor) -> tuple[dict[str, int], dict[str, str]]:
    """Settle the batch in a ledger; return the counts, and the reason by stage and program."""
    nothing = cast("Any", None)
    context = Context(
        folder=Path(),
        config=CONFIG,
        ledger=ledger,
        executor=executor,
        author=nothing,
        optimizer=nothing,
        problems={},
        prepared={},
        model_gate=nothing,
        export=nothing,
        formats=(),
    )
    end = collect_batch(context, "001/0000", 1, [])
    counts = end.model_dump(include={"vet", "optimize", "check_outputs", "measure"})
    counts["pairs"] = len(end.pairs)
    return counts, {f"{r.stage} {r.program_id or r.for_program_id}": r.reason for r in end.rejects}


async def test_what_sanitizers_refuse_is_a_reject_of_its_stage_and_counted_before(
    executor: CachedExecutor,
) -> None:
    ledger = executor.ledger
    texts = (SHRUNK, BY_FORMULA, SOUND)
    a, b, c = (executor.register("sums", "cpp17", text) for text in texts)
    ledger.put(
        ParseRepliesResult(programs=(program("m"), program("u")), rejects=(), attempts=2),
        "001/0000",
    )
    of = {"m": 1, "u": 1}
    members = DeduplicateResult(
        members=("m", "u"), classes={"m": "c1", "u": "c2"}, ranks=of, rejects=(), compiled=2, ran=2
    )
    ledger.put(members, "001/0000")
    ledger.put(VetResult(reason=RejectReason.UNDEFINED_BEHAVIOR, detail="shift"), "u")
    ledger.put(VetResult(), "m")
    replies = tuple(CandidateReply(program_id=name) for name in (a, b, c))
    asked = OptimizeResult(
        replies=replies,
        example_ids=(),
        example_fast_ids=(),
        prompt_sha="",
        model="",
        usage=TokenUsage(),
    )
    ledger.put(asked, "m")
    right = tuple(JudgedCandidate(program_id=name, equal_on=4) for name in (a, b, c))
    ledger.put(CheckOutputsResult(candidates=right), "m")
    speedups = {a: 9.0, b: 8.0, c: 7.0}
    ledger.put(
        MeasureResult(slow=MeasuredCost(), fast={}, candidates=right, speedups=speedups), "m"
    )
    refused = JudgedCandidate(
        program_id=a, reason=RejectReason.NOT_REPEATABLE, detail="another hash seed"
    )
    last = SanitizeResult(
        candidates=(refused, right[1]),
        passed=b,
        report=SanitizerReport(builds_agree=("sanitized",), repeats=5),
    )
    ledger.put(last, "m")
    counts, rejects = settle(ledger, executor)
    assert counts == {"vet": 1, "optimize": 1, "check_outputs": 1, "measure": 1, "pairs": 1}
    assert rejects == {
        "vet u": RejectReason.UNDEFINED_BEHAVIOR,
        f"sanitize {a}": RejectReason.NOT_REPEATABLE,
        f"measure {c}": RejectReason.NOT_THE_FASTEST,
    }
    ledger.put(SanitizeResult(candidates=(refused,)), "m")
    counts, _ = settle(ledger, executor)
    assert (counts["measure"], counts["pairs"]) == (1, 0)
