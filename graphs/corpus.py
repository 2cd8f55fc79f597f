"""What a run takes from the corpus when it begins, and adds to it when it ends.

The run's ledger records which state of the corpus it saw, and what of it, so that the run is a
function of its configuration and that state: a resumed run sees the same.
"""

import json
import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pieforge.config import Config
from pieforge.corpus.corpus import Addition, Corpus, CorpusRow, RowKind, StoredTree
from pieforge.equivalence.class_tree import ClassIndex
from pieforge.equivalence.refinement import place_program
from pieforge.errors import PackageError
from pieforge.executors.cached import CachedExecutor
from pieforge.files import read_jsonl
from pieforge.graphs.classes.input_format import (
    FormatRunner,
    InputFormat,
    load_input,
    load_program,
    store_input,
    store_program,
    strip_language,
)
from pieforge.graphs.context import Context
from pieforge.graphs.problems.preparation import hash_package
from pieforge.graphs.results import ClassIndexState, CorpusAddition, CorpusView, KeptPair
from pieforge.inputs import NamedInput
from pieforge.ledger import Ledger
from pieforge.problems import Problem
from pieforge.records import Origin, Program, ProgramText, digest
from pieforge.rows import Pair
from pieforge.stored_rows import parse_pair

_logger = logging.getLogger(__name__)

_PAIRS = 4
"""Pairs of earlier runs that a run builds on, for each problem and language (PIE's: 4)."""
_ROW_IDS: Mapping[RowKind, str] = {
    "pair": "record_id",
    "reject": "record_id",
    "program": "program_id",
    "problem": "problem_id",
}


def begin_view(
    ledger: Ledger,
    corpus: Corpus,
    folder: Path,
    config: Config,
    problems: Mapping[str, Problem],
    tools: Mapping[str, str],
) -> CorpusView | None:
    """Return what a run sees of the corpus: that of its beginning; None if it began without one.

    Args:
        ledger: The run's ledger, in which it is kept.
        corpus: The corpus.
        folder: The run folder.
        config: The run's configuration.
        problems: Its problems by id.
        tools: Versions of its tools.

    Raises:
        CorpusError: The run began with another corpus.
    """
    known = ledger.get(CorpusView, "")
    if known is not None:
        corpus.check_identity(known.corpus)
        return known
    if next(ledger.iter_results(ClassIndexState), None) is not None:
        _logger.warning("the run was begun without a corpus: it neither sees it nor adds to it")
        return None
    run = f"{folder.name}-{digest(str(folder.resolve()), config.model_dump_json())[:12]}"
    packages = {name: hash_package(problem) for name, problem in problems.items()}
    state = corpus.begin_run(run, folder.name, tools, packages)
    excluded = corpus.get_exclusions()
    pairs = tuple(
        pair
        for name in sorted(problems)
        if name not in excluded["problem"]
        for pair in _choose_pairs(corpus, name, state, config)
    )
    for pair in pairs:
        store_program(ledger, pair.slow)
        store_program(ledger, pair.fast)
    slow = {
        corpus.get_row("pair", name)["src_id"]: reason for name, reason in excluded["pair"].items()
    }
    view = CorpusView(
        corpus=corpus.identity,
        run=run,
        state=state,
        excluded_problems=excluded["problem"],
        excluded_classes=excluded["class"],
        excluded_programs=slow,
        pairs=pairs,
    )
    ledger.put(view, "")
    return view


def _choose_pairs(
    corpus: Corpus, problem_id: str, state: int, config: Config
) -> Iterator[KeptPair]:
    """Yield the pairs of a problem to build on: the fastest of each edit cluster come first."""
    rows = corpus.iter_rows("pair", problem_id=problem_id, state=state)
    pairs = [
        (pair, row["class_id"])
        for row in rows
        if not row["stale"] and not row["excluded"] and (pair := read_pair(row["data"]))
    ]
    pairs.sort(key=lambda it: (-it[0].speedup, it[0].record_id))
    for language in config.run.languages:
        mine = [it for it in pairs if it[0].language == language and not it[0].surplus]
        turns: Counter[str] = Counter()
        places = {}
        for pair, _ in mine:
            places[pair.record_id] = turns[pair.edit_cluster]
            turns[pair.edit_cluster] += 1
        mine.sort(key=lambda it: places[it[0].record_id])
        yield from (_restore_pair(*it) for it in mine[:_PAIRS])


