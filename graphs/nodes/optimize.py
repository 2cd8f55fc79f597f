"""The node `optimize`: fast versions of a slow program, asked of the optimizer or known."""

from collections.abc import Sequence

from langgraph.runtime import Runtime

from pieforge.agents.optimizer import Example, OptimizerTask
from pieforge.agents.strategies import discover_strategies, draw_strategy
from pieforge.graphs.asking import ask_role
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import find_examples, get_kept_pairs
from pieforge.graphs.language_names import name_language
from pieforge.graphs.results import CandidateResult, KnownPair, OptimizeResult, ProgramReply
from pieforge.graphs.slower_versions import find_fast_program
from pieforge.records import Origin, Program, digest


async def optimize(candidate: CandidateResult, runtime: Runtime[Context]) -> OptimizeResult:
    """Ask the optimizer for fast versions, with the nearest known pairs in the prompt.

    The fast version of a program that was made slower is known.
    """
    context, slow = runtime.context, candidate.slow
    if context.recorded is not None:
        before = context.recorded.get(CandidateResult, slow.program_id)
        result = before.optimize if before is not None else None
        # Without a reply: the run refused the program before its optimizer was asked.
        result = result or OptimizeResult(
            replies=(), example_ids=(), example_fast_ids=(), call_id="", model=""
        )
        context.copy_recorded_call(result.call_id)
    elif slow.origin is Origin.DEOPTIMIZER:
        result = OptimizeResult(
            replies=(),
            example_ids=(),
            example_fast_ids=(),
            call_id="",
            model="",
            known=find_fast_program(
                context, get_kept_pairs(context, slow.round), slow.parent_ids[0]
            ),
        )
    else:
        result = await _ask_optimizer(context, slow)
    context.budget.leave(slow.program_id)
    runtime.stream_writer({"stage": "optimize", "candidates": len(result.candidates)})
    return result


async def _ask_optimizer(context: Context, slow: Program) -> OptimizeResult:
    seed = int(digest(str(context.config.run.seed), slow.program_id)[:8], 16) % (1 << 31)
    task, examples = create_optimizer_task(context, slow, seed)
    task, request, completion = await ask_role(
        context, context.optimizer, task, slow.program_id, seed=seed
    )
    examples = examples[: len(task.examples)]
    return OptimizeResult(
        replies=tuple(
            ProgramReply.create(slow.problem_id, slow.language, reply)
            for reply in context.optimizer.parse_replies(task, completion)
        ),
        example_ids=tuple(example.record_id for example in examples),
        example_fast_ids=tuple(example.fast.program_id for example in examples),
        call_id=request.compute_key(),
        model=completion.model,
    )


def create_optimizer_task(
    context: Context, slow: Program, seed: int
) -> tuple[OptimizerTask, Sequence[KnownPair]]:
    """Return the optimizer's task for a slow program, and the pairs that it shows."""
    strategy = draw_strategy("optimizer", context.config.optimizer.strategies, seed)
    choice = discover_strategies("optimizer")[strategy].examples
    examples = find_examples(context, slow.round, slow, choice)
    task = OptimizerTask(
        program=slow.code,
        language=name_language(context.executor.languages[slow.language]),
        examples=tuple(Example(slow=e.slow.code, fast=e.fast.code) for e in examples),
        strategy=strategy,
    )
    return task, examples
