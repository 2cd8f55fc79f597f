"""The node `fit_scaling`: the kind of a kept pair's edit, and how its speedup changes with size."""

from langgraph.runtime import Runtime

from pieforge.errors import SandboxError
from pieforge.executors.records import Suite
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.whole_outputs import store_outputs
from pieforge.graphs.results import CandidateResult, FitScalingResult, require
from pieforge.lessons.edit_identity import find_edit
from pieforge.lessons.patterns import find_edit_kind, identify_patterns
from pieforge.measurement.scaling import compute_speedups, sort_by_cycles


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
    tests = require(context.ledger.get(Suite, candidate.compared.tests_sha))
    if (stressed := require(candidate.stress).measured.get(fast.program_id)) is not None:
        measured.append((stressed.slow, stressed.fast))
    sizes = executor.get_sizes(tests)
    outputs = await store_outputs(executor, slow, tests)
    if "" in outputs.blobs:
        name = tests.cases[outputs.blobs.index("")].name
        raise SandboxError(f"{slow.program_id} failed on {name}, where it ended well before")
    patterns = identify_patterns(fast.code, slow.code, slow.language)
    result = FitScalingResult(
        edit_kind=find_edit_kind(patterns),
        edit_patterns=patterns,
        ratios=sort_by_cycles(
            [item for both in measured for item in compute_speedups(*both, sizes)]
        ),
        outputs=outputs.blobs,
        edit=find_edit(slow.code, fast.code, slow.language),
    )
    runtime.stream_writer({"stage": "fit_scaling", "sizes": len(result.ratios)})
    return result