def read_pair(data: Mapping[str, Any]) -> Pair | None:
    """Return a pair of the corpus, also of an earlier schema version; None if it is damaged."""
    return parse_pair(0, json.dumps(data).encode()).pair


def _restore_pair(pair: Pair, class_id: str) -> KeptPair:
    slow, fast = (
        Program(
            **ProgramText.create(pair.problem_id, pair.language, code).model_dump(),
            origin=origin,
            round=0,
            parent_ids=(parent,) if parent else (),
        )
        for code, origin, parent in (
            # What lies between it and the submission that it descends from is in another run.
            (pair.src_code, Origin.AUTHOR, pair.base_slow_id),
            (pair.tgt_code, Origin.OPTIMIZER, pair.src_id),
        )
    )
    return KeptPair(
        record_id=pair.record_id,
        slow=slow,
        fast=fast,
        class_id=class_id,
        class_rank=pair.class_rank,
        speedup=pair.speedup,
        enabled_by=(),
        edit_id=pair.edit_id,
        edit_cluster=pair.edit_cluster,
    )


def leave_out_excluded(
    problems: Mapping[str, Problem], view: CorpusView | None
) -> dict[str, Problem]:
    """Return the problems that are not excluded by hand.

    Raises:
        PackageError: All are.
    """
    excluded = view.excluded_problems if view is not None else {}
    left = {name: it for name, it in problems.items() if name not in excluded}
    if not left:
        reasons = "; ".join(f"{name}: {excluded[name]}" for name in sorted(problems))
        raise PackageError(
            f"all problems of the run are excluded in the corpus: {reasons}",
            where="run.problems",
            fix="include one again: pieforge corpus exclude problem NAME --undo",
        )
    return left


def read_classes(context: Context, input_format: InputFormat) -> tuple[ClassIndex | None, str]:
    """Return the classes of a format that a run begins with, and the state of the corpus with them.

    Their programs and inputs are stored in the run's ledger.

    Raises:
        CorpusError: They cannot be read.
    """
    if context.corpus is None or (view := context.view) is None:
        return None, ""
    return load_classes(context.corpus, context.executor, input_format.format_id, view.state)


def load_classes(
    corpus: Corpus, executor: CachedExecutor, format_id: str, state: int | None = None
) -> tuple[ClassIndex | None, str]:
    """Return the classes of a format in a state of the corpus, by default the present one.

    And the state that they were added in. Their programs and inputs are stored in the executor's
    ledger.
    """
    stored = corpus.read_tree(format_id, state)
    if stored is None:
        return None, ""
    index = ClassIndex.load(dict(stored.tree))
    for row in corpus.load_programs(dict.fromkeys(map(strip_language, index.list_programs()))):
        text = ProgramText.create(row["problem_id"], row["language"], row["code"])
        store_program(executor.ledger, text)
    for sha in (*index.power.splits, *stored.first):
        store_input(executor.ledger, NamedInput(*corpus.load_input(sha)))
    return index, str(stored.state)


async def publish_run(
    context: Context, classes: Mapping[str, tuple[ClassIndex, str]], samples: Iterator[CorpusRow]
) -> dict[str, int]:
    """Add what a run found to the corpus; doing it again adds nothing.

    Where another run has added classes in the meantime, this run's programs are placed among
    those: each is run on the distinguishing inputs of both, and no new inputs are generated.

    Args:
        context: The run's dependencies.
        classes: The run's classes by format id, and the state that they began with.
        samples: The run's simulated runs.

    Returns:
        The number of new rows by kind.

    Raises:
        DatabaseError: Another process keeps the corpus locked for long.
        CorpusError, StorageError: It cannot be read or written.
    """
    corpus, view = context.corpus, context.view
    if corpus is None or view is None:
        return {}
    owner = f"run {view.run}"
    async with corpus.hold_lock(owner):
        merger = ClassMerger(corpus, context.executor)
        for input_format in context.formats:
            index, loaded_from = classes[input_format.format_id]
            await merger.merge(input_format, index, loaded_from)
        rows = [*_iter_exported(context), *merger.rows, *samples]
        added = corpus.add(view.run, owner, merger.create_addition(rows))
    context.ledger.put(CorpusAddition(added=added), "")
    return added


