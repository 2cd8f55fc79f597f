"""The wiring of self-play: rounds of batches of candidates. Nothing but wiring is here."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import Send

from pieforge.agents.strategies import Strategy, discover_strategies
from pieforge.graphs.context import Context
from pieforge.graphs.nodes.ask import ask
from pieforge.graphs.nodes.author import author
from pieforge.graphs.nodes.check_outputs import check_outputs
from pieforge.graphs.nodes.collect import collect
from pieforge.graphs.nodes.confirm import confirm
from pieforge.graphs.nodes.deduplicate import deduplicate
from pieforge.graphs.nodes.end_candidate import end_candidate
from pieforge.graphs.nodes.evaluate import evaluate
from pieforge.graphs.nodes.export import export
from pieforge.graphs.nodes.feedback import feedback
from pieforge.graphs.nodes.finetune import finetune
from pieforge.graphs.nodes.fit_scaling import fit_scaling
from pieforge.graphs.nodes.judge_raw import judge_raw
from pieforge.graphs.nodes.measure import measure
from pieforge.graphs.nodes.next_batch import next_batch
from pieforge.graphs.nodes.optimize import optimize
from pieforge.graphs.nodes.parse_replies import parse_replies
from pieforge.graphs.nodes.plan_round import plan_round
from pieforge.graphs.nodes.promote import promote
from pieforge.graphs.nodes.run_programs import run_programs
from pieforge.graphs.nodes.sanitize import sanitize
from pieforge.graphs.nodes.start_batch import start_batch
from pieforge.graphs.nodes.stress import stress
from pieforge.graphs.nodes.try_candidates import try_candidates
from pieforge.graphs.nodes.vet import vet
from pieforge.graphs.pending import catch_failure
from pieforge.graphs.results import (
    CandidateResult,
    OptimizerTurn,
    ParseRepliesResult,
    require,
    split_candidates,
)
from pieforge.graphs.state import (
    EVALUATION,
    BatchState,
    CandidateOutput,
    CandidateState,
    EvaluationState,
    RoundState,
    TurnsState,
    format_batch_key,
)
from pieforge.records import FrozenModel, Pending, Program

RoundGraph = CompiledStateGraph[RoundState, Context, RoundState, RoundState]
BatchGraph = CompiledStateGraph[BatchState, Context, BatchState, BatchState]
CandidateGraph = CompiledStateGraph[CandidateState, Context, CandidateState, CandidateOutput]
EvaluationGraph = CompiledStateGraph[EvaluationState, Context, EvaluationState, EvaluationState]
TurnsGraph = CompiledStateGraph[TurnsState, Context, TurnsState, TurnsState]
CandidateStage = Callable[[CandidateResult, Runtime[Context]], Awaitable[FrozenModel]]
"""Finds out one thing about a candidate: the part of `CandidateResult` with the stage's name."""


def build_turns_graph() -> TurnsGraph:
    """Build the questions to the optimizer about one slow program: ask, try, ask again."""
    graph = StateGraph(TurnsState, Context)
    graph.add_node("ask", ask)
    graph.add_node("try_candidates", try_candidates)
    graph.add_edge(START, "ask")
    graph.add_conditional_edges("ask", _choose_after_answer, ["try_candidates", END])
    graph.add_conditional_edges("try_candidates", _choose_after_trial, ["ask", END])
    return graph.compile(checkpointer=False, name="turns")


def _get_strategy(state: TurnsState) -> Strategy:
    return discover_strategies("optimizer")[state["turns"][-1].task.strategy]


def _choose_after_answer(state: TurnsState) -> str:
    turns = state["turns"]
    ends = len(turns) == _get_strategy(state).turns or not turns[-1].completion.choices
    return END if ends else "try_candidates"


def _choose_after_trial(state: TurnsState) -> str:
    return END if _get_strategy(state).until_right and state["best"].speedup else "ask"


_TURNS = build_turns_graph()


async def _ask_in_turns(context: Context, slow: Program, batch: str) -> list[OptimizerTurn]:
    found = await _TURNS.ainvoke({"slow": slow, "batch": batch}, context=context)
    return list(found["turns"])


