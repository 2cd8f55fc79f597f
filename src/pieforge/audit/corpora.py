"""A corpus looked at again: stale pairs judged by what is here now; two corpora merged."""

import tempfile
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from langgraph.runtime import Runtime

from pieforge import problems
from pieforge.config import Config
from pieforge.corpus.corpus import Corpus
from pieforge.errors import CorpusError, PieforgeError
from pieforge.export.run_files import export_run
from pieforge.graphs.classes.input_format import InputFormat, load_input
from pieforge.graphs.context import Context
from pieforge.graphs.corpus import ClassMerger, load_classes, read_pair
from pieforge.graphs.results import CandidateResult, OptimizeResult, ProgramReply
from pieforge.graphs.run import Events, open_context, open_executor
from pieforge.graphs.run_folder import create_run_folder, open_configured_corpus
from pieforge.graphs.self_play import CANDIDATE_STAGES
from pieforge.ledger import Ledger
from pieforge.records import FrozenModel, Origin, Pending, Program, ProgramText
from pieforge.rows import Pair


class JudgedPairs(FrozenModel):
    """Stale pairs that were judged again."""

    holds: int
    refused: dict[str, str]
    """Why a pair is refused now, by record id; it is excluded."""
    open: tuple[Pending, ...]
    """Pairs that stay stale, because the infrastructure failed."""


async def rejudge_stale(config: Config, events: Events) -> JudgedPairs:
    """Judge the stale pairs of a corpus by the packages and tools that are here.

    What has changed since the corpus was last used is marked as stale first. A pair that is refused
    is excluded with the reason.

    Args:
        config: Names the corpus; all problems of its problem folder are used.
        events: Receives the progress.

    Raises:
        CorpusError: The configuration names no corpus.
        PieforgeError: This machine cannot judge.
    """
    holds, refused, still_open = 0, {}, []
    with tempfile.TemporaryDirectory(prefix="pieforge-rejudge-") as name:
        folder = Path(name)
        create_run_folder(folder, config)
        async with open_context(folder, config, events, export_run, sees_corpus=True) as context:
            corpus, view = context.corpus, context.view
            if corpus is None or view is None:
                raise CorpusError("the configuration names no corpus", fix="set corpus.path")
            for record_id, data in corpus.iter_stale_pairs():
                pair = read_pair(data)
                if pair is None or pair.problem_id not in context.prepared:
                    continue
                if pair.language not in context.prepared[pair.problem_id].slow:
                    continue
                try:
                    refusal = await _judge(context, pair)
                except PieforgeError as error:
                    still_open.append(Pending(subject=record_id, cause=error.what))
                    continue
                corpus.settle(view.run, record_id, refusal)
                holds += not refusal
                if refusal:
                    refused[record_id] = refusal
                events({"stage": "rejudged", "pair": record_id, "refusal": refusal})
            corpus.end_run(view.run)
    return JudgedPairs(holds=holds, refused=refused, open=tuple(still_open))


async def _judge(context: Context, pair: Pair) -> str:
    """Return why a pair is refused, or an empty string."""
    slow, fast = (
        ProgramText.create(pair.problem_id, pair.language, code)
        for code in (pair.src_code, pair.tgt_code)
    )
    answer = OptimizeResult.model_construct(replies=(ProgramReply(program=fast),))
    candidate = CandidateResult(
        slow=Program(**slow.model_dump(), origin=Origin.AUTHOR, round=0), batch=""
    ).model_copy(update={"optimize": answer})
    for name, stage in CANDIDATE_STAGES.items():
        if name == "optimize":  # its answer is the pair's fast program
            continue
        found = await stage(candidate, Runtime(context=context))
        candidate = candidate.model_copy(update={name: found})
        if name != "fit_scaling" and not candidate.has_passed(name):
            result = getattr(candidate, name)
            judged = result if name == "vet" else result.candidates[-1]
            return f"{name}: {judged.reason} {judged.detail}".strip()
    return ""


async def merge_corpora(
    config: Config, other: Corpus, report: Callable[[str], None]
) -> Mapping[str, int]:
    """Add another corpus to the one that a configuration names; return the new rows by kind.

    Where both have classes of an input format, the other's programs are run on the distinguishing
    inputs of both.

    Args:
        config: Names the corpus, and the folder of the problem packages.
        other: The other corpus.
        report: Receives a line for each format.

    Raises:
        CorpusError: The configuration names no corpus.
        PackageError: A problem whose programs have to be run is not in the folder.
        DatabaseError: Another process keeps the corpus locked.
    """
    corpus = open_configured_corpus(config)
    if corpus is None:
        raise CorpusError("the configuration names no corpus", fix="set corpus.path")
    async with AsyncExitStack() as stack:
        stack.callback(corpus.close)
        ledger = Ledger(Path(":memory:"))
        stack.callback(ledger.close)
        owner = f"merge of {other.where}"
        await stack.enter_async_context(corpus.hold_lock(owner))
        trees = {name: tree for name in other.list_formats() if (tree := other.read_tree(name))}
        both = trees.keys() & set(corpus.list_formats())
        root = config.run.problem_folder or problems.BUNDLED
        names = {problem for name in both for problem in trees[name].problems}
        limits = {name: problems.load_named_problem(root, name).limits for name in sorted(names)}
        executor = await stack.enter_async_context(
            open_executor(config, ledger, package_limits=limits)
        )
        merger = ClassMerger(corpus, executor)
        for format_id, tree in trees.items():
            index, _ = load_classes(other, executor, format_id)
            if index is not None:
                first = tuple(load_input(ledger, sha) for sha in tree.first)
                here = InputFormat(format_id, tuple(tree.problems), first, tests=())
                await merger.merge(here, index, loaded_from="")
                report(f"classes of {', '.join(tree.problems)}")
        rows = [*other.iter_corpus_rows(), *merger.rows]
        added = corpus.add("", owner, merger.create_addition(rows))
        corpus.copy_from(other)
    return added
