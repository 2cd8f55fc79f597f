#!/usr/bin/env python3
"""Writes pairs of gears: gen.py KIND N HIGH SEED."""
import random
import sys


def pair(kind, high, rng):
    a = rng.randint(1, high)
    if kind == "equal":
        return a, a
    if kind == "multiple":
        return a, a * rng.randint(1, high // a)
    if kind == "near":
        return a, max(1, a - 1)
    if kind == "even":
        return 2 * rng.randint(1, high // 2), 2 * rng.randint(1, high // 2)
    if kind == "large":
        return rng.randint(high - high // 10, high), rng.randint(high - high // 10, high)
    return a, rng.randint(1, high)


def main():
    kind = sys.argv[1]
    count, high, seed = map(int, sys.argv[2:])
    rng = random.Random(seed)
    print(count)
    for _ in range(count):
        print(*pair(kind, high, rng))


main()
