"""The node `fit_scaling`: the kind of a kept pair's edit, and how its speedup changes with size."""

from langgraph.runtime import Runtime

from pieforge.errors import SandboxError
from pieforge.executors.records import Suite
from pieforge.graphs.context import Context
from pieforge.graphs.results import CandidateResult, FitScalingResult, require
from pieforge.lessons.edit_kind import classify_edit
from pieforge.measurement.scaling import compute_speedups, sort_by_cycles
from pieforge.records import ProgramText, Verdict


async def fit_scaling(candidate: CandidateResult, runtime: Runtime[Context]) -> FitScalingResult:
    """Measure the candidate that passed everything on smaller tests, and name the edit."""
    context, slow, fast = runtime.context, candidate.slow, candidate.fast
    executor, prepared = context.executor, context.prepared[slow.problem_id]
    counted = require(candidate.measure)
    measured = [(counted.slow, counted.fast[fast.program_id])]
    if smaller := prepared.smaller[slow.language]:
        slow_too, fast_too = [
            await executor.measure(program, prepared.selection, smaller) for program in (slow, fast)
        ]
        measured.append((slow_too, fast_too))
    sizes = executor.get_sizes(prepared.selection)
    tests = require(context.ledger.get(Suite, candidate.compared.tests_sha))
    result = FitScalingResult(
        edit_kind=classify_edit(slow.code, fast.code, slow.language),
        ratios=sort_by_cycles(
            [item for both in measured for item in compute_speedups(*both, sizes)]
        ),
        outputs=await _store_outputs(context, slow, tests),
    )
    runtime.stream_writer({"stage": "fit_scaling", "sizes": len(result.ratios)})
    return result


async def _store_outputs(context: Context, slow: ProgramText, tests: Suite) -> tuple[str, ...]:
    """Keep a slow program's outputs: until now only their hashes were needed.

    Raises:
        SandboxError: A run failed that has ended well before.
    """
    executor = context.executor
    # Twice the time: a run that took almost all of it before must not fail now.
    runs = await executor.run_all(slow, executor.get_inputs(tests), whole=True, time_share=2.0)
    for case, run in zip(tests.cases, runs, strict=True):
        if run.verdict is not Verdict.AC:
            raise SandboxError(f"{slow.program_id} ended with {run.verdict} on {case.name}")
    return tuple(context.ledger.put_blob(run.stdout) for run in runs)
