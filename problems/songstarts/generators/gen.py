#!/usr/bin/env python3
"""Writes a song: gen.py KIND LENGTH SEED."""
import random
import sys


def make(kind, length, rng):
    if kind == "equal":
        return rng.choice("abcdefgh") * length
    if kind == "verse":
        verse = "".join(rng.choice("abc") for _ in range(rng.randint(2, 12)))
        return (verse * length)[:length]
    if kind == "wrong_notes":
        notes = list((make("verse", 7, rng) * length)[:length])
        for _ in range(max(1, length // 150)):
            notes[rng.randrange(length)] = rng.choice("abcdefgh")
        return "".join(notes)
    if kind == "end":
        return "a" * (length - 1) + "b"
    if kind == "growing":
        song = "a"
        while len(song) < length:
            song += song + rng.choice("ab")
        return song[:length]
    if kind == "two":
        return "".join(rng.choice("ab") for _ in range(length))
    return "".join(rng.choice("abcdefgh") for _ in range(length))


def main():
    kind = sys.argv[1]
    length, seed = map(int, sys.argv[2:])
    print(make(kind, length, random.Random(seed)))


main()
