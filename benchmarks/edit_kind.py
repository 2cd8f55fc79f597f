"""Measure the error rate of the edit kind classifier: `python -m benchmarks.edit_kind [--check]`.

Prints a confusion matrix and every error, for the pairs that the classifier was tuned on and for
those that were held out. `--check` first runs every program in the sandbox and checks that the
outputs of a task's programs match. The last line is JSON.
"""

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence

from benchmarks import measuring
from benchmarks.labelled_pairs import HELD_OUT, Labelled, labelled_pairs
from pieforge.lessons.edit_kind import classify_edit
from pieforge.records import EditKind, Verdict
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Sandbox

Guesses = dict[str, EditKind | None]


def classified(pairs: Sequence[Labelled]) -> Guesses:
    """Return the classifier's result for each pair, by name."""
    return {pair.name: classify_edit(pair.slow, pair.fast, pair.language) for pair in pairs}


def error_rate(pairs: Sequence[Labelled], guesses: Guesses) -> float:
    """Return the share of pairs whose result differs from the label."""
    return sum(guesses[pair.name] != pair.kind for pair in pairs) / len(pairs)


def report(title: str, pairs: Sequence[Labelled], guesses: Guesses) -> None:
    """Print a confusion matrix and the errors."""
    counts = Counter((pair.kind, guesses[pair.name]) for pair in pairs)
    print(f"{title}: {len(pairs)} pairs, {error_rate(pairs, guesses):.1%} wrong")
    print(f"  {'labelled':15}" + "".join(f"{kind:>16}" for kind in EditKind))
    for labelled in EditKind:
        row = "".join(f"{counts[labelled.value, guess]:16}" for guess in EditKind)
        print(f"  {labelled:15}{row}")
    for pair in pairs:
        if guesses[pair.name] != pair.kind:
            print(f"  {pair.part}/{pair.name}: {pair.kind}, classified as {guesses[pair.name]}")


async def check(pairs: Sequence[Labelled]) -> None:
    """Check that the outputs of all programs of a task match on its input."""
    answers: dict[tuple[str, str], str] = {}
    async with Sandbox.open() as sandbox:
        for pair in pairs:
            for code in (pair.slow, pair.fast):
                if not pair.stdin or (pair.stdin, code) in answers:
                    continue
                built = await sandbox.compile(get_language(pair.language), code)
                assert built.executable is not None, f"{pair.name}: {built.diagnostics}"
                [run] = await sandbox.run(built.executable, [pair.stdin.encode()])
                assert run.verdict is Verdict.AC, f"{pair.name}: {run.stderr!r}"
                answers[pair.stdin, code] = run.output.digest
    for pair in pairs:
        if pair.stdin:
            same = answers[pair.stdin, pair.slow] == answers[pair.stdin, pair.fast]
            assert same, f"{pair.name}: the outputs differ"
    print(f"the outputs of {len(answers)} programs match those of their task's slow program")


def main() -> None:
    """Measure and print."""
    pairs = labelled_pairs()
    if "--check" in sys.argv[1:]:
        asyncio.run(check(pairs))
    guesses = classified(pairs)
    known = [pair for pair in pairs if pair.part != HELD_OUT]
    held_out = [pair for pair in pairs if pair.part == HELD_OUT]
    report("used for tuning", known, guesses)
    report("held out", held_out, guesses)
    measuring.say_result(
        pairs=len(pairs),
        error_rate=error_rate(pairs, guesses),
        held_out_error_rate=error_rate(held_out, guesses),
    )


if __name__ == "__main__":
    main()
