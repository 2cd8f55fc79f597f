"""How many different edits a run's pairs hold."""

from collections import Counter
from collections.abc import Iterator, Sequence

from pieforge.lessons.clusters import count_effective_edits
from pieforge.rows import EditCount, Pair


def count_edits(pairs: Sequence[Pair]) -> Iterator[EditCount]:
    """Yield the counts of all pairs, by language, by problem, and by problem and language."""
    groups = {
        key
        for pair in pairs
        for key in (
            ("", pair.language),
            (pair.problem_id, ""),
            (pair.problem_id, pair.language),
        )
    }
    for problem_id, language in sorted({("", ""), *groups}):
        yield _count_group(
            problem_id,
            language,
            [
                pair
                for pair in pairs
                if problem_id in {"", pair.problem_id} and language in {"", pair.language}
            ],
        )


def _count_group(problem_id: str, language: str, pairs: Sequence[Pair]) -> EditCount:
    used = [pair for pair in pairs if not pair.surplus]
    # A pair without a known edit counts as one of its own.
    clusters = Counter(pair.edit_cluster or pair.record_id for pair in used)
    problems = {(pair.edit_cluster or pair.record_id, pair.problem_id) for pair in used}
    return EditCount(
        problem_id=problem_id,
        language=language,
        pairs=len(used),
        surplus=len(pairs) - len(used),
        distinct_edits=len({pair.edit_id or pair.record_id for pair in used}),
        clusters=len(clusters),
        effective_edits=count_effective_edits(clusters.elements()),
        contexts=len(used) / max(1, len(clusters)),
        problems=len(problems) / max(1, len(clusters)),
        largest_share=max(clusters.values(), default=0) / max(1, len(used)),
    )
