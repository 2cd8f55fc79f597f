#!/usr/bin/env python3
"""Writes camps: gen.py KIND CAMPS N HIGH SEED."""
import random
import sys


def point(kind, high, rng):
    x, y = rng.randint(0, high), rng.randint(0, high)
    if kind == "round":
        while not (9 * high**2) // 10 <= (2 * x - high) ** 2 + (2 * y - high) ** 2 <= high**2:
            x, y = rng.randint(0, high), rng.randint(0, high)
    if kind == "frame":
        x, y = rng.choice([(x, 0), (x, high), (0, y), (high, y)])
    if kind == "line":
        y = x if rng.random() < 0.9 else y
    if kind == "flat":
        y = high - x
    if kind == "columns":
        x = rng.choice([0, high // 2, high])
    return x, y


def camp(kind, tents, high, rng):
    points = []
    while len(points) < tents:
        tent = point(kind, high, rng)
        if kind == "double" or tent not in points:
            points.append(tent)
    return points


def main():
    kind = sys.argv[1]
    camps, tents, high, seed = map(int, sys.argv[2:])
    rng = random.Random(seed)
    print(camps)
    for _ in range(camps):
        print(tents)
        for tent in camp(kind, tents, high, rng):
            print(*tent)


main()
