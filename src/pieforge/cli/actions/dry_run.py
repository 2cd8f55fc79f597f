"""The action of `pieforge run --dry-run`."""

from pieforge.cli.output import print_json, print_line, print_table
from pieforge.config import Config
from pieforge.graphs.dry_run import forecast_run
from pieforge.graphs.run import check_config
from pieforge.interruption import run_async


def show_forecast(config: Config, *, as_json: bool) -> None:
    """Print what a run would ask.

    Raises:
        PieforgeError: The run could not begin on this machine.
    """
    check_config(config)
    forecast = run_async(forecast_run(config))
    if as_json:
        print_json(forecast.model_dump())
        return
    for prompt in forecast.prompts:
        print_line(f"{prompt}\n\n{'-' * 80}\n")
    rows = [
        [
            each.role,
            str(each.calls),
            str(each.prompt_tokens),
            str(each.completion_tokens),
            "unknown" if each.usd is None else f"{each.usd:.4f}",
        ]
        for each in forecast.roles
    ]
    headings = ["role", "calls", "prompt tokens", "answer tokens", "USD"]
    print_table("Calls at most", headings, rows)
