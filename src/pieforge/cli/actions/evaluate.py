"""The action of `pieforge eval`."""

from collections.abc import Sequence
from pathlib import Path
from shlex import quote

from pieforge import problems
from pieforge.cli.output import format_count, print_json, print_line, print_table
from pieforge.cli.progress import RunProgress
from pieforge.config import Config
from pieforge.errors import ExitStatus
from pieforge.evaluation.curve import draw_curves
from pieforge.evaluation.estimators import Estimate
from pieforge.evaluation.metrics import BestOf, EvaluationMetrics, compare_programs
from pieforge.evaluation.reference import REFERENCE_FILE, read_reference
from pieforge.evaluation.samples import JudgedBy
from pieforge.files import write_text
from pieforge.graphs.evaluation import (
    RESULT,
    Evaluation,
    EvaluationPlan,
    choose_behaviors,
    choose_part,
    create_policy,
    evaluate,
    read_evaluation,
)
from pieforge.graphs.run import RunEnd, check_config
from pieforge.interruption import run_async, set_advice
from pieforge.stored_rows import iter_pairs

CURVE = "curve.svg"


def plan_evaluation(
    config: Config,
    part: str,
    reference: Path | None,
    behaviors: Path | None,
    train: Sequence[Path],
) -> EvaluationPlan:
    """Return what to ask about; see the command's options.

    Raises:
        UserInputError: There is nothing to ask about, or it cannot be read.
    """
    if behaviors is not None:
        programs = list(choose_behaviors(list(iter_pairs(behaviors))))
        where = "train"
    else:
        root = config.run.problem_folder or problems.BUNDLED
        programs = read_reference(reference or root / REFERENCE_FILE)
        where = part
    return EvaluationPlan(
        choose_part(config, programs, where),
        [pair for folder in train for pair in iter_pairs(folder)],
    )


def evaluate_optimizer(
    folder: Path, own: Config, plan: EvaluationPlan, *, as_json: bool
) -> ExitStatus:
    """Evaluate, write the result, print it; return the exit status."""
    check_config(create_policy(own, plan.programs))
    name = quote(folder.name)
    set_advice(f"finished work is kept, continue with the same command and --name {name}")
    with RunProgress() as progress:
        found = run_async(evaluate(folder, own, plan, progress))
    write_text(folder / RESULT, found.model_dump_json(indent=1) + "\n")
    if found.metrics is not None:
        curves = {str(by): it.curve for by, it in found.metrics.judged_by.items()}
        write_text(folder / CURVE, draw_curves(curves))
    if as_json:
        print_json({"folder": str(folder), **found.model_dump(mode="json", exclude={"programs"})})
    else:
        _report(folder, found)
    return RunEnd(list(found.open), found.stopped).status


def _report(folder: Path, found: Evaluation) -> None:
    if found.metrics is not None:
        _print_metrics(found.metrics)
    if found.spend.calls:
        tokens = found.spend.tokens.prompt_tokens + found.spend.tokens.completion_tokens
        usd = "unknown price" if found.spend.usd is None else f"{found.spend.usd:.4f} USD"
        print_line(f"{format_count(found.spend.calls, 'call')}, {tokens} tokens, {usd}")
    for it in found.left_out:
        print_line(f"left out: {it.program_id} ({it.problem_id}): {it.why}")
    for pending in found.open:
        print_line(f"left open: {pending.subject}: {pending.cause}")
    again = f"the same command and --name {quote(folder.name)}"
    if found.stopped:
        print_line(f"ended by {found.stopped}; with a higher one it continues: {again}")
    elif found.open:
        print_line(f"try them again with {again}")
    print_line(f"\nprograms: {found.reference_sha[:16]}; result: {folder / RESULT}")