def _iter_exported(context: Context) -> Iterator[CorpusRow]:
    """Yield the rows of the run's exported files."""
    packages = {name: hash_package(problem) for name, problem in context.problems.items()}
    for kind, id_column in _ROW_IDS.items():
        path = context.folder / f"{kind}s.jsonl"
        for data in read_jsonl(path) if path.exists() else ():
            name = data[id_column]
            parent = {
                "pair": data.get("src_id", ""),
                "program": data.get("class_id", ""),
                "problem": packages.get(name, ""),
                "reject": "",
            }[kind]
            language = data.get("language", "")
            yield CorpusRow(kind, name, data, data["problem_id"], language, parent)


class ClassMerger:
    """Adds classes to those of the corpus, format by format."""

    def __init__(self, corpus: Corpus, executor: CachedExecutor) -> None:
        self._corpus = corpus
        self._executor = executor
        self._trees: dict[str, StoredTree] = {}
        self._inputs: dict[str, tuple[str, bytes]] = {}
        self._classes: dict[str, str] = {}
        self.rows: list[CorpusRow] = []

    async def merge(self, input_format: InputFormat, found: ClassIndex, loaded_from: str) -> None:
        """Merge the classes of one format.

        Args:
            input_format: The format.
            found: Its classes, which may be changed.
            loaded_from: The state of the corpus that they began with.
        """
        format_id, ledger = input_format.format_id, self._executor.ledger
        theirs, state = load_classes(self._corpus, self._executor, format_id)
        known = set(theirs.list_programs()) if theirs is not None else set()
        before = {name: theirs.get_class(name) for name in known} if theirs is not None else {}
        # An unchanged tree needs no merge: the run began with its classes.
        if theirs is not None and state != loaded_from:
            await _place_programs(theirs, found, input_format, self._executor)
            found = theirs
        for name in found.list_programs():
            program, class_id = load_program(ledger, strip_language(name)), found.get_class(name)
            if name != program.program_id:
                continue  # a submission in the tree of another language
            if class_id != before.get(name):
                self._classes[name] = class_id
            if name not in known:
                data = program.model_dump(mode="json")
                row = (name, data, program.problem_id, program.language, class_id)
                self.rows.append(CorpusRow("program", *row))
        for sha in found.power.splits:
            item = load_input(ledger, sha)
            self._inputs[sha] = (item.name, item.data)
        self._inputs |= {digest(it.data): (it.name, it.data) for it in input_format.first}
        self._trees[format_id] = StoredTree(
            problems=input_format.problems,
            first=[digest(item.data) for item in input_format.first],
            tree=found.dump(),
        )

    def create_addition(self, rows: list[CorpusRow]) -> Addition:
        """Return the merged classes and some rows as an addition."""
        return Addition(rows, self._trees, self._inputs, self._classes)


async def _place_programs(
    into: ClassIndex, found: ClassIndex, input_format: InputFormat, executor: CachedExecutor
) -> None:
    runner = FormatRunner(executor, input_format)
    for name in found.list_programs():
        known = name in into.graph
        path = [load_input(executor.ledger, sha) for sha in found.list_path_inputs(name)]
        first = {item.data: item for item in (*input_format.first, *path)}
        placed = await place_program(
            into, name, found.get_language(name), runner, first=list(first.values()), runs=0
        )
        mark = found.get_mark(name)
        if placed.class_id and mark and not known:
            into.mark(name, mark)
