"""From a batch's programs to classes: what behaves alike is found, what is known is refused."""

from collections.abc import Sequence

from langgraph.runtime import Runtime

from pieforge.equivalence.class_tree import ignores_input
from pieforge.equivalence.comparison import REASON_OF
from pieforge.equivalence.observation import Observation
from pieforge.equivalence.program_pair import Programs
from pieforge.equivalence.refinement import Placed, place
from pieforge.errors import PassingError
from pieforge.graphs.classes import snapshot
from pieforge.graphs.classes.input_format import Format, FormatBench, bare
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.adversarial_inputs import ask_tester
from pieforge.graphs.gather import together
from pieforge.graphs.results import Grouped, Sifted
from pieforge.graphs.state import BatchState, batch_key
from pieforge.inputs import NamedInput
from pieforge.records import Program, Reason, Reject, Verdict, reject_id
from pieforge.similarity import similarity


async def group(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Put the programs into classes; refuse what fails, is known, or fills its class."""
    context, key = runtime.context, batch_key(state["round"], state["batch"])
    result, still_open = await grouped(context, key)
    context.ledger.put(result, key)
    for line in still_open:
        runtime.stream_writer({"stage": "open", "why": line})
    runtime.stream_writer({"stage": "group", "members": len(result.members)})
    return {"members": list(result.members), "open": still_open}


Refusal = tuple[Reason, str]


async def grouped(context: Context, key: str) -> tuple[Grouped, list[str]]:
    """Class the programs of a batch, after those of all earlier batches.

    Programs of one input format are placed one after another in the batch's order, and every
    run is kept by program and input: how many formats are under way at once changes nothing.

    Args:
        context: The run's dependencies.
        key: The batch's subject in the ledger.

    Returns:
        The batch's programs, classed; and those that the machinery failed, with what it said.
    """
    sifted = context.ledger.get(Sifted, key)
    programs = sifted.programs if sifted is not None else ()
    parts = [
        _Grouping(context, key, spoken, [p for p in programs if p.problem_id in spoken.problems])
        for spoken in context.formats
    ]
    await together(part.run() for part in parts if part.programs)
    members = {name for part in parts for name in part.members}
    result = Grouped(
        members=tuple(p.program_id for p in programs if p.program_id in members),
        classes={name: class_id for part in parts for name, class_id in part.classes.items()},
        ranks={name: rank for part in parts for name, rank in part.ranks.items()},
        rejects=tuple(reject for part in parts for reject in part.rejects),
        compiled=sum(part.compiled for part in parts),
        ran=sum(part.ran for part in parts),
    )
    return result, [line for part in parts for line in part.still_open]


class _Grouping:
    """The part of a batch whose programs share an input format."""

    def __init__(
        self, context: Context, key: str, spoken: Format, programs: Sequence[Program]
    ) -> None:
        self.context = context
        self.key = key
        self.format = spoken
        self.programs = programs
        self.index = snapshot.before(context, spoken, key)
        self.bench = FormatBench(context.workshop, spoken)
        self.compiled = self.ran = 0
        self.members: list[str] = []
        self.classes: dict[str, str] = {}
        self.ranks: dict[str, int] = {}
        self.rejects: list[Reject] = []
        self.still_open: list[str] = []
        self.moved: list[str] = []

    async def run(self) -> None:
        for program in self.programs:
            try:
                await self._take(program)
            except PassingError as error:
                self.still_open.append(f"{program.program_id}: {error.what}")
        snapshot.keep(self.context, self.format, self.key, self.index)
        earlier = {
            name
            for key, result in self.context.ledger.rows(Grouped)
            if key < self.key
            for name in result.classes
        }
        for name in (*self.classes, *(n for n in self.moved if n in earlier)):
            self.classes[name] = self.index.class_of(name)
            self.ranks[name] = self.index.rank(name)

    async def _take(self, program: Program) -> None:
        """Place a program; refuse it, or let it go on."""
        first = self.format.first
        seen = self.context.workshop.known_outcomes(program.program_id, first)
        ended = bool(seen) and (len(seen) == len(first) or seen[-1].verdict is not Verdict.AC)
        if not ended:
            # The machinery failed it before it came here: it is open already.
            return
        self.compiled += seen[0].verdict is not Verdict.CE
        refusal = await self._refusal(program, [outcome.output for outcome in seen])
        failed = refusal is not None and refusal[0] in REASON_OF.values()
        self.ran += not failed
        if failed:
            # It stands in the tree, but is no member that the run would count.
            self.classes.pop(program.program_id, None)
        if refusal is not None:
            self.rejects.append(self._reject(program, *refusal))
            return
        self.index.mark(program.program_id, snapshot.ADVANCED)
        self.members.append(program.program_id)

    async def _refusal(self, program: Program, outputs: Sequence[str | None]) -> Refusal | None:
        """Return why a program does not go on, or None if it does."""
        name = program.program_id
        if name in self.index.graph:
            return Reason.DUPLICATE, "of itself, in an earlier run"
        if ignores_input(outputs):
            refusal = await self._ignores_input(program)
            if refusal is not None:
                return refusal
        placed = await self._place(program)
        self.moved += placed.moved
        if placed.failure is not None:
            detail = (placed.failed_on, placed.failure.detail)
            if placed.failure.verdict is Verdict.CE:
                detail = ("", placed.failure.detail)
            return REASON_OF[placed.failure.verdict], " ".join(part for part in detail if part)
        known = self.index.marked(placed.class_id, snapshot.SUBMISSION)
        if known:
            equal_on = self.index.equal_on(name)
            return Reason.BEHAVES_LIKE_SUBMISSION, f"{bare(known[0])} on {equal_on} inputs"
        self.classes[name] = placed.class_id
        copy = self._near_copy(program, placed.class_id)
        if copy is not None:
            return Reason.NEAR_COPY, f"of {copy}, in class {placed.class_id}"
        kept = self.index.marked(placed.class_id, snapshot.ADVANCED)
        if len(kept) >= self.context.config.classes.members:
            return Reason.CLASS_FULL, placed.class_id
        return self._failure(program, await self._tests(program))

    async def _place(self, program: Program) -> Placed:
        return await place(
            self.index,
            program.program_id,
            program.language,
            self.bench,
            first=self.format.first,
            runs=self.context.config.classes.runs,
            ask=self._told_by_tester if self.context.tester is not None else None,
        )

    async def _told_by_tester(self, newcomer: str, representative: str) -> list[NamedInput]:
        """Ask the tester, in one question, to tell a newcomer from a class's representative."""
        context, tester = self.context, self.context.tester
        if tester is None:
            return []
        problem_id = context.workshop.source(newcomer).problem_id
        judging = context.prepared[problem_id].judging
        return await ask_tester(
            context.workshop,
            tester,
            lambda request: context.ask(tester.model, request),
            context.problems[problem_id],
            Programs(context.workshop, newcomer, bare(representative), judging),
            turns=1,
        )

    async def _ignores_input(self, program: Program) -> Refusal | None:
        """Run a program whose first outputs are all the same on all the other tests."""
        seen = await self._tests(program)
        if seen.complete and ignores_input(seen.outputs):
            return Reason.IGNORES_INPUT, f"on {len(seen.outputs)} inputs"
        return self._failure(program, seen)

    async def _tests(self, program: Program) -> Observation:
        """Return what a program does on all of its problem's own tests."""
        selection = self.context.prepared[program.problem_id].selection
        return await self.context.workshop.observed(program.program_id, selection)

    def _failure(self, program: Program, seen: Observation) -> Refusal | None:
        if seen.complete:
            return None
        cases = self.context.prepared[program.problem_id].selection.cases
        where = cases[seen.at].name if seen.at >= 0 else ""
        return REASON_OF[seen.verdict], " ".join(part for part in (where, seen.detail) if part)

    def _near_copy(self, program: Program, class_id: str) -> str | None:
        """Return a member that went on before and is almost the same text."""
        code = self.context.workshop.code
        text = code(program.program_id)
        others = self.index.marked(class_id, snapshot.ADVANCED)
        least = self.context.config.classes.near_copy
        return next(
            (m for m in others if similarity(text, code(m), program.language) >= least), None
        )

    def _reject(self, program: Program, reason: Reason, detail: str) -> Reject:
        stage = "run" if reason in _OF_RUNNING else "class"
        return Reject(
            record_id=reject_id(stage, program.program_id),
            stage=stage,
            reason=reason,
            detail=detail,
            problem_id=program.problem_id,
            language=program.language,
            round=program.round,
            program_id=program.program_id,
            code=self.context.ledger.text(program.code),
        )


_OF_RUNNING = {*REASON_OF.values(), Reason.IGNORES_INPUT}
