"""The metrics of an evaluation, and of two evaluations compared by program."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from pieforge.errors import RunFolderError
from pieforge.evaluation.estimators import (
    Estimate,
    compute_efficiency,
    compute_shares,
    estimate_best,
    estimate_mean,
)
from pieforge.evaluation.samples import (
    EditNovelty,
    ErrorKind,
    EvaluatedProgram,
    EvaluationSpend,
    JudgedBy,
    JudgedSample,
)
from pieforge.records import FrozenModel

THRESHOLDS = (1.1, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 7.5, 10.0, 15.0, 20.0, 30.0, 50.0, 75.0, 100.0)
"""Speedups of the threshold curve."""
HEAVIEST = 10
"""Programs whose weight in the mean speedup is told."""


class SampleShares(FrozenModel):
    """Shares of all samples."""

    valid: float
    """With a program in the language asked for."""
    compiles: float
    equal: float
    """With the slow program's output on every test."""
    hacked: float
    """Equal, and refused by a hack check."""
    unsound: float
    """Equal, and refused because other builds or perturbed re-runs behave otherwise."""


class BestOf(FrozenModel):
    """Means over the programs, of the best of `k` samples each."""

    k: int
    optimized: Estimate
    """PIE's %Opt, as a share."""
    speedup: Estimate
    correct: Estimate
    """PIE's %Correct, as a share."""
    efficiency: Estimate | None
    """eff@k; None where a program has no known fast version."""


class JudgedMetrics(FrozenModel):
    """The metrics under one judgment."""

    best: tuple[BestOf, ...]
    curve: tuple[tuple[float, float | None], ...]
    """Least speedup, and the share of programs whose best sample has it; None if unknown."""
    heaviest_share: float
    """Share of the ten largest speedups in the sum of all."""
    speedup_without_heaviest: float
    """Mean speedup of the other programs; 0 if there are none."""
    solved: int
    """Programs with an optimized sample."""
    tokens_per_solved: float | None
    """Tokens of prompts and answers; None if no program is solved."""
    usd_per_solved: float | None
    """None also where a price is unknown."""


class EditGroup(FrozenModel):
    """The programs whose edits are in the training data, or near one, or neither."""

    edit: EditNovelty
    programs: int
    optimized: Estimate
    """%Opt as a share: one sample, judged by the whole chain."""


class EvaluationMetrics(FrozenModel):
    """All metrics of an evaluation."""

    programs: int
    problems: int
    samples: int
    """Of each program."""
    shares: SampleShares
    judged_by: dict[JudgedBy, JudgedMetrics]
    errors: dict[ErrorKind, int]
    """Samples by what became of them."""
    by_edit: tuple[EditGroup, ...] = ()
    """Empty without training data."""


def compute_metrics(
    programs: Sequence[EvaluatedProgram], spend: EvaluationSpend
) -> EvaluationMetrics:
    """Return the metrics of at least one program, each with equally many samples, at least one."""
    samples = [sample for program in programs for sample in program.samples]
    errors = Counter(sample.kind for sample in samples)
    return EvaluationMetrics(
        programs=len(programs),
        problems=len({program.problem_id for program in programs}),
        samples=len(programs[0].samples),
        shares=SampleShares(
            valid=_compute_share(samples, lambda it: bool(it.program_id)),
            compiles=_compute_share(samples, lambda it: it.compiles),
            equal=_compute_share(samples, lambda it: it.equal),
            hacked=_compute_share(samples, lambda it: it.kind is ErrorKind.HACK),
            unsound=_compute_share(samples, lambda it: it.kind is ErrorKind.UNSOUND),
        ),
        judged_by={by: _judge(programs, spend, by) for by in JudgedBy},
        errors={kind: errors[kind] for kind in ErrorKind if errors[kind]},
        by_edit=tuple(
            EditGroup(
                edit=edit,
                programs=len(group),
                optimized=_estimate_best_of(group, JudgedBy.ALL, 1).optimized,
            )
            for edit in EditNovelty
            if (group := [program for program in programs if program.edit is edit])
        ),
    )


def _compute_share(
    samples: Sequence[JudgedSample], counts: Callable[[JudgedSample], bool]
) -> float:
    return sum(map(counts, samples)) / len(samples)


_Value = Callable[[EvaluatedProgram, JudgedSample], float]


def _list_values(by: JudgedBy) -> Mapping[str, _Value]:
    """Return the value of a sample for each metric."""
    return {
        "optimized": lambda _, it: it.is_optimized(by),
        "speedup": lambda _, it: it.get_speedup(by),
        "correct": lambda _, it: it.is_correct(by),
        "efficiency": lambda program, it: compute_efficiency(
            it.counted if it.is_correct(by) else 0.0, program.reference
        ),
    }


