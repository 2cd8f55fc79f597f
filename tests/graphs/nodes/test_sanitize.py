"""The loop with programs that have correct output in spite of undefined behavior."""

from pathlib import Path

import pytest
from langgraph.runtime import Runtime
from loop import BATCH, create_context, create_slow, play_candidate, write_package
from scripted_server import Serve

from pieforge.config import Config, RunSection, SimulatorSection
from pieforge.equivalence.output_validator import OutputRules
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.evidence.sanitizer_runs import vet_program
from pieforge.graphs.nodes.collect import collect_batch
from pieforge.graphs.nodes.vet import vet
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import CandidateResult, CollectResult, DeduplicateResult, require
from pieforge.inputs import NamedInput
from pieforge.integrity.sanitizers import SanitizerReport
from pieforge.problems import load_problem
from pieforge.records import ProgramText, RejectReason

HEAD = '#include <cstdio>\nint n, s;\nint main() { scanf("%d", &n);\n'
SOUND = HEAD + 'for (int i = 1; i <= n; i++) s += i; printf("%d\\n", s); }\n'
SHRUNK = HEAD.replace("s;", "s; struct { int a[8], room[92]; } k;") + (
    'for (int i = 1; i <= n; i++) k.a[i] = i, s += k.a[i]; printf("%d\\n", s); }\n'
)
READS_TOO_FAR = SOUND.replace("for", "volatile int *k = new int[n]; s = k[n] & 0; for")
FAILS = SOUND.replace("s += i", "if (i == 40) return 1; else s += i")
BY_FORMULA = HEAD + 'printf("%d\\n", n * (n + 1) / 2); }\n'
SLOW = SOUND.replace("s;", "s, one[8] = {1, 1, 1, 1, 1, 1, 1, 1};").replace(
    "s += i", "for (int k = 0; k < i; k++) s += one[k * i % 8]"
)
WRITES_TOO_FAR = BY_FORMULA.replace("s;", "s; struct { int a[8], room[92]; } k;").replace(
    "printf", "k.a[n % 90 + 9] = 0; printf"
)
"""Faster than the sum, but it writes beyond an array."""
LATER = SLOW.replace("s += one[k * i % 8]", "s += (k < 9) * (one[k * i % 8] - 1)").replace(
    "for (int i", "s = n * (n + 1) / 2; for (int i"
)
FASTER, SLOWER = (LATER.replace("k < i; k++", f"k < {times}; k++") for times in (30, 90))
"""The formula with useless work, different amounts of it."""


@pytest.fixture
def config() -> Config:
    section = SimulatorSection(budget_mcycles=60)
    return Config(run=RunSection(languages=("cpp17",)), simulator=section)


SIZES = (2000, 40, 1500, 90, 300, 600, 1200, 1000)


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
async def test_a_slow_program_with_undefined_behavior_or_a_failure_is_dropped(
    executor: CachedExecutor, source: str, reason: RejectReason | None, detail: str
) -> None:
    hidden = executor.store_suite(numbers(3, 7, 10, 12, 50))
    program = ProgramText.create("sums", "cpp17", source)
    found = await vet_program(executor, program, hidden, OutputRules())
    assert found.reason is reason
    assert detail in found.detail
    assert await vet_program(executor, program, hidden, OutputRules()) == found


def written(folder: Path, slow: str, fast: str) -> Path:
    """Write a package whose input is one number; every second test is kept for verification."""
    answers = {f"{n}\n": f"{n * (n + 1) // 2}\n" for n in SIZES}
    return write_package(folder / "sums", ".cpp", slow, fast, answers)


async def test_no_program_is_derived_from_a_submission_with_undefined_behavior(
    executor: CachedExecutor, config: Config, tmp_path: Path
) -> None:
    problem = load_problem(written(tmp_path, SLOW, READS_TOO_FAR))
    prepared = await prepare_problem(executor, problem, config)
    slow, fast = (
        ProgramText.create("sums", "cpp17", it).program_id for it in (SLOW, READS_TOO_FAR)
    )
    assert (prepared.slow, prepared.fast) == ({"cpp17": slow}, {})
    assert list(prepared.unsound) == [fast]
    assert (
        "fast cpp17 submission: undefined_behavior: heap-buffer-overflow" in prepared.unsound[fast]
    )


