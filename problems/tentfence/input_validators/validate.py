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
    (camps,) = numbers(lines[0], 1, 1, 4)
    at = 1
    for _ in range(camps):
        if at >= len(lines):
            refuse("a camp is missing")
        (tents,) = numbers(lines[at], 1, 3, 130)
        if at + tents >= len(lines):
            refuse("a tent is missing")
        points = [tuple(numbers(line, 2, 0, 1000)) for line in lines[at + 1 : at + 1 + tents]]
        if len(set(points)) == 1:
            refuse("all tents at one point")
        at += tents + 1
    if at != len(lines):
        refuse("too many lines")
    sys.exit(42)


main()
