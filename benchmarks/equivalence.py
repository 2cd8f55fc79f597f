"""Compare class refinement with PIE's fixed inputs, on pairs of programs with known truth.

    refined   the classes of `pieforge run`: a tree of inputs, a portfolio, a budget of runs
    pooled    PIE's method: 20 inputs of each of ten problems, equal vectors of outputs

Run it with `python -m benchmarks.equivalence [ORDER]`; another number gives the programs another
order. `python -m benchmarks.equivalence check [INPUTS]` checks the set instead: every witness is
valid and distinguishes its pair, and the outputs of every equal pair match on the package's tests
and on INPUTS sampled inputs. The first run compiles the whole set; later runs find it in the cache.
Every run of a program counts, also those of the representatives that new programs are compared
with. A third of the set was held out while the method was developed, and the last part was made at
random after that; both are reported separately.

`python -m benchmarks.equivalence frozen NUMBER` reads one of the frozen sets of mutants with
published operators (`benchmarks/pairs/operators.py`) instead, at the default budget and at ten
times it. What counts is the first reading of a set, made before anything was changed because of it.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence

from benchmarks import measuring
from benchmarks.pairs import growth
from benchmarks.pairs.making import PARTS, Pair, all_pairs
from benchmarks.pairs.methods import (
    EACH,
    POOLED,
    Outcome,
    merged,
    pooled,
    rates,
    refined,
    split,
)
from benchmarks.pairs.operators import load_set
from benchmarks.pairs.truth import faults
from pieforge.records import digest
from pieforge.sandbox.sandbox import Sandbox


async def compare(order: int) -> None:
    """Measure both methods and the growth, and print."""
    pairs = all_pairs()
    programs = len({digest(text) for pair in pairs for text in (pair.left, pair.right)})
    differing = sum(pair.witness is not None for pair in pairs)
    problems = len({pair.problem for pair in pairs})
    print(
        f"{len(pairs)} pairs of {programs} programs for {problems} problems: "
        f"{len(pairs) - differing} equal, {differing} differ on rare inputs only"
    )
    outcomes = {"refined": await refined(pairs, seed=order), "pooled": await pooled(pairs)}
    say_kinds(outcomes, pairs)
    say_missed(outcomes["refined"], pairs)
    say_methods(outcomes, pairs, programs)
    exponent = await growth.say()
    ours, theirs = (outcomes[name].runs / programs for name in ("refined", "pooled"))
    measuring.say_result(
        **rates(outcomes["refined"], pairs),
        runs_per_program=ours,
        runs_vs_pie=ours / theirs,
        growth_exponent=exponent,
    )


def say_kinds(outcomes: dict[str, Outcome], pairs: Sequence[Pair]) -> None:
    """Print the number of each method's errors, by kind."""
    columns = "  ".join(f"{name + ' wrong':>13}" for name in outcomes)
    print(f"\n{'truth':8} {'kind':16} {'pairs':>5}  {columns}")
    wrong = {
        name: {pair.name for pair in (*merged(outcome, pairs), *split(outcome, pairs))}
        for name, outcome in outcomes.items()
    }
    kinds = Counter((pair.witness is not None, pair.kind) for pair in pairs)
    for (differs, kind), count in sorted(kinds.items()):
        names = {p.name for p in pairs if (p.witness is not None, p.kind) == (differs, kind)}
        line = "  ".join(f"{len(names & found):13}" for found in wrong.values())
        print(f"{'differ' if differs else 'equal':8} {kind:16} {count:5}  {line}")


def say_missed(outcome: Outcome, pairs: Sequence[Pair]) -> None:
    """Print the errors of refinement, and the strata that split the other pairs."""
    print()
    for verb, found in (("merged", merged(outcome, pairs)), ("split", split(outcome, pairs))):
        for pair in found:
            print(f"wrongly {verb} ({pair.part}): {pair.name}: {pair.kind}, {pair.why}")
    strata = Counter(name.split("/", 1)[0] for name in outcome.split_by.values())
    print("differing pairs split by: " + ", ".join(f"{n} {c}" for n, c in strata.most_common()))


def say_methods(outcomes: dict[str, Outcome], pairs: Sequence[Pair], programs: int) -> None:
    """Print rates and costs of each method, for all pairs and for each part of the set."""
    print(
        f"\n{'method':8} {'pairs':9} {'false merges':>16} {'false splits':>16} "
        f"{'runs/program':>12} {'s':>5}"
    )
    parts = {"all": list(pairs)}
    for part in PARTS:
        parts[part] = [pair for pair in pairs if pair.part == part]
    for name, method in outcomes.items():
        for part, chosen in parts.items():
            differing = sum(pair.witness is not None for pair in chosen)
            wrong = len(merged(method, chosen)), len(split(method, chosen))
            rate = rates(method, chosen)
            merges = f"{wrong[0]}/{differing} {rate['false_merge_rate']:7.2%}"
            splits = f"{wrong[1]}/{len(chosen) - differing} {rate['false_split_rate']:7.2%}"
            cost = f"{method.runs / programs:12.1f} {method.seconds:5.0f}" if part == "all" else ""
            print(f"{name:8} {part:9} {merges:>16} {splits:>16} {cost}")


async def check(inputs: int) -> int:
    """Check the truth of the set; return the number of faults."""
    pairs = all_pairs()
    async with Sandbox.open() as sandbox:
        found = await faults(sandbox, pairs, inputs)
    print("\n".join(found))
    measuring.say_result(pairs=len(pairs), inputs=inputs, faults=len(found))
    return len(found)


async def read_frozen(number: int) -> None:
    """Print the false merges and splits of a frozen set, by budget."""
    pairs, unresolved = load_set(number)
    programs = len({digest(text) for pair in pairs for text in (pair.left, pair.right)})
    found: dict[str, float] = {}
    for factor, name in ((1, ""), (10, "_10x")):
        outcome = await refined(pairs, seed=1, factor=factor)
        failed = [pair.name for pair in pairs if outcome.together(pair) is None]
        judged = [pair for pair in pairs if pair.name not in failed]
        per_program = outcome.runs / programs
        print(
            f"\n{factor} times the budget: {per_program:.1f} runs for each of {programs} programs"
        )
        print(f"failed on a valid input, and so in no class: {', '.join(failed) or 'none'}")
        say_missed(outcome, judged)
        for language in ("all", *sorted({pair.language for pair in judged})):
            mine = [pair for pair in judged if language in ("all", pair.language)]
            differing = sum(pair.witness is not None for pair in mine)
            wrong = len(merged(outcome, mine)), len(split(outcome, mine))
            counts = f"{wrong[0]}/{differing} merged, {wrong[1]}/{len(mine) - differing} split"
            print(f"{language:8} wrongly {counts}")
        rate = rates(outcome, judged)
        found[f"first_reading_false_merge_rate{name}"] = rate["false_merge_rate"]
        found[f"first_reading_false_split_rate{name}"] = rate["false_split_rate"]
        found[f"runs_vs_pie{name}"] = per_program / (POOLED * EACH)
    measuring.say_result(set=number, pairs=len(pairs), unresolved=unresolved, **found)


if __name__ == "__main__":
    measuring.say_where()
    if sys.argv[1:2] == ["frozen"]:
        sys.exit(asyncio.run(read_frozen(int(sys.argv[2]))))
    if sys.argv[1:2] == ["check"]:
        sys.exit(min(1, asyncio.run(check(int((sys.argv[2:] or ["1000"])[0])))))
    asyncio.run(compare(int((sys.argv[1:] or ["1"])[0])))
