"""Compare decisions and cost of pieforge's confirmation with full simulations, as in PIE.

    full      both programs simulated on all inputs, with a process for each (PIE's way)
    raced     counted by cachegrind on all inputs; skipped if a prediction, fitted on the programs
              of the other problems, says with 99 % confidence that the speedup is below the
              threshold; otherwise inputs are selected and the programs raced on them

Run it with `python -m benchmarks.gem5 FOLDER`, with `GEM5_BINARY` set, and repeat it until it
prints the tables: each call starts simulations for MINUTES and stores their results in FOLDER.
`--check` checks instead that all programs are right on their packages' tests.
`--simulator cachegrind` replaces gem5 by the counter, to test the script.

The pairs are in `gem5_pairs`: programs of the bundled problems, on inputs with about a tenth of the
work of the packages' largest inputs, whose full simulation would take a day. The second table shows
how well cachegrind's ratios match those of the full simulations.
"""

import argparse
import asyncio
from pathlib import Path

from benchmarks import measuring
from benchmarks.confirming import CONFIDENCE, Bench, Confirmed, faults
from benchmarks.simulated_pairs import collections
from pieforge.measurement.prediction.model import convert_to_two_sided
from pieforge.measurement.simulators import discover_simulators
from pieforge.sandbox.sandbox import Sandbox

THRESHOLD = 5.0
INSTRUCTIONS = 2_000_000
"""Most instructions of the fast program in a race: the default of `pieforge run`."""


def say_pairs(rows: list[Confirmed]) -> None:
    """Print the result and the cost of both ways for each pair."""
    print(
        f"\n{'problem':14} {'slow/fast':22} {'full':>7} {'raced':>7} {'bound':5} {'inputs':>6} "
        f"{'predicted':>15} {'Minstr':>7} {'of full':>7}  decided"
    )
    for row in rows:
        interval = row.predicted
        predicted = f"{interval.low:.2f}..{interval.high:.2f}" if interval else ""
        bound = "skip" if row.skipped else row.race.bound
        decided = "yes" if row.decided else "no"
        print(
            f"{row.pair.problem:14} {row.pair.name:22} {row.ratio:7.2f} {row.race.ratio:7.2f} "
            f"{bound:5} {len(row.race.fast.tests):6} {predicted:>15} "
            f"{row.full.instructions / 1e6:7.2f} "
            f"{row.ours.instructions / row.full.instructions:7.3f}  {decided}"
            + ("" if row.decided == row.ours_decided else ", raced otherwise")
        )


def say_trust(rows: list[Confirmed]) -> dict[str, float]:
    """Print how well counts match gem5's times; return the rank correlation by kind of count."""
    print(
        f"\n{'problem':14} {'slow/fast':22} {'simulated':>9} {'cycles':>7} {'instr':>7} "
        f"{'fitted':>7}  decided otherwise by"
    )
    for row in sorted(rows, key=lambda row: row.ratio):
        by = row.by_counts
        differ = [name for name, ratio in by.items() if (ratio >= THRESHOLD) != row.decided]
        fitted = f"{row.predicted.middle:7.2f}" if row.predicted else f"{'':7}"
        print(
            f"{row.pair.problem:14} {row.pair.name:22} {row.ratio:9.2f} {by['cycles']:7.2f} "
            f"{by['instructions']:7.2f} {fitted}" + (f"  {', '.join(differ)}" if differ else "")
        )
    true = [row.ratio for row in rows]
    ranks: dict[str, float] = {}
    for name in ("cycles", "instructions"):
        ratios = [row.by_counts[name] for row in rows]
        ranks[name] = measuring.rank_correlation(true, ratios)
        wrong = sum(
            (ratio >= THRESHOLD) != (by >= THRESHOLD)
            for ratio, by in zip(true, ratios, strict=True)
        )
        off = [max(a / b, b / a) for a, b in zip(true, ratios, strict=True)]
        print(
            f"{name}: rank correlation {ranks[name]:.3f}, decisions at {THRESHOLD:g}x that differ "
            f"{wrong} of {len(rows)}, off by {measuring.middle(off):.2f} in the middle, "
            f"{max(off):.2f} at most"
        )
    return ranks


