"""Programs are assigned to classes: a small package, real programs, the real sandbox."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
from loop import create_slow, write_package
from scripted_server import Answers, Serve

from pieforge.agents.models.settings import ModelSettings
from pieforge.config import (
    ClassesSection,
    Config,
    CorpusSection,
    LimitsSection,
    RunSection,
    SimulatorSection,
)
from pieforge.equivalence.observation import RunOutcome
from pieforge.errors import CorpusError
from pieforge.export.run_files import export_run
from pieforge.graphs import run_folder as run_folder
from pieforge.graphs.classes.input_format import choose_first_inputs, store_program
from pieforge.graphs.classes.snapshot import collect_memberships, get_final_classes
from pieforge.graphs.context import Context
from pieforge.graphs.corpus import publish_run
from pieforge.graphs.nodes.deduplicate import classify_batch
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import DeduplicateResult, ParseRepliesResult
from pieforge.graphs.run import open_context, open_executor
from pieforge.inputs import NamedInput
from pieforge.ledger import Ledger
from pieforge.problems import load_problem
from pieforge.records import ProgramText, RejectReason

Begin = Callable[..., AbstractAsyncContextManager[Context]]

MAIN = """\
#include <cstdio>
{before}
long a[50];
int main() {{
    long n, s = 0;
    if (scanf("%ld", &n) != 1) return 1;
    for (long i = 0; i < n; i++) if (scanf("%ld", &a[i]) != 1) return 1;
    {body}
    printf("%ld\\n", s);
    return 0;
}}
"""
VALIDATOR = """\
import sys
first, *rest = sys.stdin.read().split("\\n")
n = int(first)
a = [int(word) for word in rest[0].split(" ")]
assert rest[1:] == [""] and 1 <= n <= 50 and len(a) == n
sys.exit(42 if all(1 <= value <= 1000 for value in a) else 43)
"""


def cpp(body: str, before: str = "") -> str:
    return MAIN.format(body=body, before=before)


FAST = cpp("for (long i = 0; i < n; i++) s += a[i];")
SLOW = cpp("for (long i = 0; i < n; i++) for (long j = 0; j < a[i]; j++) s += 1;")
WRONG = cpp("for (long i = 1; i < n; i++) s += a[i];")
SAME_OUTPUT = cpp("while (n > 0) s += a[--n];")
RARE = cpp("for (long i = 0; i < n; i++) s += a[i] == 777 ? 776 : a[i];")
RARE_TOO = cpp("while (n-- > 0) { if (a[n] == 777) s -= 1; s += a[n]; }")
SQUARE = cpp("for (long i = 0; i < n; i++) s += a[i] * a[i];")
SQUARE_AGAIN = cpp("for (long i = 0; i < n; i++)   s += a[i] * a[i]; /* the same */")
SQUARE_BY_SUMS = cpp(
    "for (long *p = a; p != a + n; ++p) { long k = *p; while (k > 0) { s += 2 * k - 1; --k; } }"
)
SQUARE_BY_ROWS = cpp(
    "long at = n; while (at) { at -= 1; s += rows(a[at], a[at]); }",
    "static long rows(long b, long c) { return b ? c + rows(b - 1, c) : 0; }",
)
IGNORES_INPUT = cpp("s = 7;")
# Only a sum of 4321 distinguishes this one; no input made from constants has it.
EXACTLY = cpp("for (long i = 0; i < n; i++) s += a[i]; if (s * s % 10007 == 7986) s -= 1;")
CRASHES = cpp("for (long i = 0; i < n; i++) if (a[i] == 500) __builtin_trap(); s = n + 5;")
BROKEN = cpp("nothing at all")

TESTS = ([5], [1, 2], [3, 3, 3], [10, 20, 30, 40], [999, 1, 500], [7] * 10, [*range(1, 50)])
LARGE = ([1000] * 50, [1] * 50, [*range(951, 1001)], [2, 1000] * 20)


def listed(numbers: Sequence[int]) -> str:
    return f"{len(numbers)}\n{' '.join(map(str, numbers))}\n"


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a package whose input is a list of numbers."""
    folder = tmp_path_factory.mktemp("problems")
    answers = {listed(test): f"{sum(test)}\n" for test in (*TESTS, *LARGE)}
    more = {
        "input_validators/validate.py": VALIDATOR,
        "submissions/wrong_answer/wrong.cpp": WRONG,
    }
    write_package(folder / "sums", ".cpp", SLOW, FAST, answers, **more)
    return folder


