#!/usr/bin/env python3
"""Writes clubs and sizes of photos: gen.py KIND Q HIGH SEED."""
import random
import sys


def club(kind, high, rng):
    members = rng.randint(max(1, high // 2), high)
    if kind == "all":
        return members, members
    if kind == "one":
        return members, 1
    if kind == "half":
        return members, max(1, members // 2 + rng.randint(0, 1))
    if kind == "few":
        return members, rng.randint(1, min(4, members))
    if kind == "largest":
        return high, rng.randint(high // 3, high)
    members = rng.randint(1, high)
    return members, rng.randint(1, members)


def main():
    kind = sys.argv[1]
    count, high, seed = map(int, sys.argv[2:])
    rng = random.Random(seed)
    print(count)
    for _ in range(count):
        print(*club(kind, high, rng))


main()
