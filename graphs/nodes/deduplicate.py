"""The node `deduplicate`: programs by class; failures and known behavior are refused."""

from collections.abc import Sequence
from typing import NamedTuple

from langgraph.runtime import Runtime

from pieforge.equivalence.class_tree import has_constant_output
from pieforge.equivalence.comparison import REASON_OF
from pieforge.equivalence.observation import Observation
from pieforge.equivalence.program_pair import ProgramPair
from pieforge.equivalence.refinement import Placement, place_program
from pieforge.errors import NOT_THE_SAMPLES
from pieforge.graphs.classes import snapshot
from pieforge.graphs.classes.input_format import FormatRunner, InputFormat, strip_language
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.adversarial_inputs import find_adversarial_inputs
from pieforge.graphs.gather import gather
from pieforge.graphs.results import DeduplicateResult, FailedInput, ParseRepliesResult
from pieforge.graphs.state import BatchState, format_batch_key
from pieforge.inputs import NamedInput
from pieforge.records import Origin, Pending, Program, RejectReason, Verdict, compute_reject_id
from pieforge.rows import Reject
from pieforge.similarity import compute_similarity
from pieforge.syntax.tokens import SourceText


async def deduplicate(state: BatchState, runtime: Runtime[Context]) -> BatchState:
    """Put the programs into classes; refuse those that fail, are known, or exceed their class."""
    context, key = runtime.context, format_batch_key(state["round"], state["batch"])
    result, still_open = await classify_batch(context, key)
    context.ledger.put(result, key)
    for pending in still_open:
        runtime.stream_writer({"stage": "open", "why": f"{pending.subject}: {pending.cause}"})
    context.budget.queue(result.members)
    runtime.stream_writer({"stage": "deduplicate", "members": len(result.members)})
    return {"members": list(result.members), "open": still_open}


class Refusal(NamedTuple):
    """Why a program does not go on; `test` is the name of the input on which it failed."""

    reason: RejectReason
    detail: str
    test: str = ""


async def classify_batch(context: Context, key: str) -> tuple[DeduplicateResult, list[Pending]]:
    """Put the programs of a batch into classes, after those of all earlier batches.

    Programs of one input format are placed one after another in the batch's order, and every
    run is cached by program and input. So results do not depend on how many formats are processed
    at once.

    Args:
        context: The run's dependencies.
        key: The batch's subject in the ledger.

    Returns:
        The batch's programs by class, and what the infrastructure failed.
    """
    parsed = context.ledger.get(ParseRepliesResult, key)
    programs = parsed.programs if parsed is not None else ()
    parts = [
        _FormatClassifier(
            context,
            key,
            input_format,
            [p for p in programs if p.problem_id in input_format.problems],
        )
        for input_format in context.formats
    ]
    await gather(part.classify() for part in parts if part.programs)
    members = {name for part in parts for name in part.members}
    result = DeduplicateResult(
        members=tuple(p.program_id for p in programs if p.program_id in members),
        classes={name: class_id for part in parts for name, class_id in part.classes.items()},
        ranks={name: rank for part in parts for name, rank in part.ranks.items()},
        rejects=tuple(reject for part in parts for reject in part.rejects),
        compiled=sum(part.compiled for part in parts),
        ran=sum(part.ran for part in parts),
    )
    return result, [pending for part in parts for pending in part.still_open]