async def test_a_degenerate_slow_program_is_refused_before_any_other_build_is_made(
    executor: CachedExecutor, config: Config, tmp_path: Path
) -> None:
    problem = load_problem(written(tmp_path, SLOW, SOUND))
    prepared = await prepare_problem(executor, problem, config)
    context = create_context(executor, config, {"sums": problem}, {"sums": prepared})
    degenerate = SHRUNK.replace("s += k.a[i]", "s = k.a[i] > 0")
    slow = create_slow("sums", "cpp17", degenerate).model_copy(
        update={"parent_ids": (prepared.slow["cpp17"],)}
    )
    runtime = Runtime(context=context, stream_writer=lambda _: None)
    found = await vet(CandidateResult(slow=slow, batch=BATCH), runtime)
    assert found.reason is RejectReason.DEGENERATE
    built = {subject for subject, _ in executor.ledger.iter_results(SanitizerReport)}
    assert slow.program_id not in built
    assert prepared.slow["cpp17"] in built


async def played(
    executor: CachedExecutor, config: Config, tmp_path: Path, serve: Serve, slow: str, *fast: str
) -> tuple[CandidateResult, CollectResult]:
    """Send a slow program through the candidate graph, and collect."""
    problem = load_problem(written(tmp_path, SLOW, SOUND))
    prepared = await prepare_problem(executor, problem, config)
    context = create_context(executor, config, {"sums": problem}, {"sums": prepared})
    program = create_slow("sums", "cpp17", slow)
    result = await play_candidate(context, serve, program, fast)
    assert isinstance(result, CandidateResult)
    name = program.program_id
    members = DeduplicateResult(
        members=(name,), classes={name: "c1"}, ranks={name: 1}, rejects=(), compiled=1, ran=1
    )
    executor.ledger.put(members, BATCH)
    return result, collect_batch(context, BATCH, [name], [])


async def test_the_fastest_candidate_that_is_sound_passes_and_the_others_say_why_not(
    executor: CachedExecutor, config: Config, tmp_path: Path, serve: Serve
) -> None:
    offered = (WRITES_TOO_FAR, SLOWER, FASTER)
    slow = SLOW.replace("k * i % 8", "(k * i + 1) % 8")
    result, end = await played(executor, config, tmp_path, serve, slow, *offered)
    sanitized = require(result.sanitize)
    assert [(it.program.code, it.reason) for it in sanitized.candidates] == [
        (WRITES_TOO_FAR, RejectReason.UNDEFINED_BEHAVIOR),
        (FASTER, None),
    ]
    assert " out of bounds for type 'int [8]'" in sanitized.candidates[0].detail
    assert sanitized.report.builds_agree[0] == "sanitized"
    assert sanitized.report.repeats >= 3
    assert [(pair.slow.code, pair.fast.code) for pair in end.pairs] == [(slow, FASTER)]
    assert {(it.stage, it.reason, it.code) for it in end.rejects} == {
        ("sanitize", RejectReason.UNDEFINED_BEHAVIOR, WRITES_TOO_FAR),
        ("measure", RejectReason.NOT_THE_FASTEST, SLOWER),
    }
    assert end.passed == dict.fromkeys(
        ("vet", "optimize", "check_outputs", "measure", "stress", "sanitize", "confirm"), 1
    )


async def test_a_slow_program_that_is_refused_by_itself_is_a_reject_of_its_stage(
    executor: CachedExecutor, config: Config, tmp_path: Path, serve: Serve
) -> None:
    shrunk = (
        SLOW.replace("s, one", "s, far_too, one")
        .replace("int main", "struct { int a[8], room[92]; } far;\nint main")
        .replace("s +=", "far.a[9] = s +=")
    )
    result, end = await played(executor, config, tmp_path, serve, shrunk, BY_FORMULA)
    assert result.optimize is None
    assert [(it.stage, it.reason) for it in end.rejects] == [
        ("vet", RejectReason.UNDEFINED_BEHAVIOR)
    ]
    assert (end.pairs, set(end.passed.values())) == ((), {0})
