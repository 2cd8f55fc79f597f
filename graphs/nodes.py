"""The nodes of a batch. Each looks up what it needs by id and leaves its result in the ledger."""

from langgraph.runtime import Runtime

from pieforge.graphs.authoring import author_request, sifted
from pieforge.graphs.context import Context
from pieforge.graphs.grouping import grouped
from pieforge.graphs.guards import leaves_open
from pieforge.graphs.prefilter import fit_before
from pieforge.graphs.settlement import settled
from pieforge.graphs.stages import Call, Plan
from pieforge.graphs.state import BatchState, CallState, ProgramState, batch_key


def planned_calls(context: Context, round_number: int, batch: int) -> tuple[Call, ...]:
    """Return the author calls of a batch, as the round's plan has them."""
    plan = context.ledger.get(Plan, f"{round_number:03}")
    return plan.batches[batch] if plan is not None else ()


async def take(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Take the batch's calls out of the round's plan; fit what its candidates are predicted by."""
    await fit_before(runtime.context, batch_key(state["round"], state["batch"]))
    calls = planned_calls(runtime.context, state["round"], state["batch"])
    runtime.stream_writer(
        {"stage": "take", "round": state["round"], "programs": sum(call.n for call in calls)}
    )
    return {"calls": [call.call_id for call in calls], "programs": [], "members": []}


@leaves_open("call")
async def author(state: CallState, runtime: Runtime[Context]) -> BatchState:
    """Ask the author for new programs."""
    context = runtime.context
    calls = planned_calls(context, state["round"], state["batch"])
    call = next(call for call in calls if call.call_id == state["call"])
    _, request = author_request(context, call)
    await context.ask(context.author.model, request)
    runtime.stream_writer({"stage": "author", "programs": call.n})
    return {}


async def sift(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Read the replies; take out those without a program, and copies of known programs."""
    context, key = runtime.context, batch_key(state["round"], state["batch"])
    calls = planned_calls(context, state["round"], state["batch"])
    result = sifted(context, calls, state["round"], key)
    context.ledger.put(result, key)
    runtime.stream_writer({"stage": "sift", "programs": len(result.programs)})
    return {"programs": [program.program_id for program in result.programs]}


@leaves_open("program")
async def observe(state: ProgramState, runtime: Runtime[Context]) -> BatchState:
    """Compile a new program and run it on the first inputs of its format."""
    context = runtime.context
    source = context.workshop.source(state["program"])
    first = context.format_of(source.problem_id).first
    seen = await context.workshop.outcomes(state["program"], first)
    runtime.stream_writer({"stage": "observe", "verdict": str(seen[-1].verdict)})
    return {}


async def group(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Put the programs into classes; refuse what fails, is known, or fills its class."""
    context, key = runtime.context, batch_key(state["round"], state["batch"])
    result, still_open = await grouped(context, key)
    context.ledger.put(result, key)
    for line in still_open:
        runtime.stream_writer({"stage": "open", "why": line})
    runtime.stream_writer({"stage": "group", "members": len(result.members)})
    return {"members": list(result.members), "open": still_open}


async def settle(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Keep the fastest right candidate of each member; refuse the others with their reasons."""
    context, key = runtime.context, batch_key(state["round"], state["batch"])
    mine = {*state["calls"], *state["programs"], *state["members"]}
    still_open = [line for line in state.get("open", []) if line.split(":", 1)[0] in mine]
    result = settled(context, key, state["round"], still_open)
    context.ledger.put(result, key)
    runtime.stream_writer({"stage": "settle", "kept": len(result.pairs)})
    return {"kept": len(result.pairs)}
