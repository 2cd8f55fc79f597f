"""Jobs and results are plain data that can be pickled; an executor limits concurrent jobs."""

import asyncio
import pickle
import re
from dataclasses import dataclass, is_dataclass, replace
from pathlib import Path

import pytest
from loop import create_context, create_slow, play_candidate, write_package
from scripted_server import Serve

from pieforge.config import Config, RunSection, SimulatorSection
from pieforge.equivalence.output_validator import OutputRules
from pieforge.errors import SimulatorError
from pieforge.executors import jobs
from pieforge.executors.cached import CachedExecutor
from pieforge.executors.input_check import InputCheck
from pieforge.executors.job import Executor, Job, Machine, Result, SimulatorIdentity
from pieforge.executors.jobs import (
    CountJob,
    FuzzJob,
    ProfileJob,
    RunJob,
    ScriptJob,
    StartupJob,
    StressJob,
    compute_job_key,
)
from pieforge.executors.local import LocalExecutor
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import CandidateResult
from pieforge.inputs import NamedInput
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.measurement.simulators.cachegrind import Cachegrind
from pieforge.problems import load_problem
from pieforge.records import ProgramText, Verdict
from pieforge.sandbox.sandbox import Limits, Sandbox

SLOW = """\
#include <cstdio>
int n, x[3000];
int main() {
    scanf("%d", &n);
    for (int i = 0; i < n; i++) scanf("%d", &x[i]);
    long s = 0;
    for (int i = 0; i < n; i++) for (int k = 0; k < n; k++) s += x[i] * x[k];
    printf("%ld\\n", s);
}
"""
FAST = SLOW.replace("for (int k = 0; k < n; k++) s += x[i] * x[k]", "s += x[i]").replace(
    "s);", "s * s);"
)
VALIDATOR = """\
import sys
n, *values = map(int, sys.stdin.read().split())
sys.exit(42 if 1 <= n == len(values) <= 3000 else 43)
"""
GENERATOR = "import sys\nn = int(sys.argv[1])\nprint(n)\nprint(*range(1, n + 1))\n"
GENERATED = (
    "solution: /submissions/accepted/fast.cpp\ndata:\n  secret:\n    data:\n"
    "      - some: gen.py 700 {seed}\n"
)


@pytest.fixture
def config() -> Config:
    section = SimulatorSection(budget_mcycles=60)
    return Config(run=RunSection(languages=("cpp17",)), simulator=section)


@dataclass(frozen=True)
class PicklingExecutor:
    """Pickles jobs and results, as for another machine, and records their kinds."""

    inner: Executor
    kinds: set[str]

    async def execute(self, job: Job[Result]) -> Result:
        self.kinds.add(type(job).__name__)
        result = await self.inner.execute(pickle.loads(pickle.dumps(job)))
        return pickle.loads(pickle.dumps(result))  # type: ignore[no-any-return]


async def test_a_candidate_is_kept_where_every_job_runs_in_another_process(
    executor: CachedExecutor, config: Config, tmp_path: Path, serve: Serve
) -> None:
    away = PicklingExecutor(executor.inner, set())
    executor = replace(executor, inner=away)
    answers = {
        f"{n}\n{' '.join(['3'] * n)}\n": f"{9 * n * n}\n" for n in (900, 3, 40, 300, 600, 1200)
    }
    more = {
        "input_validators/validate.py": VALIDATOR,
        "generators/gen.py": GENERATOR,
        "generators/generators.yaml": GENERATED,
        "data/secret/test_group.yaml": "output_validator_args: [float_tolerance, 1e-9]\n",
        "data/test_group.yaml": "output_validator_args: [float_tolerance, 1e-9]\n",
    }
    problem = load_problem(write_package(tmp_path / "p", ".cpp", SLOW, FAST, answers, **more))
    prepared = await prepare_problem(executor, problem, config)
    context = create_context(executor, config, {"p": problem}, {"p": prepared})
    slow = create_slow("p", "cpp17", SLOW.replace("long s = 0", "long s = 1"))
    fast = FAST.replace("s * s);", "s * s + 1);")
    result = await play_candidate(context, serve, slow, [fast])
    assert isinstance(result, CandidateResult)
    assert result.fit_scaling is not None, result
    both = ProgramText.create("p", "cpp17", SLOW), ProgramText.create("p", "cpp17", FAST)
    check = InputCheck({}, both, OutputRules(), executor.limits)
    known = tuple(data.encode() for data in answers)
    found = await executor.execute(FuzzJob(both, known[1:2], infer_grammar(known), check, 40))
    assert found.guides == "both programs"
    given = (NamedInput("secret/1", known[1]),)
    stressed = await executor.execute(
        StressJob(both[0], given, infer_grammar(known), check, cpu_s=0.1)
    )
    assert stressed is not None
    [work] = await executor.execute(CountJob(both[0], known[1:2], 10**6))
    assert [it.steps for it in stressed.given] == [work.steps]
    script = ScriptJob({"a.py": b"print(7)"}, ("a.py",), Limits())
    assert (await executor.execute(script)).stdout == b"7\n"
    await executor.measure_own_startup(slow, executor.counter)
    profile = await executor.execute_once(ProfileJob(slow, known[1], Limits()))
    assert max(profile.costs.values()) > 0
    every = {
        name
        for name, kind in vars(jobs).items()
        if is_dataclass(kind) and name.endswith("Job") and kind.__module__ == jobs.__name__
    }
    assert every - away.kinds == {"RaceJob", "VersionsJob"}  # these: tests of gem5 and of runs


