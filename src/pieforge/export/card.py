"""The dataset card: what a run folder holds, in words and in the funnel."""

from collections import Counter
from collections.abc import Sequence
from statistics import median

import jinja2

from pieforge import __version__
from pieforge.config import Config
from pieforge.graphs.evidence.speedup_prediction import PrefilterSummary
from pieforge.graphs.funnel import STAGES, Funnel, sum_funnels
from pieforge.lessons.edit_kind import MEASURED_ERROR
from pieforge.logs import escape_controls
from pieforge.measurement.scaling import MIN_GROWTH_EXPONENT
from pieforge.records import SCHEMA_VERSION, Pair


def render_card(
    config: Config,
    pairs: Sequence[Pair],
    rounds: Sequence[Funnel],
    prefilter: PrefilterSummary | None,
) -> str:
    """Return the card as Markdown with the metadata block that the Hugging Face hub reads.

    Args:
        config: The run's configuration.
        pairs: Its rows.
        rounds: Its funnels.
        prefilter: How its prediction did; None where the counter itself confirmed.
    """
    # Jinja escapes for HTML only; `finalize` applies to every value of the template.
    environment = jinja2.Environment(  # noqa: S701
        finalize=_escape_value,
        loader=jinja2.PackageLoader("pieforge.export", "templates"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    speedups = [pair.speedup for pair in pairs]
    simulators = Counter(pair.confirmed_by for pair in pairs)
    return environment.get_template("card.md.j2").render(
        version=__version__,
        schema_version=SCHEMA_VERSION,
        config=config,
        pairs=pairs,
        problems=Counter(pair.problem_id for pair in pairs),
        languages=Counter(pair.language for pair in pairs),
        licenses=sorted({pair.license for pair in pairs}),
        edit_kinds=Counter(pair.edit_kind or "not judged" for pair in pairs),
        edit_kind_error=MEASURED_ERROR,
        growths=Counter(pair.growth for pair in pairs),
        least_exponent=MIN_GROWTH_EXPONENT,
        models=sorted({pair.model for pair in pairs}),
        sanitized=sum(bool(pair.builds_agree) for pair in pairs),
        builds=sorted({build for pair in pairs for build in pair.builds_agree}),
        median_speedup=median(speedups) if speedups else 0.0,
        rounds=[*rounds, sum_funnels(rounds)],
        stages=STAGES,
        prefilter=prefilter,
        simulators=simulators,
        confirmers=" or ".join(sorted(simulators)) or config.simulator.kind,
        bounded=sum(pair.speedup_bound == "lower" for pair in pairs),
    )


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
