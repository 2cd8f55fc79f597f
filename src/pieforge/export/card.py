"""The dataset card: what a run folder holds, in words and in the funnel."""

from collections import Counter
from collections.abc import Sequence
from statistics import median, quantiles

import jinja2
import yaml
from markupsafe import Markup

from pieforge import __version__
from pieforge.config import Config
from pieforge.export.features import describe_tables
from pieforge.export.realism import NEAR_DUPLICATE, measure_repetition
from pieforge.export.summary import RunSummary, describe_price
from pieforge.graphs.evidence.speedup_prediction import PrefilterSummary
from pieforge.graphs.funnel import STAGES
from pieforge.logs import escape_controls
from pieforge.measurement.scaling import MIN_GROWTH_EXPONENT
from pieforge.records import SCHEMA_VERSION
from pieforge.rows import CallRow, Pair, PairTests, ProblemRow

PIE_CUT = 1500
"""Characters at which PIE's fine-tuning script cuts a program."""
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def render_card(
    config: Config,
    pairs: Sequence[Pair],
    problems: Sequence[ProblemRow],
    calls: Sequence[CallRow],
    summary: RunSummary,
    prefilter: PrefilterSummary | None,
    tests: Sequence[PairTests],
) -> str:
    """Return the card as Markdown with the metadata block that the Hugging Face hub reads.

    Args:
        config: The run's configuration.
        pairs: Its rows.
        problems: Its problems.
        calls: Its model calls.
        summary: Its figures.
        prefilter: How its prediction did; None where the counter itself confirmed.
        tests: The tests of its pairs.
    """
    # Jinja escapes for HTML only; `finalize` applies to every value of the template.
    environment = jinja2.Environment(  # noqa: S701
        finalize=_escape_value,
        loader=jinja2.PackageLoader("pieforge.export", "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    simulators = Counter(pair.confirmed_by for pair in pairs)
    builds = sorted({build for pair in pairs for build in pair.builds_agree[1:]})
    return environment.get_template(
        "card.md.j2"
    ).render(
        # YAML quotes what needs it, and is not shown as Markdown.
        metadata=Markup(_render_metadata(pairs, problems)),  # noqa: S704
        version=__version__,
        schema_version=SCHEMA_VERSION,
        config=config,
        pairs=pairs,
        problems=Counter(pair.problem_id for pair in pairs),
        by_language={
            language: _describe_language([pair for pair in pairs if pair.language == language])
            for language in sorted({pair.language for pair in pairs})
        },
        licenses=sorted({problem.license_name for problem in problems}),
        edits=[it for it in summary.edits if it.language or not it.problem_id],
        edit_kinds=Counter(pair.edit_kind for pair in pairs),
        edit_patterns=_count_patterns(pairs),
        growths=Counter(pair.growth for pair in pairs),
        least_exponent=MIN_GROWTH_EXPONENT,
        models={
            role: sorted({call.model for call in calls if call.role == role})
            for role in sorted({call.role for call in calls})
        },
        # An engine in this process has no address.
        embedded=any("://" not in call.endpoint for call in calls),
        origins=len({pair.base_slow_id for pair in pairs}),
        same_edit=sum(pair.same_edit_as_base for pair in pairs),
        variants=sum(pair.behavior == "variant" for pair in pairs),
        repetition=measure_repetition(pairs, tests),
        near_duplicate=NEAR_DUPLICATE,
        lengths=_describe_lengths(pairs),
        pie_cut=PIE_CUT,
        cut=sum(pair.src_chars > PIE_CUT for pair in pairs),
        cut_equal=sum(pair.src_code[:PIE_CUT] == pair.tgt_code[:PIE_CUT] for pair in pairs),
        timed=_describe_timed(pairs),
        sanitized=sum(len(pair.builds_agree) > 1 for pair in pairs),
        builds=builds,
        rounds=[*summary.rounds, summary.total],
        summary=summary,
        price=describe_price(summary),
        stages=STAGES,
        prefilter=prefilter,
        simulators=simulators,
        confirmers=" or ".join(sorted(simulators)) or config.simulator.kind,
        shown_by=describe_shown_by(pairs),
        estimated=sum(pair.src_runtime_is != "measured" for pair in pairs),
    )


def describe_shown_by(pairs: Sequence[Pair]) -> str:
    """Return in one sentence which inputs show the pairs' speedups."""
    stressed = [pair for pair in pairs if pair.stress_speedup]
    only = [pair for pair in pairs if pair.shown_by == "stress"]
    text = f"{len(only)} of {len(pairs)} pairs are shown by stress inputs only"
    if stressed:
        typical, stress = (
            median(getattr(pair, name) for pair in stressed)
            for name in ("typical_speedup", "stress_speedup")
        )
        text += (
            f"; {len(stressed)} were measured on both, with a median speedup of {typical:.1f}x on"
            f" the package's tests and {stress:.1f}x on stress inputs"
        )
    return f"{text}."


_MARKUP = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\n": " "}
    | {character: f"\\{character}" for character in "\\`*[]|!#~"}
)


def escape_markdown(text: str) -> str:
    """Return Markdown that shows a text as it is, on one line: no HTML, link, image or table cell.

    Names of problems, licenses and models come from packages and servers.
    """
    return escape_controls(text.translate(_MARKUP)).replace("\t", " ")


def _escape_value(value: object) -> object:
    # What the filter `tojson` returns is safe already, and says so by `__html__`.
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return escape_markdown(value)
    return value


def _render_metadata(pairs: Sequence[Pair], problems: Sequence[ProblemRow]) -> str:
    """Return the YAML block that the hub and `datasets` read."""
    licenses = sorted({problem.license for problem in problems})
    [license_id] = licenses if len(licenses) == 1 else ["other"]
    values: dict[str, object] = {
        "pretty_name": f"{len(pairs)} pairs of slow and fast programs, by pieforge",
        "license": license_id,
    }
    if license_id == "other":
        names = sorted({problem.license_name for problem in problems})
        values["license_name"] = ", ".join(names) or "none"
    size = next((name for limit, name in _SIZES if len(pairs) < limit), "n>1M")
    values |= {
        "language": ["code"],
        "task_categories": ["text-generation"],
        "size_categories": [size],
        "tags": [
            *("code", "code-optimization", "synthetic"),
            *sorted({pair.language for pair in pairs}),
        ],
        "configs": [
            {"config_name": table["config_name"], "data_files": f"{table['config_name']}.jsonl"}
            | ({"default": True} if table["config_name"] == "pairs" else {})
            for table in describe_tables()
        ],
        "dataset_info": describe_tables(),
    }
    return yaml.safe_dump(values, sort_keys=False, width=100)


def _describe_language(pairs: Sequence[Pair]) -> dict[str, float]:
    return {
        "pairs": len(pairs),
        "median": median(pair.speedup for pair in pairs),
        "low": min(pair.speedup for pair in pairs),
        "high": max(pair.speedup for pair in pairs),
        "gross": median(pair.src_gross_runtime / pair.tgt_gross_runtime for pair in pairs),
        "startup": median(pair.tgt_startup / pair.tgt_gross_runtime for pair in pairs),
    }


def _count_patterns(pairs: Sequence[Pair]) -> dict[str, tuple[int, int]]:
    """Return the pairs, and the problems, that each anti-pattern is in."""
    found = Counter(key for pair in pairs for key in pair.edit_patterns)
    used_in = Counter(
        key for key, _ in {(key, pair.problem_id) for pair in pairs for key in pair.edit_patterns}
    )
    return {key: (count, used_in[key]) for key, count in found.items()}


def _describe_lengths(pairs: Sequence[Pair]) -> dict[str, int]:
    lengths = sorted(pair.src_chars for pair in pairs) or [0]
    middle = quantiles(lengths, n=10) if len(lengths) > 1 else [float(lengths[0])] * 9
    return {
        "least": lengths[0],
        "tenth": round(middle[0]),
        "median": round(median(lengths)),
        "ninetieth": round(middle[8]),
        "most": lengths[-1],
    }


def _describe_timed(pairs: Sequence[Pair]) -> dict[str, list[str]]:
    """Return the names of the simulated tests, by problem."""
    found: dict[str, set[str]] = {}
    for pair in pairs:
        found.setdefault(pair.problem_id, set()).update(item.test for item in pair.timed)
    return {name: sorted(tests) for name, tests in sorted(found.items())}
