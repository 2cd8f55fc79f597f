#!/usr/bin/env python3
"""Writes the difficulties of routes: gen.py KIND N SEED."""
import random
import sys

HARDEST = 5000


def make(kind, count, rng):
    if kind == "equal":
        return [rng.randint(0, HARDEST)] * count
    if kind == "rising":
        return [2 * i for i in range(count)]
    if kind == "steps":
        return [min(HARDEST, i // 5 * 3 + rng.randint(0, 2)) for i in range(count)]
    if kind == "falling":
        return sorted((rng.randint(0, HARDEST) for _ in range(count)), reverse=True)
    if kind == "close":
        return [500 + rng.randint(0, 12) for _ in range(count)]
    if kind == "drift":
        return [min(HARDEST, max(0, 2 * i + rng.randint(-150, 150))) for i in range(count)]
    return [rng.randint(0, HARDEST) for _ in range(count)]


def main():
    kind = sys.argv[1]
    count, seed = map(int, sys.argv[2:])
    print(count)
    print(*make(kind, count, random.Random(seed)))


main()
