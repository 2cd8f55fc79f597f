"""The node `optimize`: fast versions of a slow program, asked of the optimizer."""

from typing import Literal

from langgraph.runtime import Runtime
from langgraph.types import Command

from pieforge.agents.optimizer import Example, OptimizerTask
from pieforge.graphs.context import Context
from pieforge.graphs.feedback import examples_for
from pieforge.graphs.pending import leaves_open
from pieforge.graphs.results import Optimised
from pieforge.graphs.state import CandidateState
from pieforge.records import digest


@leaves_open("member")
async def optimise(
    state: CandidateState, runtime: Runtime[Context]
) -> Command[Literal["check", "__end__"]]:
    """Ask the optimizer for fast versions, with the nearest known pairs in the prompt."""
    context, member = runtime.context, state["member"]
    source = context.workshop.source(member)
    examples = examples_for(context, state["round"], member)
    code = context.workshop.code
    task = OptimizerTask(
        program=code(member),
        language=context.names(source.language),
        examples=tuple(Example(slow=code(e.slow), fast=code(e.fast)) for e in examples),
    )
    seed = int(digest(str(context.config.run.seed), member)[:8], 16) % (1 << 31)
    request = context.optimizer.request(task, seed=seed)
    completion = await context.ask(context.optimizer.model, request)
    replies = tuple(
        context.read(source.problem_id, source.language, reply)
        for reply in context.optimizer.replies(task, completion)
    )
    result = Optimised(
        replies=replies,
        shown=tuple(example.record_id for example in examples if example.record_id),
        shown_fast=tuple(example.fast for example in examples),
        prompt_sha=request.key(),
        model=completion.model,
        usage=completion.usage,
    )
    context.ledger.put(result, member)
    found = list(dict.fromkeys(r.program_id for r in replies if r.program_id))
    runtime.stream_writer({"stage": "optimise", "candidates": len(found)})
    following: Literal["check", "__end__"] = "check" if found else "__end__"
    return Command(update={"candidates": found}, goto=following)
