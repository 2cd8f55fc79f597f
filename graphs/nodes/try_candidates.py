"""The node `try_candidates`: what the optimizer is told of its answer when it is asked again."""

from langgraph.runtime import Runtime

from pieforge.agents.fences import format_block
from pieforge.agents.optimizer import EarlierAnswer, OptimizerTask
from pieforge.agents.prompts import render
from pieforge.agents.strategies import discover_strategies
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.results import MAX_SHOWN_CHARS, FailedInput, ProgramReply, TriedAnswer
from pieforge.graphs.state import TurnsState
from pieforge.measurement.cost import compute_speedup
from pieforge.records import ProgramText, RejectReason, Verdict


async def try_candidates(state: TurnsState, runtime: Runtime[Context]) -> TurnsState:
    """Run the programs of the last answer on the package's own tests; keep the best answer."""
    turn = state["turns"][-1]
    trial = _Trial(runtime.context, state["slow"], turn.task)
    texts = [choice.text for choice in turn.completion.choices]
    tried = [await trial.run(reply, text) for reply, text in zip(turn.replies, texts, strict=False)]
    earlier = [state["best"]] if "best" in state else []
    return {"best": max([*tried, *earlier], key=lambda it: it.speedup)}


class _Trial:
    """The answers to one task."""

    def __init__(self, context: Context, slow: ProgramText, task: OptimizerTask) -> None:
        self._context, self._executor, self._slow = context, context.executor, slow
        self._prepared = context.prepared[slow.problem_id]
        self._task = task

    async def run(self, reply: ProgramReply, text: str) -> TriedAnswer:
        """Return what became of one reply."""
        if (fast := reply.program) is None:
            detail = f"Your answer cannot be used: {reply.detail}."
            return self._describe(text[:MAX_SHOWN_CHARS], detail)
        answer = format_block(fast.code, self._task.language.fence)
        suite = self._prepared.selection
        found = await compare_outputs(
            self._executor, self._prepared.output_rules, self._slow, fast, suite
        )
        if found.reason is RejectReason.DIFFERENT_OUTPUT:
            case = suite.cases[found.at]
            blobs = [self._executor.find_outputs(it, suite)[found.at] for it in (self._slow, fast)]
            outputs = [self._context.ledger.get_blob(blob) if blob else b"" for blob in blobs]
            data = self._context.ledger.get_blob(case.blob)
            texts = (output.decode(errors="replace") for output in outputs)
            failure = FailedInput.create(case.name, data, *texts)
            return self._describe(answer, "Its output is wrong on this input.", failure)
        if found.reason is not None:
            words = found.reason.replace("_", " ")
            return self._describe(answer, f"Your program failed ({words}): {found.detail}")
        return self._describe(answer, speedup=await self._count(fast))

    async def _count(self, fast: ProgramText) -> float:
        if discover_strategies("optimizer")[self._task.strategy].until_right:
            return 1.0
        names = self._prepared.timed[self._slow.language]
        slow, own = [
            await self._executor.measure(it, self._prepared.selection, names)
            for it in (self._slow, fast)
        ]
        if own.verdict is not Verdict.AC:
            return 0.0
        net = self._executor.languages[self._slow.language].net_of_startup
        return compute_speedup(slow, own, net_of_startup=net)

    def _describe(
        self,
        answer: str,
        detail: str = "",
        failure: FailedInput | None = None,
        speedup: float = 0.0,
    ) -> TriedAnswer:
        values = {"detail": detail, "failure": failure, "speedup": speedup}
        feedback = render("optimizer_again.md.j2", {**values, "language": self._task.language})
        asked_again = EarlierAnswer(answer=answer, feedback=feedback)
        return TriedAnswer(asked_again=asked_again, speedup=speedup)
