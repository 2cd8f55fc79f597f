"""Which programs behave alike? Refinement of classes against PIE's fixed inputs, on known truth.

    refined   the classes of `pieforge run`: a tree of inputs, a portfolio, a budget of runs
    pooled    PIE's method: 20 inputs of each of ten problems, equal vectors of outputs

Run it with `python -m benchmarks.equivalence [ORDER]`: another number lets the programs come in
another order. `python -m benchmarks.equivalence check [INPUTS]` proves the set instead: every
witness is valid and tells its pair apart, every alike pair agrees on the package's tests and on
INPUTS sampled ones. The first run compiles the whole set; later
ones find it in the cache. Every run of a program counts, also those of the representatives that
newcomers are compared with. A third of the set was held out at first, and its last part was made
by chance after that; both are reported apart.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence

from benchmarks import measuring
from benchmarks.pairs import growth
from benchmarks.pairs.making import PARTS, Pair, all_pairs
from benchmarks.pairs.methods import Told, merged, pooled, rates, refined, split
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
        f"{len(pairs) - differing} alike, {differing} differ on rare inputs only"
    )
    told = {"refined": await refined(pairs, seed=order), "pooled": await pooled(pairs)}
    say_kinds(told, pairs)
    say_missed(told["refined"], pairs)
    say_methods(told, pairs, programs)
    exponent = await growth.say()
    ours, theirs = (told[name].runs / programs for name in ("refined", "pooled"))
    measuring.say_result(
        **rates(told["refined"], pairs),
        runs_per_program=ours,
        runs_vs_pie=ours / theirs,
        growth_exponent=exponent,
    )


def say_kinds(told: dict[str, Told], pairs: Sequence[Pair]) -> None:
    """Print what each method got wrong, by kind."""
    print(
        f"\n{'truth':8} {'kind':16} {'pairs':>5}  " + "  ".join(f"{n + ' wrong':>13}" for n in told)
    )
    wrong = {n: {p.name for p in (*merged(t, pairs), *split(t, pairs))} for n, t in told.items()}
    kinds = Counter((pair.witness is not None, pair.kind) for pair in pairs)
    for (differs, kind), count in sorted(kinds.items()):
        names = {p.name for p in pairs if (p.witness is not None, p.kind) == (differs, kind)}
        line = "  ".join(f"{len(names & found):13}" for found in wrong.values())
        print(f"{'differ' if differs else 'alike':8} {kind:16} {count:5}  {line}")


def say_missed(told: Told, pairs: Sequence[Pair]) -> None:
    """Print the pairs that refinement got wrong, and which strata parted the others."""
    print()
    for verb, found in (("merged", merged(told, pairs)), ("split", split(told, pairs))):
        for pair in found:
            print(f"wrongly {verb} ({pair.part}): {pair.name}: {pair.kind}, {pair.why}")
    strata = Counter(name.split("/", 1)[0] for name in told.split_by.values())
    print("differing pairs parted by: " + ", ".join(f"{n} {c}" for n, c in strata.most_common()))


def say_methods(told: dict[str, Told], pairs: Sequence[Pair], programs: int) -> None:
    """Print rates and costs of each method, for all pairs and for each part of them."""
    print(
        f"\n{'method':8} {'pairs':9} {'false merges':>16} {'false splits':>16} "
        f"{'runs/program':>12} {'s':>5}"
    )
    parts = {"all": list(pairs)}
    for part in PARTS:
        parts[part] = [pair for pair in pairs if pair.part == part]
    for name, method in told.items():
        for part, chosen in parts.items():
            differing = sum(pair.witness is not None for pair in chosen)
            wrong = len(merged(method, chosen)), len(split(method, chosen))
            rate = rates(method, chosen)
            merges = f"{wrong[0]}/{differing} {rate['false_merge_rate']:7.2%}"
            splits = f"{wrong[1]}/{len(chosen) - differing} {rate['false_split_rate']:7.2%}"
            cost = f"{method.runs / programs:12.1f} {method.seconds:5.0f}" if part == "all" else ""
            print(f"{name:8} {part:9} {merges:>16} {splits:>16} {cost}")


async def check(inputs: int) -> int:
    """Prove the set's truth; return the number of faults."""
    pairs = all_pairs()
    async with Sandbox.open() as sandbox:
        found = await faults(sandbox, pairs, inputs)
    print("\n".join(found))
    measuring.say_result(pairs=len(pairs), inputs=inputs, faults=len(found))
    return len(found)


if __name__ == "__main__":
    measuring.say_where()
    if sys.argv[1:2] == ["check"]:
        sys.exit(min(1, asyncio.run(check(int((sys.argv[2:] or ["1000"])[0])))))
    asyncio.run(compare(int((sys.argv[1:] or ["1"])[0])))
