#!/usr/bin/env python3
"""Accepts (exit 42) or refuses (exit 43) one input on standard input."""
import re
import sys

MAX_THINGS = 20
MAX_CAPACITY = 1500
MAX_WEIGHT = 100
MAX_VALUE = 100
PAIR = re.compile(rb"([1-9][0-9]{0,5}) ([1-9][0-9]{0,5})")


def refuse(reason):
    print(reason, file=sys.stderr)
    sys.exit(43)


def pair(line, high_first, high_second):
    match = PAIR.fullmatch(line)
    if match is None:
        refuse("expected two positive integers with a single space")
    first = int(match.group(1))
    second = int(match.group(2))
    if first > high_first or second > high_second:
        refuse("a number is too large")
    return first, second


def main():
    lines = sys.stdin.buffer.read().split(b"\n")
    if lines.pop() != b"":
        refuse("the last line does not end")
    if not lines:
        refuse("empty")
    n, _ = pair(lines[0], MAX_THINGS, MAX_CAPACITY)
    if len(lines) != 1 + n:
        refuse("wrong number of things")
    for line in lines[1:]:
        pair(line, MAX_WEIGHT, MAX_VALUE)
    sys.exit(42)


main()
