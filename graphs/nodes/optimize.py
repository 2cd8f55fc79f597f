"""The node `optimize`: fast versions of a slow program, asked of the optimizer."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.agents.optimizer import Example, OptimizerTask
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import find_examples
from pieforge.graphs.pending import leave_pending
from pieforge.graphs.results import OptimizeResult
from pieforge.graphs.state import CandidateState
from pieforge.records import digest


@leave_pending("member")
async def optimize(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["check_outputs", "__end__"]]:
    """Ask the optimizer for fast versions, with the nearest known pairs in the prompt."""
    context, member = runtime.context, state["member"]
    source = context.executor.get_source(member)
    examples = find_examples(context, state["round"], member)
    code = context.executor.get_code
    task = OptimizerTask(
        program=code(member),
        language=context.get_language_names(source.language),
        examples=tuple(Example(slow=code(e.slow), fast=code(e.fast)) for e in examples),
    )
    seed = int(digest(str(context.config.run.seed), member)[:8], 16) % (1 << 31)
    request = context.optimizer.build_request(task, seed=seed)
    completion = await context.ask(context.optimizer.model, request)
    replies = tuple(
        context.register_reply(source.problem_id, source.language, reply)
        for reply in context.optimizer.parse_replies(task, completion)
    )
    result = OptimizeResult(
        replies=replies,
        example_ids=tuple(example.record_id for example in examples if example.record_id),
        example_fast_ids=tuple(example.fast for example in examples),
        prompt_sha=request.compute_key(),
        model=completion.model,
        usage=completion.usage,
    )
    context.ledger.put(result, member)
    found = list(dict.fromkeys(r.program_id for r in replies if r.program_id))
    runtime.stream_writer({"stage": "optimize", "candidates": len(found)})
    following: Literal["check_outputs", "__end__"] = "check_outputs" if found else "__end__"
    return Command(update={"candidates": found}, goto=following)
