"""Pairs whose ratio is too high for their edit run on more inputs before they are kept.

Two rules, both of them bounds of what is possible:

- A program that reads its input executes at least a few instructions for each byte: the fast
  programs of a default run take 60 and more, a reader over `getchar_unlocked` takes 20, a parser of
  one's own over `fread` about 5. A fast program below `MIN_CYCLES_PER_BYTE` on the largest test has
  probably not read it.
- An edit that removes anti-patterns of constant cost alone gains a constant factor. The largest is
  that between two readers of numbers, 22 (`cin` against `getchar_unlocked`), so that more than
  `MAX_CONSTANT_FACTOR` has another cause.

Neither is a reject: the pair may be right, and more inputs decide.
"""

from collections.abc import Sequence

from pieforge.executors.records import Suite
from pieforge.graphs.context import Context
from pieforge.graphs.evidence.output_equivalence import compare_further
from pieforge.graphs.problems.suites import HiddenInputSource, generate_hidden_inputs
from pieforge.graphs.results import ComparedCandidate, require
from pieforge.inputs import NamedInput
from pieforge.lessons.patterns import discover_patterns
from pieforge.measurement.cost import MeasuredCost, compute_net_ticks
from pieforge.records import ProgramText, digest

MIN_CYCLES_PER_BYTE = 4
MAX_CONSTANT_FACTOR = 25.0
_SEEDS = 4
"""Further seeds of each of the package's generators, and of the portfolio."""


def explain_implausible_ratio(
    ratio: float, fast: MeasuredCost, bytes_by_test: dict[str, int], patterns: Sequence[str]
) -> str:
    """Return why a ratio is too high for its edit; an empty text if it is not.

    Args:
        ratio: Slow over fast.
        fast: The fast program's counted cost.
        bytes_by_test: Size of each test's input.
        patterns: Anti-patterns that the edit removes; none where they are not known.
    """
    net = compute_net_ticks(fast)
    smallest, *_, largest = sorted((*net, *net), key=lambda name: (bytes_by_test[name], name))
    cycles, size = net[largest], bytes_by_test[largest]
    if 2 * bytes_by_test[smallest] <= size:
        # What both runs have in common, such as the first use of the library, says nothing.
        cycles, size = cycles - net[smallest], size - bytes_by_test[smallest]
    if cycles < MIN_CYCLES_PER_BYTE * size:
        return f"{cycles} cycles for {size} bytes of {largest}"
    constant = {key for key, it in discover_patterns().items() if it.kind == "constant"}
    if patterns and constant.issuperset(patterns) and ratio > MAX_CONSTANT_FACTOR:
        return f"{ratio:.1f}x without {', '.join(patterns)}, which costs a constant factor"
    return ""


async def compare_on_more_inputs(
    context: Context, slow: ProgramText, compared: ComparedCandidate
) -> ComparedCandidate:
    """Compare a pair on more inputs, as many again as hidden ones for each of several seeds.

    Args:
        context: The run's dependencies.
        slow: The slow program.
        compared: Its candidate, and the inputs on which they are equal.

    Returns:
        The candidate with these inputs added; with a reason where it is not equal on them.
    """
    executor, prepared = context.executor, context.prepared[slow.problem_id]
    problem, rules = context.problems[slow.problem_id], prepared.output_rules
    known = executor.get_named_inputs(require(context.ledger.get(Suite, compared.tests_sha)))
    fresh: dict[bytes, NamedInput] = {}
    for number in range(_SEEDS):
        seed = int(digest("implausible", str(context.config.run.seed), str(number))[:8], 16)
        source = HiddenInputSource(executor, problem, rules, prepared.accepted, seed=seed)
        made = await generate_hidden_inputs(executor, problem, seed=seed)
        seen = [item.data for item in (*known, *fresh.values())]
        drawn = await source.draw(prepared.grammar, seen, len(made))
        fresh |= {item.data: item for item in (*made, *drawn.inputs)}
    return await compare_further(executor, rules, slow, compared, list(fresh.values()))
