"""Compare several ways to do a job: interleaved repetitions, medians of CPU and wall time."""

import asyncio
import inspect
import json
import os
import resource
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Way = Callable[[], Awaitable[None] | None]


@dataclass(frozen=True)
class Cost:
    """The cost of one repetition in seconds; CPU time of this process and its ended children."""

    cpu_s: float
    wall_s: float


def _cpu() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    uses = [resource.getrusage(kind) for kind in kinds]
    return sum(use.ru_utime + use.ru_stime for use in uses)


async def _once(way: Way) -> Cost:
    cpu, wall = _cpu(), time.perf_counter()
    result = way()
    if inspect.isawaitable(result):
        await result
    return Cost(_cpu() - cpu, time.perf_counter() - wall)


async def interleaved(ways: Mapping[str, Way], repetitions: int) -> dict[str, list[Cost]]:
    """Run every way in turn, `repetitions` times, after one warm-up round that does not count.

    Repetition k of all ways is close together in time, so that other load on the machine affects
    all of them equally; compare them by `ratio`.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    for repetition in range(repetitions + 1):
        for name, way in ways.items():
            cost = await _once(way)
            if repetition:
                costs[name].append(cost)
        await asyncio.sleep(0)
    return costs


def ratio(a: list[Cost], b: list[Cost], figure: Callable[[Cost], float]) -> float:
    """Return the median of the ratios of `a` to `b`, each within one repetition."""
    return statistics.median(figure(x) / figure(y) for x, y in zip(a, b, strict=True))


def median(costs: list[Cost], figure: Callable[[Cost], float]) -> float:
    """Return the median of a component of the costs."""
    return statistics.median(map(figure, costs))


def cpu(cost: Cost) -> float:
    """Return CPU seconds."""
    return cost.cpu_s


def middle(figures: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(figures)


def wall(cost: Cost) -> float:
    """Return seconds of wall time."""
    return cost.wall_s


def rank_correlation(left: Sequence[float], right: Sequence[float]) -> float:
    """Return Spearman's coefficient: Pearson's coefficient of the ranks, with means for ties."""
    return statistics.correlation(_ranks(left), _ranks(right))


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value; equal values have the mean of their ranks."""
    ordered = sorted(values)
    last = len(values) - 1
    return [(ordered.index(value) + last - ordered[::-1].index(value)) / 2 for value in values]


def say_where() -> None:
    """Print the machine's cores and load, which the results depend on."""
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.2f} at the start")


def say_result(**figures: float) -> None:
    """Print the results as one line of JSON, the last line of a benchmark."""
    print(json.dumps({name: round(figure, 4) for name, figure in figures.items()}))