def say_costs(rows: list[Confirmed]) -> tuple[float, float]:
    """Print the total cost of both ways; return instructions and CPU time relative to full."""
    full_instructions = sum(row.full.instructions for row in rows)
    full_cpu = sum(row.full.cpu_s for row in rows)
    print(f"\n{'way':28} {'Minstr':>8} {'of full':>7} {'CPU s':>8} {'of full':>7}")
    print(f"{'full':28} {full_instructions / 1e6:8.1f} {'':7} {full_cpu:8.1f}")
    shares = []
    for name, costs in (
        ("raced without prefilter", [row.unfiltered for row in rows]),
        ("raced", [row.ours for row in rows]),
    ):
        instructions, cpu = sum(c.instructions for c in costs), sum(c.cpu_s for c in costs)
        shares = [instructions / full_instructions, cpu / full_cpu]
        print(f"{name:28} {instructions / 1e6:8.1f} {shares[0]:7.3f} {cpu:8.1f} {shares[1]:7.3f}")
    counting = sum(row.counting_cpu_s for row in rows)
    print(f"of which counting by cachegrind {counting:.1f} CPU s")
    return shares[0], shares[1]


def report(rows: list[Confirmed]) -> None:
    """Print the tables, and the results as JSON."""
    say_pairs(rows)
    skipped = [row for row in rows if row.skipped]
    predicted = [row for row in rows if row.predicted]
    held = sum(
        row.predicted.low <= row.ratio <= row.predicted.high for row in predicted if row.predicted
    )
    print(
        f"skipped {len(skipped)} of {len(rows)}, wrongly {sum(row.decided for row in skipped)}; "
        f"the {convert_to_two_sided(CONFIDENCE):.0%} interval holds {held} of {len(predicted)}"
    )
    same = sum((row.race.ratio >= THRESHOLD) == row.decided for row in rows)
    print(f"without prefilter: {same} of {len(rows)} decisions are the same")
    ranks = say_trust(rows)
    instructions, cpu = say_costs(rows)
    measuring.say_result(
        same_decisions=sum(row.decided == row.ours_decided for row in rows) / len(rows),
        instructions_vs_full=instructions,
        cpu_vs_full=cpu,
        rank_correlation=ranks["cycles"],
        decisions_that_differ=sum(
            (row.by_counts["cycles"] >= THRESHOLD) != row.decided for row in rows
        ),
    )


async def compare(options: argparse.Namespace) -> None:
    """Run missing simulations until the time is used up; print the tables if none is left."""
    chosen = [
        item
        for item in collections()
        if not options.problems or item.problem.problem_id in options.problems
    ]
    async with Sandbox.open() as sandbox:
        if options.check:
            print("\n".join(await faults(sandbox, chosen)) or "all programs are right")
            return
        options.folder.mkdir(parents=True, exist_ok=True)
        simulator = discover_simulators()[options.simulator]()
        if simulator.processor:
            raise SystemExit("the programs are built for this machine: use a gem5 for X86")
        bench = Bench(
            sandbox,
            simulator,
            options.folder,
            threshold=THRESHOLD,
            instructions=options.instructions,
        )
        missing = await bench.simulate(chosen, options.minutes)
        if missing:
            print(f"{missing} simulations are left: run the benchmark again")
            return
        report(bench.rows(chosen))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of the stored simulations")
    parser.add_argument("--simulator", default="gem5", help="the simulator that decides")
    parser.add_argument(
        "--minutes", type=float, default=8.0, help="start no simulation after this time"
    )
    parser.add_argument(
        "--instructions",
        type=int,
        default=INSTRUCTIONS,
        help="most instructions of a fast program in a race",
    )
    parser.add_argument("--problems", nargs="*", default=(), help="only these problems")
    parser.add_argument("--check", action="store_true", help="check the programs instead")
    measuring.say_where()
    asyncio.run(compare(parser.parse_args()))