CANDIDATE_STAGES: Mapping[str, CandidateStage] = {
    "vet": vet,
    "optimize": partial(optimize, ask_in_turns=_ask_in_turns),
    "check_outputs": check_outputs,
    "measure": measure,
    "stress": stress,
    "sanitize": sanitize,
    "confirm": confirm,
    "fit_scaling": fit_scaling,
}
"""What a slow program goes through, in order, as long as each stage leaves something to go on with.
Inexpensive stages come first."""


JUDGING_STAGES: Mapping[str, CandidateStage] = {
    "judge_raw": judge_raw,
    **{
        stage: CANDIDATE_STAGES[stage]
        for stage in ("check_outputs", "measure", "stress", "sanitize", "confirm")
    },
}
"""What each candidate goes through by itself in an evaluation: what the tests alone say, then the
loop's own stages."""


def build_candidate_graph() -> CandidateGraph:
    """Build one slow program's way through its stages; it is not checkpointed, the ledger is."""
    return _build_stages("candidate", CANDIDATE_STAGES)


def _build_stages(name: str, stages: Mapping[str, CandidateStage]) -> CandidateGraph:
    graph = StateGraph(CandidateState, Context, output_schema=CandidateOutput)
    for stage, work in stages.items():
        graph.add_node(stage, _create_candidate_node(stage, work))
    graph.add_node("end_candidate", end_candidate)
    first, *_, last = stages
    graph.add_edge(START, first)
    for stage, following in pairwise(stages):
        choose = partial(_choose_after, stage, following)
        graph.add_conditional_edges(stage, choose, [following, "end_candidate"])
    # Every way ends there, failures too: it is the one place that writes or reports.
    graph.add_edge(last, "end_candidate")
    graph.add_edge("end_candidate", END)
    return graph.compile(checkpointer=False, name=name)


def build_judging_graph() -> CandidateGraph:
    """Build one candidate's way through the stages of an evaluation."""
    return _build_stages("judging", JUDGING_STAGES)


def build_subject_graph() -> CandidateGraph:
    """Build: ask the optimizer about one slow program, judge every candidate."""
    graph = StateGraph(CandidateState, Context, output_schema=CandidateOutput)
    graph.add_node("optimize", _create_candidate_node("optimize", CANDIDATE_STAGES["optimize"]))
    graph.add_node("judging", build_judging_graph())
    graph.add_node("end_candidate", end_candidate)
    graph.add_edge(START, "optimize")
    graph.add_conditional_edges("optimize", _send_candidates, ["judging", "end_candidate"])
    graph.add_edge("judging", "end_candidate")
    graph.add_edge("end_candidate", END)
    return graph.compile(checkpointer=False, name="subject")


def build_evaluation_graph() -> EvaluationGraph:
    """Build an evaluation: slow programs, each by itself.

    It is not checkpointed: within a run it would take the run's checkpoints for its own.
    """
    graph = StateGraph(EvaluationState, Context)
    graph.add_node("subject", build_subject_graph())
    graph.add_conditional_edges(START, _send_subjects, ["subject"])
    graph.add_edge("subject", END)
    return graph.compile(checkpointer=False, name="evaluation")


def build_batch_graph() -> BatchGraph:
    """Build: author, run, class, make faster, keep."""
    graph = StateGraph(BatchState, Context)
    graph.add_node("start_batch", start_batch)
    graph.add_node("author", author)
    graph.add_node("parse_replies", parse_replies)
    graph.add_node("run_programs", run_programs)
    graph.add_node("deduplicate", deduplicate)
    graph.add_node("candidate", build_candidate_graph())
    graph.add_node("collect", collect)
    graph.add_edge(START, "start_batch")
    graph.add_conditional_edges("start_batch", _send_calls, ["author", "parse_replies"])
    graph.add_edge("author", "parse_replies")
    graph.add_conditional_edges("parse_replies", _send_programs, ["run_programs", "deduplicate"])
    graph.add_edge("run_programs", "deduplicate")
    graph.add_conditional_edges("deduplicate", _send_members, ["candidate", "collect"])
    graph.add_edge("candidate", "collect")
    graph.add_edge("collect", END)
    return graph.compile(name="batch")


