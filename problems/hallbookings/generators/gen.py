#!/usr/bin/env python3
"""Writes requests for a hall: gen.py KIND N DAYS SEED."""
import random
import sys


def request(kind, days, rng):
    start, end = sorted(rng.randint(1, days) for _ in range(2))
    if kind == "single":
        return start, start
    if kind == "short":
        return start, min(days, start + rng.randint(0, 5))
    if kind == "weeks":
        return start, min(days, start + rng.randint(18, 23))
    if kind == "same":
        return 1, days
    if kind == "rows":
        start = 1 + 7 * rng.randint(0, (days - 1) // 7)
        return start, min(days, start + 6)
    return start, end


def main():
    kind = sys.argv[1]
    count, days, seed = map(int, sys.argv[2:])
    rng = random.Random(seed)
    print(count)
    for _ in range(count):
        print(*request(kind, days, rng), rng.randint(1, 1000))


main()
