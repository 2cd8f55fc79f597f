"""The classes of a run as they stand after a batch: kept in its ledger, begun from the known."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pieforge.equivalence.class_tree import ClassIndex
from pieforge.equivalence.refinement import place_program
from pieforge.graphs.classes.input_format import FormatRunner, InputFormat, qualify_name
from pieforge.graphs.classes.shared_index import merge_index, read_index
from pieforge.graphs.context import Context
from pieforge.graphs.results import ClassIndexState, DeduplicateResult
from pieforge.inputs import get_stratum
from pieforge.records import Program

ADVANCED = "advanced"
"""Mark of a member that went on to the optimizer."""
SUBMISSION = "submission"
"""Mark of a problem's own submission."""

_INITIAL_SLOT = "begin"
_SLOTS = ("0", "1")
"""The state before the last batch is kept too: a batch that was cut short begins with it again."""


@dataclass(frozen=True)
class ClassMembership:
    """Where a program stands at last.

    Attributes:
        class_rank: 1 for the first member of its class, and so on.
        equal_on: Inputs on which it and its class's first member are known to be equal.
        split_by: Name of the input that set its class apart from its nearest neighbours.
        split_stratum: Where that input came from.
    """

    class_id: str
    class_rank: int
    equal_on: int
    split_by: str
    split_stratum: str


UNCLASSED = ClassMembership(class_id="", class_rank=0, equal_on=0, split_by="", split_stratum="")
"""Of a program that was not classed: one that failed, or a submission."""


async def initialize_classes(context: Context, input_format: InputFormat) -> None:
    """Set up the classes that a run begins with: those of earlier runs, and the submissions.

    Done once a run, so that what other runs find in the meantime does not matter to it.
    """

    async def compute() -> ClassIndexState:
        folder = context.config.classes.index
        known, sha = read_index(folder, input_format, context.executor) if folder else (None, "")
        index = known or ClassIndex(input_format.format_id)
        runner = FormatRunner(context.executor, input_format, own_tests_only=True)
        for language, program in _iter_submissions(context, input_format):
            name = program.program_id
            name = name if program.language == language else qualify_name(name, language)
            if name not in index.graph:
                runs = 2 * len(input_format.tests) + len(input_format.first)
                placed = await place_program(
                    index, name, language, runner, first=input_format.first, runs=runs
                )
                if placed.class_id:
                    index.mark(name, SUBMISSION)
        return ClassIndexState(after="", classes=json.dumps(index.dump()), loaded_from=sha)

    await context.ledger.compute_once(
        ClassIndexState, input_format.format_id, _INITIAL_SLOT, compute
    )


def _iter_submissions(context: Context, input_format: InputFormat) -> Iterator[tuple[str, Program]]:
    """Yield each submission with each language of the run, a language's own fast one first.

    A program in one language can do what a submission in another does, and is not new then.
    """
    for language in context.config.run.languages:
        for problem_id in input_format.problems:
            prepared = context.prepared[problem_id]
            best = (prepared.fast.get(language), prepared.slow.get(language))
            yield from (
                (language, program)
                for program in sorted(
                    prepared.submissions,
                    key=lambda p: (
                        p.language != language,
                        best.index(p.program_id) if p.program_id in best else len(best),
                    ),
                )
            )


def load_before(context: Context, input_format: InputFormat, key: str) -> ClassIndex:
    """Return the classes as they stood before a batch."""
    return _load_last(context, input_format, key)[1]


def save_after(context: Context, input_format: InputFormat, key: str, index: ClassIndex) -> None:
    """Keep the classes as they stand after a batch, in place of the state before the last one."""
    used, _ = _load_last(context, input_format, key)
    state = ClassIndexState(after=key, classes=json.dumps(index.dump()))
    # The first batch takes both: what an earlier pass over the run had left there is too late.
    for slot in _SLOTS:
        if slot != used:
            context.ledger.put(state, input_format.format_id, slot)


def collect_memberships(context: Context) -> dict[str, ClassMembership]:
    """Return where each program that was classed in this run stands after the last batch."""
    mine = {
        name
        for _, result in context.ledger.iter_results(DeduplicateResult)
        for name in result.classes
    }
    found = {}
    for input_format in context.formats:
        _, index = _load_last(context, input_format)
        for name in index.list_programs():
            if name in mine:
                class_id = index.get_class(name)
                split_by = index.get_split_name(class_id)
                found[name] = ClassMembership(
                    class_id=class_id,
                    class_rank=index.get_rank(name),
                    equal_on=index.count_equal_inputs(name),
                    split_by=split_by,
                    split_stratum=get_stratum(split_by),
                )
    return found


async def publish_classes(context: Context) -> None:
    """Add the run's classes to those of all runs, where the configuration names a folder.

    Raises:
        RunFolderError, StorageError: The folder cannot be used.
    """
    folder = context.config.classes.index
    if folder is None:
        return
    for input_format in context.formats:
        begun = context.ledger.get(ClassIndexState, input_format.format_id, _INITIAL_SLOT)
        sha = begun.loaded_from if begun is not None else ""
        _, index = _load_last(context, input_format)
        await merge_index(folder, input_format, context.executor, index, sha)


def _load_last(
    context: Context, input_format: InputFormat, key: str | None = None
) -> tuple[str, ClassIndex]:
    """Return the last state, or the last one before a batch, and the slot that it lies in."""
    found = {
        slot: state
        for slot in (_INITIAL_SLOT, *_SLOTS)
        if (state := context.ledger.get(ClassIndexState, input_format.format_id, slot)) is not None
        and (key is None or state.after < key)
    }
    slot = max(found, key=lambda slot: found[slot].after)
    return slot, ClassIndex.load(json.loads(found[slot].classes))