def _judge(
    programs: Sequence[EvaluatedProgram], spend: EvaluationSpend, by: JudgedBy
) -> JudgedMetrics:
    n = len(programs[0].samples)
    sizes = sorted({k for k in (1, 2, 4, 8, 16, 32) if k < n} | {n})
    fastest = [_find_fastest(program, by) for program in programs]
    speedups = sorted((speedup for speedup, _ in fastest), reverse=True)
    others = speedups[HEAVIEST:]
    solved = sum(any(it.is_optimized(by) for it in program.samples) for program in programs)
    tokens = spend.tokens.prompt_tokens + spend.tokens.completion_tokens
    return JudgedMetrics(
        best=tuple(_estimate_best_of(programs, by, k) for k in sizes),
        curve=tuple(zip(THRESHOLDS, compute_shares(fastest, THRESHOLDS), strict=True)),
        heaviest_share=sum(speedups[:HEAVIEST]) / sum(speedups),
        speedup_without_heaviest=sum(others) / len(others) if others else 0.0,
        solved=solved,
        tokens_per_solved=tokens / solved if solved else None,
        usd_per_solved=spend.usd / solved if solved and spend.usd is not None else None,
    )


def _find_fastest(program: EvaluatedProgram, by: JudgedBy) -> tuple[float, bool]:
    """Return a program's largest speedup, and whether it is only a lower bound."""
    return max((it.get_speedup(by), it.censored and it.is_optimized(by)) for it in program.samples)


def _estimate_best_of(programs: Sequence[EvaluatedProgram], by: JudgedBy, k: int) -> BestOf:
    problems = [program.problem_id for program in programs]
    has_reference = all(program.reference > 1 for program in programs)
    found = {
        name: estimate_mean(_list_best(programs, value, k), problems)
        for name, value in _list_values(by).items()
        if name != "efficiency" or has_reference
    }
    return BestOf.model_validate({"k": k, "efficiency": None, **found})


def _list_best(programs: Sequence[EvaluatedProgram], value: _Value, k: int) -> list[float]:
    return [
        estimate_best([value(program, sample) for sample in program.samples], k)
        for program in programs
    ]


class MetricDifference(FrozenModel):
    """One metric of two evaluations, on the programs of both."""

    metric: str
    k: int
    first: float
    second: float
    difference: Estimate
    """Second minus first, paired by program."""


class EvaluationComparison(FrozenModel):
    """Two evaluations, judged by the whole chain."""

    programs: int
    """In both."""
    only_first: int
    only_second: int
    first_faster: int
    """Programs whose best sample of the first evaluation is faster by at least 10 %."""
    second_faster: int
    same_answers: float
    """Share of the answers, the first with the first and so on, that are one program in both; an
    answer without a program is not. Without sampling it shows what a quantization changes."""
    level: float
    """Confidence level of the intervals."""
    differences: tuple[MetricDifference, ...]


def compare_programs(
    first: Sequence[EvaluatedProgram], second: Sequence[EvaluatedProgram], *, level: float = 0.95
) -> EvaluationComparison:
    """Compare two evaluations by the programs that are in both.

    The interval of a difference is a bootstrap over problems of the differences by program, so that
    what makes a program hard for both drops out.

    Raises:
        RunFolderError: They have no program in common.
    """
    a, b = ({it.program_id: it for it in programs} for programs in (first, second))
    common = [name for name in a if name in b]
    if not common:
        raise RunFolderError(
            "the evaluations have no program in common",
            fix="compare evaluations of the same programs",
        )
    mine, others = [a[name] for name in common], [b[name] for name in common]
    problems = [program.problem_id for program in mine]
    most = min(len(program.samples) for program in (*mine, *others))
    differences = []
    for k in sorted({1, most}):
        for metric, value in _list_values(JudgedBy.ALL).items():
            if metric == "efficiency" and any(it.reference <= 1 for it in (*mine, *others)):
                continue
            pairs = list(zip(_list_best(mine, value, k), _list_best(others, value, k), strict=True))
            differences.append(
                MetricDifference(
                    metric=metric,
                    k=k,
                    first=sum(x for x, _ in pairs) / len(pairs),
                    second=sum(y for _, y in pairs) / len(pairs),
                    difference=estimate_mean([y - x for x, y in pairs], problems, level),
                )
            )
    best = [
        [_find_fastest(program, JudgedBy.ALL)[0] for program in programs]
        for programs in (mine, others)
    ]
    answers = [
        (x.program_id, y.program_id)
        for one, other in zip(mine, others, strict=True)
        for x, y in zip(one.samples, other.samples, strict=False)
    ]
    return EvaluationComparison(
        programs=len(common),
        only_first=len(a) - len(common),
        only_second=len(b) - len(common),
        first_faster=sum(x >= 1.1 * y for x, y in zip(*best, strict=True)),
        second_faster=sum(y >= 1.1 * x for x, y in zip(*best, strict=True)),
        same_answers=sum(x == y != "" for x, y in answers) / len(answers),
        level=level,
        differences=tuple(differences),
    )