@pytest.fixture(scope="module")
def prepared(problems: Path) -> Path:
    """Return a ledger with the prepared package."""

    async def prepare_once(path: Path) -> None:
        ledger = Ledger(path)
        async with open_executor(configured(problems), ledger) as executor:
            await prepare_problem(executor, load_problem(problems / "sums"), configured(problems))
        ledger.close()

    asyncio.run(prepare_once(problems / "ledger.sqlite"))
    return problems / "ledger.sqlite"


def configured(
    problems: Path,
    classes: ClassesSection | None = None,
    tester: str = "",
    corpus: Path | None = None,
) -> Config:
    asked = {"tester": ModelSettings(base_url=tester, model="m", n=1, retries=0)} if tester else {}
    return Config(
        **asked,
        run=RunSection(languages=("cpp17",), problem_folder=problems, problems=("sums",)),
        limits=LimitsSection(cpu_s=0.5),
        simulator=SimulatorSection(tests=1, budget_mcycles=1),
        classes=classes or ClassesSection(),
        corpus=CorpusSection(path=corpus),
    )


@pytest.fixture
def begun(prepared: Path, tmp_path: Path) -> Begin:
    """Return a function that opens a run without programs, by its name."""

    @asynccontextmanager
    async def open_one(
        name: str, corpus: Path | None = None, members: int = 3, tester: str = ""
    ) -> AsyncIterator[Context]:
        classes = ClassesSection(members=members)
        config = configured(prepared.parent, classes, tester, corpus)
        folder = tmp_path / name
        run_folder.create_run_folder(folder, config)
        (folder / "state").mkdir()
        shutil.copy(prepared, folder / "state" / "ledger.sqlite")
        async with open_context(
            folder, config, lambda _: None, export_run, sees_corpus=True
        ) as context:
            yield context

    return open_one


async def group(
    context: Context, codes: Sequence[str], batch: int = 0, problem_id: str = "sums"
) -> DeduplicateResult:
    """Process a batch of programs up to their classes."""
    programs = [create_slow(problem_id, "cpp17", code) for code in codes]
    key = f"001/{batch:04}"
    context.ledger.put(
        ParseRepliesResult(programs=tuple(programs), rejects=(), attempts=len(codes)), key
    )
    for program in programs:
        store_program(context.ledger, program)
        await context.executor.run_inputs(program, context.get_format(problem_id).first)
    result, still_open = await classify_batch(context, key)
    assert still_open == []
    context.ledger.put(result, key)
    return result


async def publish(context: Context) -> None:
    await publish_run(context, get_final_classes(context), iter(()))


def reasons(context: Context, result: DeduplicateResult) -> dict[str, RejectReason]:
    return {reject.code: reject.reason for reject in result.rejects}


async def test_the_behavior_of_a_program_decides_whether_it_passes(begun: Begin) -> None:
    async with begun("a") as context:
        codes = [
            SAME_OUTPUT,
            RARE,
            SQUARE,
            SQUARE_AGAIN,
            SQUARE_BY_SUMS,
            IGNORES_INPUT,
            CRASHES,
            BROKEN,
        ]
        result = await group(context, codes)
        assert reasons(context, result) == {
            SAME_OUTPUT: RejectReason.BEHAVES_LIKE_SUBMISSION,
            SQUARE_AGAIN: RejectReason.NEAR_COPY,
            IGNORES_INPUT: RejectReason.IGNORES_INPUT,
            CRASHES: RejectReason.CRASHED,
            BROKEN: RejectReason.DOES_NOT_COMPILE,
        }
        rare, square, sums = (
            ProgramText.create("sums", "cpp17", code).program_id
            for code in (RARE, SQUARE, SQUARE_BY_SUMS)
        )
        assert result.members == (rare, square, sums)
        assert (result.compiled, result.ran) == (7, 6)
        found = collect_memberships(context)
        assert found[rare].split_stratum == "constants"
        assert found[rare].class_id != found[square].class_id == found[sums].class_id
        assert [found[name].class_rank for name in (rare, square, sums)] == [1, 1, 3]
        assert found[sums].equal_on > len(context.get_format("sums").first)


async def test_a_class_that_is_full_takes_no_more(begun: Begin) -> None:
    async with begun("a", members=2) as context:
        result = await group(context, [SQUARE, SQUARE_BY_SUMS, SQUARE_BY_ROWS])
        assert reasons(context, result) == {SQUARE_BY_ROWS: RejectReason.CLASS_FULL}


