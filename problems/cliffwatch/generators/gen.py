#!/usr/bin/env python3
"""Writes a coast and stretches of it: gen.py HEIGHTS STRETCHES N Q SEED."""
import random
import sys

HIGHEST = 300


def heights(kind, count, rng):
    found = [rng.randint(0, HIGHEST) for _ in range(count)]
    if kind == "equal":
        return [found[0]] * count
    if kind == "rising":
        return sorted(found)
    if kind == "falling":
        return sorted(found, reverse=True)
    if kind == "two":
        return [rng.choice([20, 21]) for _ in range(count)]
    if kind == "high":
        return [HIGHEST - rng.randint(0, 110) for _ in range(count)]
    return found


def stretch(kind, count, rng):
    left, right = sorted(rng.randint(0, count - 1) for _ in range(2))
    if kind == "single":
        return left, left
    if kind == "short":
        return left, min(count - 1, left + rng.randint(0, 8))
    if kind == "fifty":
        left = rng.randint(0, count - 52)
        return left, left + rng.randint(48, 50)
    if kind == "long":
        return rng.randint(0, count // 10), count - 1 - rng.randint(0, count // 10)
    return left, right


def main():
    shape, kind = sys.argv[1:3]
    count, asked, seed = map(int, sys.argv[3:])
    rng = random.Random(seed)
    print(count, asked)
    print(*heights(shape, count, rng))
    for _ in range(asked):
        print(*stretch(kind, count, rng))


main()
