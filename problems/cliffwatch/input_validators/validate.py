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
    stakes, stretches = numbers(lines[0], 2, 1, 800)
    numbers(lines[1], stakes, 0, 300)
    if len(lines) != stretches + 2:
        refuse("wrong number of lines")
    for line in lines[2:]:
        left, right = numbers(line, 2, 0, stakes - 1)
        if left > right:
            refuse("a stretch ends before it begins")
    sys.exit(42)


main()
