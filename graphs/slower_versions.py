"""Plan slower versions of fast programs: of which program, with which anti-patterns."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations

from pieforge.graphs.classes.input_format import store_program
from pieforge.graphs.context import Context
from pieforge.graphs.results import (
    AuthorCall,
    CandidateResult,
    KeptPair,
    PlanRoundResult,
)
from pieforge.lessons.patterns import discover_patterns, list_rewrites
from pieforge.records import Origin, Program, digest


def plan_slower_versions(
    context: Context, kept: Sequence[KeptPair], round_number: int
) -> Iterator[AuthorCall]:
    """Yield a round's calls for slower versions of fast programs, by problem.

    Odd calls ask for two anti-patterns together, of one kind: next to one that changes how the cost
    grows, nobody sees a constant factor. Those that change how the cost grows come first,
    and those that gave a pair for every third attempt; among them those that were tried least often
    in the problem and language, then those that gave no pair least often. A program is tried with
    the same anti-patterns as often as they have sites in it.

    Args:
        context: The run's dependencies.
        kept: The pairs that the round builds on.
        round_number: The round, from 1.
    """
    tried = Counter(
        (call.second, call.patterns)
        for key, plan in context.ledger.iter_results(PlanRoundResult)
        if int(key) < round_number
        for batch in plan.batches
        for call in batch
    )
    gave, declared = _count_pairs(context, kept), discover_patterns()
    for place, problem_id in enumerate(sorted(context.prepared)):
        prepared = context.prepared[problem_id]
        # The tests to measure on are chosen by a slow submission in the language.
        usable = prepared.fast.keys() & prepared.slow.keys()
        languages = [each for each in context.config.run.languages if each in usable]
        seed = f"slower/{context.config.run.author_seed}/{round_number}/{problem_id}"
        draw = random.Random(seed)  # noqa: S311
        for index in range(context.config.run.deoptimizations if languages else 0):
            language = languages[(place + round_number + index) % len(languages)]
            known = [
                *(prepared.all_fast.get(language) or (prepared.fast[language],)),
                *_store_written(context, kept, problem_id, language),
            ]
            sites = {
                name: Counter(
                    it.pattern for it in list_rewrites(context.get_program(name).code, language)
                )
                for name in known
            }
            options = [
                (name, chosen)
                for name, found in sites.items()
                for chosen in combinations(sorted(found), 1 + index % 2)
                if len({declared[key].kind for key in chosen}) == 1
                and tried[name, chosen] < min(found[key] for key in chosen)
            ]
            if not options:
                continue
            here = Counter(keys for name, keys in tried.elements() if name in sites)
            used = Counter(key for _, keys in tried.elements() for key in keys)
            rank = partial(_rank, here, used, gave)
            draw.shuffle(options)
            name, patterns = min(options, key=lambda it: rank(it[1]))
            tried[name, patterns] += 1
            call_id = f"{round_number}/{problem_id}/slower/{index}"
            yield AuthorCall(
                call_id=call_id,
                problem_id=problem_id,
                language=language,
                first=name,
                second=name,
                n=1,
                seed=int(digest(context.config.run.author_seed, call_id)[:8], 16) % (1 << 31),
                patterns=patterns,
            )


def _rank(
    here: Counter[tuple[str, ...]],
    used: Counter[str],
    gave: Counter[str],
    patterns: tuple[str, ...],
) -> tuple[bool, bool, int, int, int]:
    """Return what speaks against anti-patterns, the most important first.

    Whether they make the program slower by constant factors only, which seldom reaches the
    threshold; whether they gave a pair for fewer than every third attempt; how often they were
    tried in the problem and language; how often they gave no pair; how often they were tried at
    all. Of two, the better one counts.
    """
    declared = discover_patterns()
    constant = all(declared[key].kind == "constant" for key in patterns)
    seldom = all(used[key] >= 3 * (gave[key] + 1) for key in patterns)
    failed = min(used[key] - gave[key] for key in patterns)
    return constant, seldom, here[patterns], failed, sum(used[key] for key in patterns)


def find_fast_program(context: Context, kept: Sequence[KeptPair], name: str) -> Program:
    """Return a fast program by its id: a submission, or the optimizer's in a kept pair."""
    submissions = (it for each in context.prepared.values() for it in each.submissions)
    written = (pair.fast for pair in kept)
    return next(it for it in (*submissions, *written) if it.program_id == name)


def _count_pairs(context: Context, kept: Sequence[KeptPair]) -> Counter[str]:
    """Return how many pairs with a slower version of a fast program each anti-pattern gave."""
    names = (it.slow.program_id for it in kept if it.slow.origin is Origin.DEOPTIMIZER)
    results = (context.ledger.get(CandidateResult, name) for name in names)
    return Counter(
        key
        for result in results
        if result is not None and result.fit_scaling is not None
        for key in result.fit_scaling.edit_patterns
    )


def _store_written(
    context: Context, kept: Sequence[KeptPair], problem_id: str, language: str
) -> list[str]:
    """Return the ids of kept fast programs that the optimizer wrote; store their texts."""
    found = [
        pair.fast
        for pair in kept
        if pair.fast.origin is Origin.OPTIMIZER
        and (pair.fast.problem_id, pair.fast.language) == (problem_id, language)
    ]
    for program in found:
        store_program(context.ledger, program)
    return [program.program_id for program in found]
