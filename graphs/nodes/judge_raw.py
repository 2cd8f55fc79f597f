"""The node `judge_raw`: what PIE would say of a candidate, by tests and counted time alone."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.evidence.reproducibility import check_simulated_runs
from pieforge.graphs.results import CandidateResult, JudgeRawResult, require
from pieforge.measurement.cost import compute_speedup
from pieforge.records import RejectReason, Verdict


async def judge_raw(candidate: CandidateResult, runtime: Runtime[Context]) -> JudgeRawResult:
    """Compare the only candidate with the slow program on every test, and count both."""
    context, slow = runtime.context, candidate.slow
    [fast] = require(candidate.optimize).candidates
    executor, prepared = context.executor, context.prepared[slow.problem_id]
    suite = prepared.all_inputs
    found = await compare_outputs(executor, prepared.output_rules, slow, fast, suite)
    compiles = found.reason is not RejectReason.DOES_NOT_COMPILE
    equal_on = found.equal_on
    if compiles and found.reason not in (None, RejectReason.DIFFERENT_OUTPUT):
        # A comparison ends with the first run that fails; the share of failed tests is of all.
        right = (await executor.observe(slow, suite)).outputs
        runs = await executor.run_all(fast, executor.get_inputs(suite))
        equal_on = sum(
            run.verdict is Verdict.AC and run.output.digest == output
            for run, output in zip(runs, right, strict=True)
        )
    speedup = 0.0
    if found.reason is None:
        both, names = (slow, fast), prepared.timed[slow.language]
        for program in both:
            await executor.observe(program, prepared.selection)
        costs = [await executor.measure(it, prepared.selection, names) for it in both]
        took = list(zip(both, costs, strict=True))
        if check_simulated_runs(executor, [prepared.selection], took)[0] is None:
            net = executor.languages[slow.language].net_of_startup
            speedup = compute_speedup(*costs, net_of_startup=net)
    runtime.stream_writer({"stage": "judge_raw", "equal": int(found.reason is None)})
    return JudgeRawResult(
        compiles=compiles, tests=len(suite.cases), equal_on=equal_on, speedup=speedup
    )
