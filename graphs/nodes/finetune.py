"""The node `finetune`: a model trained on the pairs kept so far."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.results import FinetuneResult, require
from pieforge.graphs.state import RoundState, format_round_key


async def finetune(state: RoundState, runtime: Runtime[Context]) -> RoundState:
    """Train a model, or find the one that this round has trained."""
    context, key = runtime.context, format_round_key(state["round"])

    async def train() -> FinetuneResult:
        if context.earlier is not None:
            return context.earlier.ledger.get(FinetuneResult, key) or FinetuneResult(why="unknown")
        return await require(context.tuner).finetune(context, key, runtime.stream_writer)

    found = await context.ledger.compute_once(FinetuneResult, key, "", train)
    runtime.stream_writer({"stage": "finetune", "name": found.name, "why": found.why})
    return {"model": found.name}
