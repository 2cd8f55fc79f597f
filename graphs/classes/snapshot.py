"""The classes of a run as they stand after a batch: kept in its ledger, begun from the known."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pieforge.equivalence.class_tree import ClassIndex
from pieforge.equivalence.refinement import place
from pieforge.graphs.classes.input_format import Format, FormatBench, guest
from pieforge.graphs.classes.shared_index import merge, read
from pieforge.graphs.context import Context
from pieforge.graphs.results import ClassState, Grouped
from pieforge.inputs import stratum
from pieforge.records import Program

ADVANCED = "advanced"
"""Mark of a member that went on to the optimizer."""
SUBMISSION = "submission"
"""Mark of a problem's own submission."""

_BEGINNING = "begin"
_SLOTS = ("0", "1")
"""The state before the last batch is kept too: a batch that was cut short begins with it again."""


@dataclass(frozen=True)
class Standing:
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


UNCLASSED = Standing(class_id="", class_rank=0, equal_on=0, split_by="", split_stratum="")
"""Of a program that was not classed: one that failed, or a submission."""


async def begin(context: Context, spoken: Format) -> None:
    """Set up the classes that a run begins with: those of earlier runs, and the submissions.

    Done once a run, so that what other runs find in the meantime does not matter to it.
    """

    async def compute() -> ClassState:
        folder = context.config.classes.index
        known, sha = read(folder, spoken, context.workshop) if folder else (None, "")
        index = known or ClassIndex(spoken.format_id)
        bench = FormatBench(context.workshop, spoken, own_tests_only=True)
        for language, program in _submissions(context, spoken):
            name = program.program_id
            name = name if program.language == language else guest(name, language)
            if name not in index.graph:
                runs = 2 * len(spoken.tests) + len(spoken.first)
                placed = await place(index, name, language, bench, first=spoken.first, runs=runs)
                if placed.class_id:
                    index.mark(name, SUBMISSION)
        return ClassState(after="", classes=json.dumps(index.dump()), begun_from=sha)

    await context.ledger.once(ClassState, spoken.format_id, _BEGINNING, compute)


def _submissions(context: Context, spoken: Format) -> Iterator[tuple[str, Program]]:
    """Yield each submission with each language of the run, a language's own fast one first.

    A program in one language can do what a submission in another does, and is not new then.
    """
    for language in context.config.run.languages:
        for problem_id in spoken.problems:
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


def before(context: Context, spoken: Format, key: str) -> ClassIndex:
    """Return the classes as they stood before a batch."""
    return _last(context, spoken, key)[1]


def keep(context: Context, spoken: Format, key: str, index: ClassIndex) -> None:
    """Keep the classes as they stand after a batch, in place of the state before the last one."""
    used, _ = _last(context, spoken, key)
    state = ClassState(after=key, classes=json.dumps(index.dump()))
    # The first batch takes both: what an earlier pass over the run had left there is too late.
    for slot in _SLOTS:
        if slot != used:
            context.ledger.put(state, spoken.format_id, slot)


def standings(context: Context) -> dict[str, Standing]:
    """Return where each program that was classed in this run stands after the last batch."""
    mine = {name for _, result in context.ledger.rows(Grouped) for name in result.classes}
    found = {}
    for spoken in context.formats:
        _, index = _last(context, spoken)
        for name in index.programs():
            if name in mine:
                class_id = index.class_of(name)
                split_by = index.split_by(class_id)
                found[name] = Standing(
                    class_id=class_id,
                    class_rank=index.rank(name),
                    equal_on=index.equal_on(name),
                    split_by=split_by,
                    split_stratum=stratum(split_by),
                )
    return found


async def publish(context: Context) -> None:
    """Add the run's classes to those of all runs, where the configuration names a folder.

    Raises:
        RunFolderError, StorageError: The folder cannot be used.
    """
    folder = context.config.classes.index
    if folder is None:
        return
    for spoken in context.formats:
        begun = context.ledger.get(ClassState, spoken.format_id, _BEGINNING)
        sha = begun.begun_from if begun is not None else ""
        _, index = _last(context, spoken)
        await merge(folder, spoken, context.workshop, index, sha)


def _last(context: Context, spoken: Format, key: str | None = None) -> tuple[str, ClassIndex]:
    """Return the last state, or the last one before a batch, and the slot that it lies in."""
    found = {
        slot: state
        for slot in (_BEGINNING, *_SLOTS)
        if (state := context.ledger.get(ClassState, spoken.format_id, slot)) is not None
        and (key is None or state.after < key)
    }
    slot = max(found, key=lambda slot: found[slot].after)
    return slot, ClassIndex.load(json.loads(found[slot].classes))
