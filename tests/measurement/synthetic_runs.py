"""Synthetic programs with known times: counts like those of cachegrind, and times by weights.

A program has a style (its misses of each kind per instruction). The times on all of its inputs
differ from the weighted sum by one factor of its own.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from pieforge.measurement.prediction.model import EVENT_KINDS, TimedRun

TRUE_CYCLES = {
    "instructions": 0.3,
    "data misses": 12.0,
    "code misses": 20.0,
    "wrong branches": 14.0,
    "far data": 60.0,
    "far code": 190.0,
    "run": 25_000.0,
}
CLOCK_HZ = 3.5e9
PER_INSTRUCTION = {
    "i1_misses": 2e-5,
    "d1_read_misses": 2e-2,
    "d1_write_misses": 5e-3,
    "lld_read_misses": 1e-3,
    "lld_write_misses": 4e-4,
    "conditional_mispredicts": 1e-2,
    "indirect_mispredicts": 5e-4,
}
STARTUP = {
    "instructions": 61_000,
    "i1_misses": 1_500,
    "lli_misses": 1_200,
    "d1_read_misses": 1_500,
    "d1_write_misses": 400,
    "lld_read_misses": 1_000,
    "lld_write_misses": 400,
    "conditional_mispredicts": 2_000,
    "indirect_mispredicts": 200,
}


@dataclass(frozen=True)
class Synthetic:
    """One program: misses per instruction, by name, and its own factor on the time."""

    style: Mapping[str, float]
    factor: float

    def counts(self, work: float) -> dict[str, int]:
        """Return the counts of a run with a number of instructions after start-up."""
        found = dict(STARTUP)
        found["instructions"] += int(work)
        for name, rate in self.style.items():
            found[name] += int(rate * work)
        return found

    def seconds(self, counts: Mapping[str, int]) -> float:
        """Return the true time."""
        cycles = sum(
            weight * sum(counts.get(name, 0) for name in EVENT_KINDS[kind])
            if EVENT_KINDS[kind]
            else weight
            for kind, weight in TRUE_CYCLES.items()
        )
        return self.factor * cycles / CLOCK_HZ


def program(rng: Random, spread: float, *, tails: bool = False) -> Synthetic:
    """Draw a program; with `tails`, one in ten has three times the spread."""
    style = {name: rate * math.exp(rng.gauss(0, 1)) for name, rate in PER_INSTRUCTION.items()}
    wide = 3.0 if tails and rng.random() < 0.1 else 1.0
    return Synthetic(style, math.exp(rng.gauss(0, spread * wide)))


def runs(name: str, drawn: Synthetic, rng: Random, count: int = 3) -> list[TimedRun]:
    """Return measured runs of a program on inputs of a thousand to three million instructions."""
    counts = [drawn.counts(10 ** rng.uniform(3, 6.5)) for _ in range(count)]
    return [TimedRun(counts=c, seconds=drawn.seconds(c), program=name) for c in counts]


def corpus(rng: Random, programs: int, spread: float, *, tails: bool = False) -> list[TimedRun]:
    """Return the measured runs of several programs."""
    return [
        sample
        for number in range(programs)
        for sample in runs(f"p{number}", program(rng, spread, tails=tails), rng)
    ]
