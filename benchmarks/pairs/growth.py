"""Measure how runs, time and memory of classes grow from 100 to 10,000 programs.

The programs are functions in this process, because 10,000 real ones would be too expensive; tree,
refinement and portfolio are the real ones. Of the programs, 50 % have a new behavior, 30 % that of
an earlier program, and 20 % differ from an earlier program on rare inputs only.
"""

import math
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from pieforge.config import Config
from pieforge.equivalence.class_tree import ClassIndex
from pieforge.equivalence.observation import RunOutcome
from pieforge.equivalence.refinement import place_program
from pieforge.graphs.classes.input_format import choose_first_inputs
from pieforge.inputs import NamedInput
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.problems import BUNDLED, load_problem
from pieforge.records import digest
from pieforge.syntax.tokens import SourceText

STEPS = (100, 300, 1_000, 3_000, 10_000)
_PROBLEM = "nightboats"
_MINUTES, _MOST = 1500, 1500


@dataclass(frozen=True)
class StandIn:
    """A program for the problem `nightboats`, described by a few numbers.

    Attributes:
        shortest: Shorter stays are ignored.
        modulus: Modulus in the number of guards of a stay.
        extra: Guards that every stay needs.
        late: Boats that leave in this minute or later count twice.
        rare: Kind of a different behavior on rare inputs (empty: none), and its constant.
    """

    shortest: int
    modulus: int
    extra: int
    late: int
    rare: tuple[str, int] = ("", 0)

    def text(self, number: int) -> str:
        """Return a source text with the program's constants, from which the portfolio draws."""
        rare = {
            "": "",
            "count": f"if (n == {self.rare[1]}) sum++;",
            "start": f"if (start == {self.rare[1]}) sum++;",
            "stay": f"if (stay == {self.rare[1]}) sum++;",
            "most": f"if (n > {self.rare[1]}) n = {self.rare[1]};",
        }[self.rare[0]]
        return (
            f"int main() {{ {rare} if (stay >= {self.shortest}) sum += {self.extra} + stay % "
            f"{self.modulus}; if (end >= {self.late}) sum *= 2; }} // v{number}"
        )

    def output(self, data: bytes) -> str:
        """Return the program's output on an input."""
        boats = _boats(data)
        name, value = self.rare
        total = count = 0
        for start, end in boats[:value] if name == "most" else boats:
            stay = end - start + 1
            if stay < self.shortest:
                continue
            count += 1
            guards = self.extra + stay % self.modulus
            guards += (name == "start" and start == value) + (name == "stay" and stay == value)
            total = (total * 31 + guards * (2 if end >= self.late else 1)) % 1_000_003
        return f"{count} {total + (name == 'count' and len(boats) == value)}"


@lru_cache(maxsize=4096)
def _boats(data: bytes) -> list[tuple[int, int]]:
    numbers = [int(word) for word in data.split()[1:]]
    return list(zip(numbers[::2], numbers[1::2], strict=True))


async def _valid(inputs: Sequence[bytes]) -> list[bool]:
    return [_is_valid(data) for data in inputs]


def _is_valid(data: bytes) -> bool:
    """Return whether the package's validator would accept an input; computed in this process."""
    lines = data.split(b"\n")
    words = [line.split(b" ") for line in lines[:-1]]
    numbers = [word for row in words for word in row]
    if lines[-1] or not all(w.isdigit() and str(int(w)).encode() == w for w in numbers):
        return False
    if not words or len(words[0]) != 1 or not 1 <= int(words[0][0]) <= _MOST:
        return False
    boats = words[1:]
    return len(boats) == int(words[0][0]) and all(
        len(boat) == 2 and int(boat[0]) <= int(boat[1]) < _MINUTES for boat in boats
    )