async def test_grouping_a_batch_again_gives_the_same_result_without_runs(
    begun: Begin,
) -> None:
    async with begun("a") as context:
        first = [
            await group(context, [SAME_OUTPUT, RARE]),
            await group(context, [SQUARE, SQUARE_AGAIN], 1),
        ]
        memberships, run_count = (
            collect_memberships(context),
            len(list(context.ledger.iter_results(RunOutcome))),
        )
        again = [
            (await classify_batch(context, key))[0] for key in ("001/0001", "001/0000", "001/0001")
        ]
        assert again == [first[1], first[0], first[1]]
        assert collect_memberships(context) == memberships
        assert len(list(context.ledger.iter_results(RunOutcome))) == run_count


async def test_batches_continue_from_one_another(begun: Begin) -> None:
    async with begun("a") as context:
        await group(context, [SQUARE])
        await group(context, [RARE], 1)
        last = await group(context, [SQUARE_AGAIN, SQUARE_BY_SUMS], 2)
        assert reasons(context, last) == {SQUARE_AGAIN: RejectReason.NEAR_COPY}
        memberships = collect_memberships(context)
        assert len(memberships) == 4
        assert [found.class_rank for found in memberships.values()].count(1) == 2
        context.loaded_classes.clear()
        assert collect_memberships(context) == memberships, "the ledger has what is in memory"


async def test_classes_stay_in_memory_from_one_batch_to_the_next(begun: Begin) -> None:
    async with begun("a") as context:
        await group(context, [SQUARE])
        (loaded,) = context.loaded_classes.values()
        await group(context, [RARE], 1)
        (later,) = context.loaded_classes.values()
        assert later.index is loaded.index
        await classify_batch(context, "001/0001")
        (again,) = context.loaded_classes.values()
        assert again.index is not loaded.index, "a batch that is repeated begins before itself"


