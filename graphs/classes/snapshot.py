"""The classes of a run after each batch, in its ledger."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pieforge.equivalence.class_tree import ClassIndex
from pieforge.equivalence.refinement import place_program
from pieforge.graphs.classes.input_format import (
    FormatRunner,
    InputFormat,
    qualify_name,
    strip_language,
)
from pieforge.graphs.context import Context, LoadedClasses
from pieforge.graphs.corpus import read_classes
from pieforge.graphs.results import ClassIndexState, DeduplicateResult
from pieforge.inputs import get_stratum
from pieforge.records import ProgramText

ADVANCED = "advanced"
"""Mark of a member that went on to the optimizer."""
SUBMISSION = "submission"
"""Mark of a problem's own submission."""

_INITIAL_SLOT = "begin"
_SLOTS = ("0", "1")
"""The state before the last batch is kept, too: an interrupted batch starts from it again."""


@dataclass(frozen=True)
class ClassMembership:
    """A program's place in the classes.

    Attributes:
        class_rank: 1 for the first member of its class, and so on.
        equal_on: Inputs on which its outputs equal those of its class's first member.
        split_by: Name of the input that split its class from the nearest other one.
        split_stratum: That input's stratum.
        behavior: `problem` if a submission of the package is in the class, else `variant`.
    """

    class_id: str
    class_rank: int
    equal_on: int
    split_by: str
    split_stratum: str
    behavior: Literal["problem", "variant"] = "variant"


UNCLASSED = ClassMembership(class_id="", class_rank=0, equal_on=0, split_by="", split_stratum="")
"""Of a program without a class: one that failed, or a submission."""


async def initialize_classes(context: Context, input_format: InputFormat) -> None:
    """Create the classes that a run begins with: the corpus's, and those of the submissions.

    Done once per run, so that a resumed run does not see what other runs have added since.
    """

    async def compute() -> ClassIndexState:
        known, loaded_from = read_classes(context, input_format)
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
                if placed.class_id and program not in input_format.apart:
                    index.mark(name, SUBMISSION)
        return ClassIndexState(after="", classes=json.dumps(index.dump()), loaded_from=loaded_from)

    await context.ledger.compute_once(
        ClassIndexState, input_format.format_id, _INITIAL_SLOT, compute
    )


def _iter_submissions(
    context: Context, input_format: InputFormat
) -> Iterator[tuple[str, ProgramText]]:
    """Yield each submission with each language of the run, a language's own fast one first.

    A program that behaves like a submission in another language is not new either.
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
        yield from ((language, program) for program in input_format.apart)


def find_programs_apart(
    context: Context, input_format: InputFormat, index: ClassIndex
) -> frozenset[str]:
    """Return the programs in the classes whose problems the split keeps apart from the run.

    They are submissions, and programs of other runs that are in the corpus.
    """
    if not input_format.apart and context.corpus is None:
        return frozenset()
    return frozenset(
        name
        for name in index.list_programs()
        if context.get_program(strip_language(name)).problem_id in context.other_parts
    )


def load_before(context: Context, input_format: InputFormat, key: str) -> LoadedClasses:
    """Return the classes as they were before a batch; the caller may change them."""
    # Not read again for each batch. Taken out: an interrupted batch leaves them half changed.
    known = context.loaded_classes.pop(input_format.format_id, None)
    if known is not None and known.after < key:
        return known
    return _load_last(context, input_format, key)


def save_after(
    context: Context, input_format: InputFormat, key: str, before: LoadedClasses
) -> None:
    """Keep the classes as they are after a batch; the state before the previous one is dropped.

    Args:
        context: The run's dependencies.
        input_format: The format of the classes.
        key: The batch's subject in the ledger.
        before: What `load_before` returned, with the batch's programs placed.
    """
    state = ClassIndexState(after=key, classes=json.dumps(before.index.dump()))
    # The first batch overwrites both: an earlier pass over the run may have left later states.
    written = [slot for slot in _SLOTS if slot != before.slot]
    for slot in written:
        context.ledger.put(state, input_format.format_id, slot)
    context.loaded_classes[input_format.format_id] = LoadedClasses(written[0], key, before.index)


def load_after(context: Context, input_format: InputFormat, key: str) -> LoadedClasses:
    """Return the classes as they were kept after a batch; the caller may change them."""
    known = context.loaded_classes.pop(input_format.format_id, None)
    if known is not None and known.after == key:
        return known
    return _load_last(context, input_format, key, including=True)


def save_again(context: Context, input_format: InputFormat, loaded: LoadedClasses) -> None:
    """Keep what `load_after` returned, with the changes since."""
    state = ClassIndexState(after=loaded.after, classes=json.dumps(loaded.index.dump()))
    for slot in _SLOTS:  # both, if it was the first batch
        kept = context.ledger.get(ClassIndexState, input_format.format_id, slot)
        if kept is not None and kept.after == loaded.after:
            context.ledger.put(state, input_format.format_id, slot)
    context.loaded_classes[input_format.format_id] = loaded


def collect_memberships(context: Context) -> dict[str, ClassMembership]:
    """Return the place of each of the run's programs after the last batch."""
    mine = {
        name
        for _, result in context.ledger.iter_results(DeduplicateResult)
        for name in result.classes
    }
    found = {}
    for input_format in context.formats:
        index = _get_last(context, input_format).index
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
                    behavior="problem" if index.list_marked(class_id, SUBMISSION) else "variant",
                )
    return found


def get_final_classes(context: Context) -> dict[str, tuple[ClassIndex, str]]:
    """Return the run's classes by format id, each with what its first ones were loaded from."""
    found = {}
    for input_format in context.formats:
        begun = context.ledger.get(ClassIndexState, input_format.format_id, _INITIAL_SLOT)
        loaded_from = begun.loaded_from if begun is not None else ""
        found[input_format.format_id] = _get_last(context, input_format).index, loaded_from
    return found


def _get_last(context: Context, input_format: InputFormat) -> LoadedClasses:
    known = context.loaded_classes.get(input_format.format_id)
    return known or _load_last(context, input_format)


def _load_last(
    context: Context, input_format: InputFormat, key: str | None = None, *, including: bool = False
) -> LoadedClasses:
    """Return the last state, or the last one before a batch or after it."""
    # Batch subjects sort in the order of the batches, and the empty one comes first.
    found = {
        slot: state
        for slot in (_INITIAL_SLOT, *_SLOTS)
        if (state := context.ledger.get(ClassIndexState, input_format.format_id, slot)) is not None
        and (key is None or state.after < key or (including and state.after == key))
    }
    slot = max(found, key=lambda slot: found[slot].after)
    index = ClassIndex.load(json.loads(found[slot].classes))
    return LoadedClasses(slot, found[slot].after, index)