class _Bench:
    """Runs stand-ins, and draws inputs for two of them; the runner of `place_program`."""

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self.programs: dict[str, tuple[StandIn, str]] = {}
        self.kept: dict[str, NamedInput] = {}

    async def run(self, program: str, inputs: Sequence[NamedInput]) -> Sequence[RunOutcome]:
        stand_in, _ = self.programs[program]
        return [RunOutcome(output=digest(stand_in.output(item.data))) for item in inputs]

    def find_nearest(self, newcomer: str, members: Sequence[str]) -> tuple[str, float]:
        del newcomer
        return members[0], 1.0

    async def draw(
        self, newcomer: str, member: str, count: int, excluded: frozenset[bytes]
    ) -> Sequence[NamedInput]:
        texts = [SourceText("cpp17", self.programs[name][1]) for name in (newcomer, member)]
        return await self.portfolio.draw(count, programs=texts, excluded=excluded)

    def store_input(self, sha: str, item: NamedInput) -> None:
        self.kept[sha] = item

    def load_input(self, sha: str) -> NamedInput:
        return self.kept[sha]


def stand_ins(count: int, rng: random.Random) -> list[StandIn]:
    """Return programs with the shares of behaviors that the module's docstring states."""
    found: list[StandIn] = []
    for _ in range(count):
        way = rng.random()
        if way < 0.5 or not found:
            one = StandIn(
                rng.randint(1, 6), rng.randint(3, 30), rng.randint(0, 9), rng.randint(1, 1400)
            )
        else:
            one = rng.choice(found)
        if way >= 0.8:
            kind = rng.choice(("count", "start", "stay", "most"))
            one = replace(one, rare=(kind, rng.randint(20, 1000)))
        found.append(one)
    return found


@dataclass(frozen=True)
class Point:
    """Total cost of a number of programs: runs, CPU seconds, bytes."""

    programs: int
    classes: int
    runs: int
    cpu_s: float
    memory: int


async def measure(steps: Sequence[int] = STEPS) -> list[Point]:
    """Place programs one after another; return the total cost at every step."""
    problem = load_problem(BUNDLED / _PROBLEM)
    tests = [NamedInput(test.name, test.input) for test in problem.tests]
    examples = [test.data for test in tests]
    bench = _Bench(Portfolio(infer_grammar(examples), examples, _valid, seed="growth"))
    first = choose_first_inputs(tests, [])
    index = ClassIndex("growth")
    budget = Config().classes.runs
    begin, used = _resident(), 0.0
    runs = 0
    points = []
    for number, one in enumerate(stand_ins(max(steps), random.Random("growth")), start=1):
        bench.programs[f"p{number}"] = (one, one.text(number))
        started = time.process_time()
        placed = await place_program(index, f"p{number}", "cpp17", bench, first=first, runs=budget)
        used += time.process_time() - started
        runs += placed.runs
        if number in steps:
            classes = len({index.get_class(name) for name in index.list_programs()})
            points.append(Point(number, classes, runs, used, max(1, _resident() - begin)))
    return points


def exponents(points: Sequence[Point]) -> Mapping[str, float]:
    """Return the slope of each cost over the number of programs, on logarithmic scales."""
    return {
        "runs": _slope([(p.programs, p.runs) for p in points]),
        "time": _slope([(p.programs, p.cpu_s) for p in points]),
        "memory": _slope([(p.programs, p.memory) for p in points]),
    }


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the regression line through the logarithms of the points."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    x0, y0 = (sum(column) / len(logs) for column in zip(*logs, strict=True))
    together = math.fsum((x - x0) * (y - y0) for x, y in logs)
    return together / math.fsum((x - x0) ** 2 for x, _ in logs)


def _resident() -> int:
    """Return the resident memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


async def say() -> float:
    """Print the curve; return the largest exponent."""
    points = await measure()
    print("\ngrowth of one tree, programs that are functions of this process")
    print(f"{'programs':>8} {'classes':>8} {'runs each':>10} {'CPU ms each':>12} {'KiB each':>9}")
    for p in points:
        n = p.programs
        print(
            f"{n:8} {p.classes:8} {p.runs / n:10.2f} {p.cpu_s / n * 1e3:12.2f} "
            f"{p.memory / n / 1024:9.2f}"
        )
    found = exponents(points)
    print("exponents: " + ", ".join(f"{name} {value:.3f}" for name, value in found.items()))
    return max(found.values())