async def test_a_later_run_uses_the_classes_of_an_earlier_one(begun: Begin, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus.sqlite"
    async with begun("a", corpus=corpus) as context:
        await group(context, [SQUARE, RARE])
        await publish(context)
    async with begun("b", corpus=corpus) as context:
        result = await group(context, [SQUARE, SQUARE_AGAIN, SQUARE_BY_SUMS])
        assert reasons(context, result) == {
            SQUARE: RejectReason.DUPLICATE,
            SQUARE_AGAIN: RejectReason.NEAR_COPY,
        }
        assert set(result.ranks.values()) == {2, 3}
    async with begun("c") as context:
        assert reasons(context, await group(context, [SQUARE])) == {}


@pytest.fixture
def apart(problems: Path, tmp_path: Path) -> Begin:
    """Return a function that opens a run of one of two problems that the split keeps apart."""
    root = tmp_path / "parts"
    shutil.copytree(problems / "sums", root / "sums")
    answers = {listed(test): f"{sum(x * x for x in test)}\n" for test in (*TESTS, *LARGE)}
    more = {"input_validators/validate.py": VALIDATOR}
    write_package(root / "squares", ".cpp", SQUARE_BY_SUMS, SQUARE, answers, **more)
    (root / "split.toml").write_text('train = ["sums"]\nheld_out = ["squares"]\n')

    @asynccontextmanager
    async def open_one(problem_id: str, corpus: Path | None = None) -> AsyncIterator[Context]:
        config = configured(root, corpus=corpus)
        section = config.run.model_copy(update={"problems": (problem_id,)})
        config = config.model_copy(update={"run": section})
        folder = tmp_path / f"run-{problem_id}"
        run_folder.create_run_folder(folder, config)
        async with open_context(
            folder, config, lambda _: None, export_run, sees_corpus=True
        ) as context:
            yield context

    return open_one


async def test_a_program_that_behaves_like_a_problem_in_another_part_is_refused(
    apart: Begin,
) -> None:
    async with apart("sums") as context:
        result = await group(context, [SQUARE_BY_ROWS, SAME_OUTPUT, RARE])
        assert reasons(context, result) == {
            SQUARE_BY_ROWS: RejectReason.OTHER_PART,
            SAME_OUTPUT: RejectReason.BEHAVES_LIKE_SUBMISSION,
        }
        details = {reject.code: reject.detail for reject in result.rejects}
        assert details[SQUARE_BY_ROWS] == "squares, which is in held_out"
        assert set(context.prepared) == {"sums"}


async def test_classes_of_the_corpus_of_another_part_are_not_taken_over(
    apart: Begin, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus.sqlite"
    async with apart("squares", corpus) as context:
        found = await group(context, [RARE], problem_id="squares")
        assert len(found.members) == 1
        await publish(context)
    async with apart("sums", corpus) as context:
        result = await group(context, [RARE_TOO, SQUARE_BY_ROWS])
        assert set(reasons(context, result).values()) == {RejectReason.OTHER_PART}
        assert result.members == ()


async def test_runs_side_by_side_both_add_to_the_classes_of_all(
    begun: Begin, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus.sqlite"
    async with begun("a", corpus=corpus) as one, begun("b", corpus=corpus) as other:
        await group(one, [SQUARE])
        await group(other, [RARE, SQUARE_BY_SUMS])
        await publish(one)
        await publish(other)
    async with begun("c", corpus=corpus) as context:
        result = await group(context, [SQUARE, RARE, SQUARE_BY_SUMS])
        assert set(reasons(context, result).values()) == {RejectReason.DUPLICATE}
        last = await group(context, [RARE_TOO, SQUARE_BY_ROWS], 1)
        assert sorted(last.ranks.values()) == [2, 3]


async def test_a_resumed_run_needs_the_corpus_that_it_began_with(
    begun: Begin, prepared: Path, tmp_path: Path
) -> None:
    for name, first in (("a", tmp_path / "one.sqlite"), ("b", None)):
        async with begun(name, corpus=first):
            pass
    config = configured(prepared.parent, corpus=tmp_path / "two.sqlite")

    def resume(name: str) -> AbstractAsyncContextManager[Context]:
        return open_context(tmp_path / name, config, lambda _: None, export_run, sees_corpus=True)

    with pytest.raises(CorpusError, match="begun with another corpus"):
        async with resume("a"):
            pass
    async with resume("b") as context:
        assert context.view is None, "it began without one"
        await publish(context)
        assert context.corpus is not None
        assert context.corpus.state == 0


async def test_a_tester_is_asked_once_before_a_new_program_joins_a_class(
    begun: Begin, serve: Serve, answers: type[Answers]
) -> None:
    same, other = "Try\n\n```text\n2\n1 2\n```\n", listed([1000, 1000, 1000, 1000, 321])
    server = serve(
        answers.choices(f"Its sum matters.\n\n```text\n{other}```\n"), answers.choices(same)
    )
    async with begun("a") as context:
        assert reasons(context, await group(context, [EXACTLY])) == {
            EXACTLY: RejectReason.BEHAVES_LIKE_SUBMISSION
        }
    async with begun("b", tester=server.base_url) as context:
        result = await group(context, [EXACTLY, SAME_OUTPUT])
        assert reasons(context, result) == {SAME_OUTPUT: RejectReason.BEHAVES_LIKE_SUBMISSION}
        [found] = collect_memberships(context).values()
        assert found.split_stratum == "model"
        assert len(server.asked) == 2
        prompt = str(server.asked[0]["messages"][-1]["content"])
        assert EXACTLY in prompt
        assert (await classify_batch(context, "001/0000"))[0] == result
        assert len(server.asked) == 2


async def test_a_tester_that_gives_nothing_valid_changes_nothing(
    begun: Begin, serve: Serve, answers: type[Answers]
) -> None:
    server = serve(answers.choices("Equal.\n\n```text\n1\n4321\n```\n"))
    async with begun("a", tester=server.base_url) as context:
        result = await group(context, [SAME_OUTPUT])
        assert reasons(context, result) == {SAME_OUTPUT: RejectReason.BEHAVES_LIKE_SUBMISSION}
        assert len(server.asked) == 1


def test_the_first_tests_distinguish_known_programs_and_have_various_sizes() -> None:
    tests = [NamedInput(f"secret/{n}", b"x" * n) for n in (9, 1, 5, 3, 7, 2)]
    outputs = [("a",) * 6, ("a", "a", "b", "a", "a", "a"), ("a", "a", "a", "c", "a", "a")]
    chosen = [item.name for item in choose_first_inputs(tests, outputs, 4)]
    assert chosen == ["secret/1", "secret/3", "secret/5", "secret/9"]
    assert choose_first_inputs(tests[:2], outputs, 4) == (tests[1], tests[0])
    assert choose_first_inputs([], [], 4) == ()
