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
    # Markdown, not HTML: escaping would change the text.
    environment = jinja2.Environment(  # noqa: S701
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
