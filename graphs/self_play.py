"""The wiring of self-play: rounds of batches of candidates. Nothing but wiring is here."""

from collections.abc import Sequence

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.types import Send

from pieforge.graphs.context import Context
from pieforge.graphs.nodes.author import author
from pieforge.graphs.nodes.check_outputs import check
from pieforge.graphs.nodes.collect import settle
from pieforge.graphs.nodes.confirm import simulate
from pieforge.graphs.nodes.deduplicate import group
from pieforge.graphs.nodes.export import export
from pieforge.graphs.nodes.feedback import feedback
from pieforge.graphs.nodes.fit_scaling import scale
from pieforge.graphs.nodes.measure import confirm
from pieforge.graphs.nodes.next_batch import turn
from pieforge.graphs.nodes.optimize import optimise
from pieforge.graphs.nodes.parse_replies import sift
from pieforge.graphs.nodes.plan_round import plan
from pieforge.graphs.nodes.run_programs import observe
from pieforge.graphs.nodes.sanitize import scrutinise
from pieforge.graphs.nodes.start_batch import take
from pieforge.graphs.nodes.vet import vet
from pieforge.graphs.state import BatchState, CandidateOutput, CandidateState, RoundState

Rounds = CompiledStateGraph[RoundState, Context, RoundState, RoundState]
Batch = CompiledStateGraph[BatchState, Context, BatchState, BatchState]
Candidate = CompiledStateGraph[CandidateState, Context, CandidateState, CandidateOutput]


def candidate_graph() -> Candidate:
    """Build: vet, ask for fast versions, check, count, scrutinise, simulate and scale them.

    Not checkpointed: the ledger is.
    """
    graph = StateGraph(CandidateState, Context, output_schema=CandidateOutput)
    graph.add_node("vet", vet)
    graph.add_node("optimise", optimise)
    graph.add_node("check", check)
    graph.add_node("confirm", confirm)
    graph.add_node("scrutinise", scrutinise)
    graph.add_node("simulate", simulate)
    graph.add_node("scale", scale)
    graph.add_edge(START, "vet")
    graph.add_edge("scrutinise", "simulate")
    graph.add_edge("scale", END)
    return graph.compile(checkpointer=False, name="candidate")


def batch_graph() -> Batch:
    """Build: author, run, class, make faster, keep."""
    graph = StateGraph(BatchState, Context)
    graph.add_node("take", take)
    graph.add_node("author", author)
    graph.add_node("sift", sift)
    graph.add_node("observe", observe)
    graph.add_node("group", group)
    graph.add_node("improve", candidate_graph())
    graph.add_node("settle", settle)
    graph.add_edge(START, "take")
    graph.add_conditional_edges("take", _each_call, ["author", "sift"])
    graph.add_edge("author", "sift")
    graph.add_conditional_edges("sift", _each_program, ["observe", "group"])
    graph.add_edge("observe", "group")
    graph.add_conditional_edges("group", _each_member, ["improve", "settle"])
    graph.add_edge("improve", "settle")
    graph.add_edge("settle", END)
    return graph.compile(name="batch")


def build(rounds_wanted: int, checkpointer: BaseCheckpointSaver[str] | None = None) -> Rounds:
    """Build the whole loop for a number of rounds."""

    def after_batch(state: RoundState) -> str:
        return "turn" if state["batch"] + 1 < state["batches"] else "export"

    def after_export(state: RoundState) -> str:
        return "feedback" if state["round"] < rounds_wanted else END

    graph = StateGraph(RoundState, Context)
    graph.add_node("plan", plan)
    graph.add_node("batch", batch_graph())
    graph.add_node("turn", turn)
    graph.add_node("export", export)
    graph.add_node("feedback", feedback)
    graph.add_edge(START, "plan")
    graph.add_edge("plan", "batch")
    graph.add_conditional_edges("batch", after_batch, ["turn", "export"])
    graph.add_edge("turn", "batch")
    graph.add_conditional_edges("export", after_export, ["feedback", END])
    graph.add_edge("feedback", "plan")
    return graph.compile(checkpointer=checkpointer, name="self-play")


def _each_call(state: BatchState) -> Sequence[Send] | str:
    where = {"round": state["round"], "batch": state["batch"]}
    return [Send("author", {**where, "call": call}) for call in state["calls"]] or "sift"


def _each_program(state: BatchState) -> Sequence[Send] | str:
    return [Send("observe", {"program": name}) for name in state["programs"]] or "group"


def _each_member(state: BatchState) -> Sequence[Send] | str:
    where = {"round": state["round"], "batch": state["batch"]}
    return [Send("improve", {**where, "member": name}) for name in state["members"]] or "settle"
