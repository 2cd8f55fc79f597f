#!/usr/bin/env python3
"""Writes a plan: gen.py KIND N M LONGEST SEED."""
import random
import sys


def pair(kind, steps, rng):
    a, b = sorted(rng.sample(range(steps), 2))
    if kind == "near":
        a = max(0, b - rng.randint(1, 3))
    if kind == "star":
        a = 0
    if kind == "layers" and a // 10 == b // 10:
        a, b = 0, steps - 1
    return a, b


def main():
    kind = sys.argv[1]
    steps, waits, longest, seed = map(int, sys.argv[2:])
    rng = random.Random(seed)
    pairs = [pair(kind, steps, rng) for _ in range(waits)]
    if kind == "chain":
        pairs = [(i, i + 1) for i in range(steps - 1)] + pairs[: max(0, waits - steps + 1)]
        rng.shuffle(pairs)
    print(steps, len(pairs))
    print(*(rng.randint(1, longest) for _ in range(steps)))
    for a, b in pairs:
        print(steps - a, steps - b)


main()
