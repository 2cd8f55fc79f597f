#!/usr/bin/env python3
"""Writes walks along numbered rooms: gen.py KIND N HIGH SEED."""
import random
import sys


def walk(kind, high, rng):
    first, last = sorted(rng.randint(1, high) for _ in range(2))
    if kind == "single":
        return last, last
    if kind == "whole":
        return 1, high - rng.randint(0, min(high - 1, 5))
    if kind == "powers":
        power = 2 ** rng.randint(0, high.bit_length() - 1)
        return max(1, power - rng.randint(0, 1)), power
    if kind == "bright":
        return max(1, high - rng.randint(0, 40)), high
    return first, last


def main():
    kind = sys.argv[1]
    count, high, seed = map(int, sys.argv[2:])
    rng = random.Random(seed)
    print(count)
    for _ in range(count):
        print(*walk(kind, high, rng))


main()
