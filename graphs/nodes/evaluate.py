"""The node `evaluate`: a fine-tuned model and the present optimizer, on validation problems."""

from langgraph.runtime import Runtime

from pieforge.evaluation.metrics import compare_programs
from pieforge.graphs.context import Context
from pieforge.graphs.promotion import find_promoted
from pieforge.graphs.results import EvaluateResult, FinetuneResult, require
from pieforge.graphs.state import RoundState, format_round_key

LEVEL = 0.9
"""Confidence level of the interval by which a model is promoted."""


async def evaluate(state: RoundState, runtime: Runtime[Context]) -> RoundState:
    """Ask both about the same slow programs, and pair the answers by program."""
    context, number = runtime.context, state["round"]
    key = format_round_key(number)

    async def compare() -> EvaluateResult:
        if context.earlier is not None:
            return require(context.earlier.ledger.get(EvaluateResult, key))
        present = find_promoted(context.ledger, number)
        new = require(context.ledger.get(FinetuneResult, key))
        tuner, report = require(context.tuner), runtime.stream_writer
        first = await tuner.evaluate(context, present, report)
        second = await tuner.evaluate(context, new, report)
        found = compare_programs(first, second, level=LEVEL)
        optimized = next(it for it in found.differences if (it.metric, it.k) == ("optimized", 1))
        return EvaluateResult(
            present=present.name if present is not None else "",
            programs=found.programs,
            present_optimized=optimized.first,
            optimized=optimized.second,
            low=optimized.difference.low,
        )

    await context.ledger.compute_once(EvaluateResult, key, "", compare)
    return {}