def _print_metrics(metrics: EvaluationMetrics) -> None:
    shares = metrics.shares.model_dump()
    programs = format_count(metrics.programs, "program")
    print_line(
        f"{programs} of {format_count(metrics.problems, 'problem')}"
        f", {format_count(metrics.samples, 'sample')} each; "
        + ", ".join(f"{name} {100 * share:.1f} %" for name, share in shares.items())
    )
    rows = [
        [name, str(same_k[0].k), *(_format_metric(best, key, scale) for best in same_k)]
        for name, key, scale in _METRICS
        for same_k in zip(*(it.best for it in metrics.judged_by.values()), strict=True)
    ]
    judges = [f"by {by}" for by in metrics.judged_by]
    print_table("\nMetrics, with 95 % intervals", ["metric", "best of", *judges], rows)
    curves = [it.curve for it in metrics.judged_by.values()]
    points = [
        [f"{at[0][0]:g}", *("-" if share is None else f"{100 * share:.1f}" for _, share in at)]
        for at in zip(*curves, strict=True)
    ]
    print_table(
        "\nPrograms with at least", ["speedup", *(f"% by {by}" for by in metrics.judged_by)], points
    )
    groups = [
        [it.edit, str(it.programs), _format_estimate(it.optimized, 100.0)] for it in metrics.by_edit
    ]
    if groups:
        columns = ["training data", "programs", "%Opt"]
        print_table("\nPrograms whose edit to the known fast program is in the", columns, groups)
    errors = [
        [kind, str(count), f"{100 * count / (metrics.programs * metrics.samples):.1f}"]
        for kind, count in metrics.errors.items()
    ]
    print_table("\nSamples", ["outcome", "count", "%"], errors)
    judged = metrics.judged_by[JudgedBy.ALL]
    print_line(
        f"\nthe ten heaviest programs make {100 * judged.heaviest_share:.1f} % of the summed "
        f"speedup; the mean of the others is {judged.speedup_without_heaviest:.2f}x"
    )
    if judged.solved:
        usd = judged.usd_per_solved
        price = "unknown price" if usd is None else f"{usd:.4f} USD"
        solved = format_count(judged.solved, "program")
        print_line(f"{solved} solved, {judged.tokens_per_solved:.0f} tokens and {price} each")


_METRICS = (
    ("%Opt", "optimized", 100.0),
    ("Speedup", "speedup", 1.0),
    ("%Correct", "correct", 100.0),
    ("eff@k", "efficiency", 1.0),
)


def _format_metric(best: BestOf, key: str, scale: float) -> str:
    found: Estimate | None = getattr(best, key)
    return "-" if found is None else _format_estimate(found, scale)


def _format_estimate(found: Estimate, scale: float = 1.0) -> str:
    digits = 1 if scale > 1 else 2
    value = f"{scale * found.value:.{digits}f}"
    if found.low is None or found.high is None:
        return value
    return f"{value} [{scale * found.low:.{digits}f}, {scale * found.high:.{digits}f}]"


def compare_folders(first: Path, second: Path, *, as_json: bool) -> None:
    """Compare two finished evaluations and print the differences."""
    a, b = read_evaluation(first), read_evaluation(second)
    found = compare_programs(a.programs, b.programs)
    if as_json:
        print_json({"first": str(first), "second": str(second), **found.model_dump(mode="json")})
        return
    print_line(f"first:  {first} ({a.model})\nsecond: {second} ({b.model})")
    rows = [
        [
            it.metric,
            str(it.k),
            f"{it.first:.3f}",
            f"{it.second:.3f}",
            _format_estimate(it.difference),
        ]
        for it in found.differences
    ]
    columns = ("metric", "best of", "first", "second", "second - first [95 %]")
    print_table("\nPaired by program", columns, rows)
    print_line(
        f"{format_count(found.programs, 'program')} in both; the first is faster on "
        f"{found.first_faster}, the second on {found.second_faster}; left out because only one has "
        f"them: {found.only_first} + {found.only_second}\n{100 * found.same_answers:.1f} % of the "
        "answers are the same program"
    )
