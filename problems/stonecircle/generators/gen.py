#!/usr/bin/env python3
"""Writes a circle of children: gen.py KIND N SEED."""
import random
import sys

LARGEST = 600


def stone(kind, count, rng):
    if kind == "ones":
        return 1
    if kind == "twos":
        return 2
    if kind == "few":
        return rng.randint(1, 4)
    if kind == "around":
        return min(LARGEST, count + rng.randint(-1, 1) if count > 1 else 1)
    if kind == "heavy":
        return rng.randint(298, 302)
    if kind == "large":
        return rng.randint(500, LARGEST)
    return rng.randint(1, LARGEST)


def main():
    kind = sys.argv[1]
    count, seed = map(int, sys.argv[2:])
    rng = random.Random(seed)
    print(count, stone(kind, count, rng))
    print(*(stone(kind, count, rng) for _ in range(count)))


main()