def build_graph(
    rounds_wanted: int,
    checkpointer: BaseCheckpointSaver[str] | None = None,
    *,
    finetune_every: int = 0,
) -> RoundGraph:
    """Build the whole loop for a number of rounds.

    Args:
        rounds_wanted: The number.
        checkpointer: Keeps its checkpoints; none if None.
        finetune_every: After so many rounds each a model is fine-tuned; 0 for never.
    """

    def choose_after_batch(state: RoundState) -> str:
        ends = state["stopped"] or state["batch"] + 1 == state["batches"]
        return "export" if ends else "next_batch"

    def choose_after_export(state: RoundState) -> str:
        ends = state["stopped"] or state.get("awaits") or state["round"] == rounds_wanted
        return END if ends else "feedback"

    def choose_after_feedback(state: RoundState) -> str:
        is_due = finetune_every and state["round"] % finetune_every == 0
        return "finetune" if is_due else "plan_round"

    def choose_after_training(state: RoundState) -> str:
        return "evaluate" if state["model"] else "plan_round"

    graph = StateGraph(RoundState, Context)
    graph.add_node("plan_round", plan_round)
    graph.add_node("batch", build_batch_graph())
    graph.add_node("next_batch", next_batch)
    graph.add_node("export", export)
    graph.add_node("feedback", feedback)
    graph.add_node("finetune", finetune)
    graph.add_node("evaluate", evaluate)
    graph.add_node("promote", promote)
    graph.add_edge(START, "plan_round")
    graph.add_edge("plan_round", "batch")
    graph.add_conditional_edges("batch", choose_after_batch, ["next_batch", "export"])
    graph.add_edge("next_batch", "batch")
    graph.add_conditional_edges("export", choose_after_export, ["feedback", END])
    graph.add_conditional_edges("feedback", choose_after_feedback, ["finetune", "plan_round"])
    graph.add_conditional_edges("finetune", choose_after_training, ["evaluate", "plan_round"])
    graph.add_edge("evaluate", "promote")
    graph.add_edge("promote", "plan_round")
    return graph.compile(checkpointer=checkpointer, name="self-play")


def _send_calls(state: BatchState) -> Sequence[Send] | str:
    where = {"round": state["round"], "batch": state["batch"]}
    # An empty list of sends would end the batch here: every batch has to reach `collect`.
    return [Send("author", {**where, "call": call}) for call in state["calls"]] or "parse_replies"


def _send_programs(state: BatchState) -> Sequence[Send] | str:
    return [Send("run_programs", {"program": name}) for name in state["programs"]] or "deduplicate"


def _send_members(state: BatchState) -> Sequence[Send] | str:
    where = {"round": state["round"], "batch": state["batch"]}
    return [Send("candidate", {**where, "member": name}) for name in state["members"]] or "collect"


def _send_subjects(state: EvaluationState) -> Sequence[Send]:
    return [
        Send(
            "subject",
            {
                "member": slow.program_id,
                "candidate": CandidateResult(slow=slow, batch=EVALUATION),
            },
        )
        for slow in state["programs"]
    ]


def _send_candidates(state: CandidateState) -> Sequence[Send] | str:
    """Send each candidate on as if the optimizer had offered no other."""
    if "pending" in state:
        return "end_candidate"
    alone = split_candidates(state["candidate"])
    return [
        Send("judging", {"member": name, "candidate": it}) for name, it in alone.items()
    ] or "end_candidate"


def _choose_after(stage: str, following: str, state: CandidateState) -> str:
    on = "candidate" in state and state["candidate"].has_passed(stage)
    return following if on else "end_candidate"


def _create_candidate_node(stage: str, work: CandidateStage) -> Callable[..., Awaitable[Any]]:
    """Return a stage as a node: its result joins the candidate, its failure leaves it open."""

    async def node(state: CandidateState, runtime: Runtime[Context]) -> CandidateState:
        candidate = state.get("candidate") or _load_candidate(state, runtime.context)
        found = await catch_failure(work(candidate, runtime), state["member"], runtime)
        if isinstance(found, Pending):
            return {"pending": found}
        return {"candidate": candidate.model_copy(update={stage: found})}

    return node


def _load_candidate(state: CandidateState, context: Context) -> CandidateResult:
    key = format_batch_key(state["round"], state["batch"])
    programs = require(context.ledger.get(ParseRepliesResult, key)).programs
    slow = next(program for program in programs if program.program_id == state["member"])
    return CandidateResult(slow=slow, batch=key)