async def test_no_more_jobs_run_than_there_is_room_for(sandbox: Sandbox) -> None:
    running, most = 0, 0

    @dataclass(frozen=True)
    class Waiting:
        async def run(self, machine: Machine) -> None:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            running -= 1

    executor = LocalExecutor(Machine(sandbox, {}, {}), jobs=2)
    await asyncio.gather(*(executor.execute(Waiting()) for _ in range(7)))
    assert most == 2


async def test_no_more_simulations_run_than_fit_into_memory(sandbox: Sandbox) -> None:
    running, most, others = 0, 0, 0

    class Large(Cachegrind):
        name = "large"
        memory_bytes = 3 << 30

    @dataclass(frozen=True)
    class Simulating:
        simulator: SimulatorIdentity

        async def run(self, machine: Machine) -> None:
            nonlocal running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            running -= 1

    @dataclass(frozen=True)
    class Other:
        async def run(self, machine: Machine) -> None:
            nonlocal others
            others = max(others, running)

    machine = Machine(sandbox, {"large": Large()}, {})
    executor = LocalExecutor(machine, jobs=4, memory_bytes=8 << 30)
    identity = SimulatorIdentity("large", "sha")
    work = [executor.execute(Simulating(identity)) for _ in range(6)]
    await asyncio.gather(*work, *(executor.execute(Other()) for _ in range(3)))
    assert most == 2
    assert others == 2  # jobs that need no memory do not wait for it
    alone = LocalExecutor(machine, jobs=4, memory_bytes=1 << 30)
    most = 0
    await asyncio.gather(*(alone.execute(Simulating(identity)) for _ in range(3)))
    assert most == 1


async def test_a_job_that_fails_makes_room_for_the_next(executor: CachedExecutor) -> None:
    alone = replace(executor, inner=LocalExecutor(executor.inner._machine, 1))  # type: ignore[attr-defined]
    wrong = SimulatorIdentity(executor.counter.name, "another build")
    for _ in range(2):
        with pytest.raises(SimulatorError, match="another one on the machine"):
            await alone.execute_once(StartupJob("cpp17", wrong))
    program = ProgramText.create("p", "cpp17", "int main() {}\n")
    assert await alone.run_all(program, [b""])


async def test_a_run_that_ends_well_is_known_afterwards(executor: CachedExecutor) -> None:
    code = "n = int(input())\nprint(n // (n - 3))\n"
    program = ProgramText.create("p", "python", code)
    data = [b"4\n", b"3\n", b"6\n"]
    runs = await executor.run_all(program, data)
    assert [run.verdict for run in runs] == [Verdict.AC, Verdict.RE, Verdict.AC]
    inputs = [NamedInput(str(at), one) for at, one in enumerate(data)]
    assert len(executor.get_known_outcomes(program, inputs)) == 1, "a failure is not kept"
    known = executor.get_known_outcomes(program, inputs[::2])
    assert [executor.ledger.get_blob(it.blob) for it in known] == [b"4\n", b"2\n"]


def test_a_jobs_key_changes_with_everything_that_decides_its_result() -> None:
    program = ProgramText.create("p", "cpp17", "int main() {}\n")
    job = RunJob(program, (b"1", b"2"), Limits())
    others = [
        replace(job, inputs=(b"12",)),
        replace(job, inputs=(b"2", b"1")),
        replace(job, limits=Limits(cpu_s=3)),
        replace(job, until_failure=True),
        replace(job, program=ProgramText.create("q", "cpp17", "int main() {}\n")),
    ]
    assert len({compute_job_key(it) for it in [job, *others]}) == 6
    assert compute_job_key(replace(job)) == compute_job_key(job)


def test_nothing_but_the_executor_and_the_model_client_limits_what_runs_at_once() -> None:
    root = Path(__file__).parent.parent.parent
    sources = root / "src" / "pieforge"
    takers = {
        str(path.relative_to(sources))
        for part in sources.iterdir()  # some are links, which rglob does not follow
        for path in (part.rglob("*.py") if part.is_dir() else [part])
        if re.search(r"\bSemaphore\(|\bCondition\(|\bgate\b", path.read_text())
    }
    assert takers == {"executors/local.py", "agents/models/endpoint.py"}
