"""Measure how the tokenizer's CPU time grows with the text, for every language.

Texts are ordinary lines and, as hard cases, runs of escaped quotes, of open comments and of
spliced lines. `growth` is the exponent between the two sizes: 1 if ten times the text takes ten
times as long, 2 if it takes a hundred times as long.

Run it with `python -m benchmarks.tokenizing [REPETITIONS]`.
"""

import math
import sys
import time

from benchmarks import measuring
from pieforge.sandbox.languages import discover_languages
from pieforge.syntax.tokens import SourceText, tokenize

SIZES = (20_000, 200_000)
UNITS = {
    "ordinary": "count = total + 4225 * rate[7]\n",
    "quotes": "\\'\\\"",
    "comments": "/* ",
    "splices": "\\\n",
}


def measure(source: SourceText) -> float:
    """Return the CPU seconds of one pass without the cache."""
    start = time.process_time()
    tokenize.__wrapped__(source)
    return time.process_time() - start


def main(repetitions: int) -> None:
    """Measure, and print the results."""
    worst = 0.0
    print(f"{'language':10} {'text':10} {'ns per character':>16} {'growth':>7}")
    for language in discover_languages():
        for name, unit in UNITS.items():
            texts = [SourceText(language, unit * (size // len(unit))) for size in SIZES]
            runs = [[measure(text) for text in texts] for _ in range(repetitions)]
            small, large = (measuring.middle(run[i] for run in runs) for i in range(2))
            growth = math.log(large / small) / math.log(SIZES[1] / SIZES[0])
            worst = max(worst, growth)
            print(f"{language:10} {name:10} {1e9 * large / SIZES[1]:16.0f} {growth:7.2f}")
    measuring.say_result(worst_growth=worst)


if __name__ == "__main__":
    measuring.say_where()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