class _FormatClassifier:
    """Those programs of a batch that share an input format."""

    def __init__(
        self, context: Context, key: str, input_format: InputFormat, programs: Sequence[Program]
    ) -> None:
        self.context = context
        self.key = key
        self.format = input_format
        self.programs = programs
        self.loaded = snapshot.load_before(context, input_format, key)
        self.index = self.loaded.index
        self.apart = snapshot.find_programs_apart(context, input_format, self.index)
        self.runner = FormatRunner(context.executor, input_format)
        view = context.view
        self.excluded_classes = view.excluded_classes if view is not None else {}
        self.excluded_programs = view.excluded_programs if view is not None else {}
        self.compiled = self.ran = 0
        self.members: list[str] = []
        self.classes: dict[str, str] = {}
        self.ranks: dict[str, int] = {}
        self.rejects: list[Reject] = []
        self.still_open: list[Pending] = []
        self.reclassified: list[str] = []

    async def classify(self) -> None:
        for program in self.programs:
            try:
                await self._classify_program(program)
            except NOT_THE_SAMPLES as error:
                self.still_open.append(Pending(subject=program.program_id, cause=error.what))
        snapshot.save_after(self.context, self.format, self.key, self.loaded)
        # A split can move programs of earlier batches: their new classes belong to this result.
        for name in (*self.classes, *self._list_moved()):
            self.classes[name] = self.index.get_class(name)
            self.ranks[name] = self.index.get_rank(name)

    def _list_moved(self) -> list[str]:
        """Return the programs of earlier batches that are in another class now."""
        if not self.reclassified:  # mostly: then the earlier batches are not read
            return []
        earlier = {
            name
            for key, result in self.context.ledger.iter_results(DeduplicateResult)
            if key < self.key
            for name in result.classes
        }
        return [name for name in self.reclassified if name in earlier]

    async def _classify_program(self, program: Program) -> None:
        """Place a program; refuse it, or let it go on."""
        first = self.format.first
        seen = self.context.executor.get_known_outcomes(program, first)
        ended = bool(seen) and (len(seen) == len(first) or seen[-1].verdict is not Verdict.AC)
        if not ended:
            # The infrastructure failed while it ran: it is pending already.
            return
        self.compiled += seen[0].verdict is not Verdict.CE
        refusal = await self._find_refusal(program, [outcome.output for outcome in seen])
        failed = refusal is not None and refusal.reason in REASON_OF.values()
        self.ran += not failed
        if failed:
            # It has a node in the tree, but a failing program is no member of a class.
            self.classes.pop(program.program_id, None)
        if refusal is not None:
            self.rejects.append(self._create_reject(program, refusal))
            return
        if program.origin is not Origin.DEOPTIMIZER:
            self.index.mark(program.program_id, snapshot.ADVANCED)
        self.members.append(program.program_id)

    async def _find_refusal(
        self, program: Program, outputs: Sequence[str | None]
    ) -> Refusal | None:
        """Return why a program does not go on, or None if it does."""
        name = program.program_id
        if name in self.excluded_programs:
            return Refusal(RejectReason.EXCLUDED, self.excluded_programs[name])
        if name in self.index.graph:
            return Refusal(RejectReason.DUPLICATE, "of itself, in an earlier run")
        # Few inputs can have one output by accident, so all tests are run before it is refused.
        if has_constant_output(outputs):
            refusal = await self._check_ignores_input(program)
            if refusal is not None:
                return refusal
        placed = await self._place(program)
        self.reclassified += placed.reclassified
        if placed.failure is not None:
            where = "" if placed.failure.verdict is Verdict.CE else placed.failed_on
            detail = " ".join(part for part in (where, placed.failure.detail) if part)
            return Refusal(REASON_OF[placed.failure.verdict], detail, where)
        if other := next(
            (n for n in self.index.iter_members(placed.class_id) if n in self.apart), ""
        ):
            problem_id = self.context.get_program(strip_language(other)).problem_id
            detail = f"{problem_id}, which is in {self.context.other_parts[problem_id]}"
            return Refusal(RejectReason.OTHER_PART, detail)
        if placed.class_id in self.excluded_classes:
            return Refusal(RejectReason.EXCLUDED, self.excluded_classes[placed.class_id])
        if program.origin is Origin.DEOPTIMIZER:
            # It is meant to behave like a known program, with almost the same text.
            self.classes[name] = placed.class_id
            return self._describe_failure(program, await self._observe_tests(program))
        known = self.index.list_marked(placed.class_id, snapshot.SUBMISSION)
        if known:
            equal_on = self.index.count_equal_inputs(name)
            detail = f"{strip_language(known[0])} on {equal_on} inputs"
            return Refusal(RejectReason.BEHAVES_LIKE_SUBMISSION, detail)
        self.classes[name] = placed.class_id
        copy = self._find_near_copy(program, placed.class_id)
        if copy is not None:
            return Refusal(RejectReason.NEAR_COPY, f"of {copy}, in class {placed.class_id}")
        # Refused programs are members of the tree too, and must not fill a class.
        kept = self.index.list_marked(placed.class_id, snapshot.ADVANCED)
        if len(kept) >= self.context.config.classes.members:
            return Refusal(RejectReason.CLASS_FULL, placed.class_id)
        return self._describe_failure(program, await self._observe_tests(program))

    async def _place(self, program: Program) -> Placement:
        return await place_program(
            self.index,
            program.program_id,
            program.language,
            self.runner,
            first=self.format.first,
            runs=self.context.config.classes.runs,
            ask=self._ask_tester if self.context.tester is not None else None,
        )

    async def _ask_tester(self, newcomer: str, representative: str) -> list[NamedInput]:
        """Ask the tester, once, for inputs that distinguish a newcomer from a representative."""
        context, tester = self.context, self.context.tester
        if tester is None:
            return []
        new, known = (context.get_program(strip_language(it)) for it in (newcomer, representative))
        problem_id = new.problem_id
        output_rules = context.prepared[problem_id].output_rules
        return await find_adversarial_inputs(
            context.executor,
            tester,
            lambda request: context.ask(tester, request),
            context.problems[problem_id],
            ProgramPair(context.executor, new, known, output_rules),
            turns=1,
        )

    async def _check_ignores_input(self, program: Program) -> Refusal | None:
        """Run a program whose first outputs are all the same on all the other tests."""
        seen = await self._observe_tests(program)
        if seen.complete and has_constant_output(seen.outputs):
            return Refusal(RejectReason.IGNORES_INPUT, f"on {len(seen.outputs)} inputs")
        return self._describe_failure(program, seen)

    async def _observe_tests(self, program: Program) -> Observation:
        """Return what a program does on all of its problem's own tests."""
        selection = self.context.prepared[program.problem_id].selection
        return await self.context.executor.observe(program, selection)

    def _describe_failure(self, program: Program, seen: Observation) -> Refusal | None:
        if seen.complete:
            return None
        cases = self.context.prepared[program.problem_id].selection.cases
        where = cases[seen.at].name if seen.at >= 0 else ""
        detail = " ".join(part for part in (where, seen.detail) if part)
        return Refusal(REASON_OF[seen.verdict], detail, where)

    def _find_near_copy(self, program: Program, class_id: str) -> str | None:
        """Return a member that went on before and is almost the same text."""
        mine, least = SourceText.of(program), self.context.config.classes.near_copy
        for name in self.index.list_marked(class_id, snapshot.ADVANCED):
            other = SourceText.of(self.context.get_program(name))
            if compute_similarity(mine, other) >= least:
                return name
        return None

    def _show_input(self, program: Program, test: str) -> FailedInput | None:
        executor = self.context.executor
        suite = self.context.prepared[program.problem_id].all_inputs
        found = (item for item in executor.get_named_inputs(suite) if item.name == test)
        item = next(found, None)
        return FailedInput.create(test, item.data) if item is not None else None

    def _create_reject(self, program: Program, refusal: Refusal) -> Reject:
        reason, detail, test = refusal
        failure = self._show_input(program, test) if test else None
        stage = "run_programs" if reason in _RUN_REASONS else "deduplicate"
        return Reject(
            record_id=compute_reject_id(stage, program.program_id),
            stage=stage,
            reason=reason,
            detail=detail,
            problem_id=program.problem_id,
            language=program.language,
            round=program.round,
            program_id=program.program_id,
            code=program.code,
            call_id=program.call_id,
            model=program.model,
            **(failure.model_dump() if failure is not None else {}),
        )


_RUN_REASONS = {*REASON_OF.values(), RejectReason.IGNORES_INPUT}
