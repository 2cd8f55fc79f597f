#!/usr/bin/env python3
"""Accepts (exit 42) or refuses (exit 43) one input on standard input."""
import re
import sys

NUMBER = re.compile(rb"0|-?[1-9][0-9]{0,9}")


def refuse(reason):
    print(reason, file=sys.stderr)
    sys.exit(43)


def numbers(line, count, low, high):
    words = line.split(b" ")
    if len(words) != count:
        refuse("wrong number of integers on a line")
    for word in words:
        if not NUMBER.fullmatch(word) or not low <= int(word) <= high:
            refuse("expected integers within the limits, with single spaces")
    return [int(word) for word in words]


def main():
    lines = sys.stdin.buffer.read().split(b"\n")
    if lines.pop() != b"" or not lines:
        refuse("the last line does not end")
    if len(lines) < 2:
        refuse("expected at least two lines")
    (steps,) = numbers(lines[0].split(b" ")[0], 1, 2, 150)
    _, waits = numbers(lines[0], 2, 0, 450)
    numbers(lines[1], steps, 1, 200)
    if len(lines) != waits + 2:
        refuse("wrong number of lines")
    for line in lines[2:]:
        first, last = numbers(line, 2, 1, steps)
        if first <= last:
            refuse("a step waits for itself or for a later one")
    sys.exit(42)


main()
