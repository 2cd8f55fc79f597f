"""The node `promote`: whether the next round asks the new model."""

from langgraph.runtime import Runtime

from pieforge.graphs.context import Context
from pieforge.graphs.results import EvaluateResult, FinetuneResult, PromoteResult, require
from pieforge.graphs.state import RoundState, format_round_key


async def promote(state: RoundState, runtime: Runtime[Context]) -> RoundState:
    """Promote the model unless it is worse than the present optimizer, or nothing shows it."""
    context, key = runtime.context, format_round_key(state["round"])
    name = require(context.ledger.get(FinetuneResult, key)).name
    result = decide_promotion(
        name, require(context.ledger.get(EvaluateResult, key)), context.config.finetune.margin
    )
    context.ledger.put(result, key)
    runtime.stream_writer({"stage": "promote", "name": name, "why": result.why})
    return {}


def decide_promotion(name: str, found: EvaluateResult, margin: float) -> PromoteResult:
    """Return whether a model is promoted.

    Args:
        name: The model's.
        found: How it compares with the present optimizer.
        margin: By so much %Opt, as a share, it may be worse at the lower end of the interval.
    """
    shares = (
        f"%Opt {100 * found.optimized:.1f} after {100 * found.present_optimized:.1f} on "
        f"{found.programs} validation programs"
    )
    if found.low is None:
        why = f"not promoted: {shares} of one problem show no interval"
    elif found.low < -margin:
        why = (
            f"not promoted: {shares}; at the lower end of the 90 % interval the difference is "
            f"{100 * found.low:.1f} points, the margin -{100 * margin:.1f}"
        )
    else:
        return PromoteResult(is_promoted=True, name=name, why=f"promoted: {shares}")
    return PromoteResult(is_promoted=False, name=name, why=why)
