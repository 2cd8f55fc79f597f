#!/usr/bin/env python3
"""Accepts (exit 42) or refuses (exit 43) one input on standard input."""
import re
import sys

LIMIT = 6000
NUMBER = rb"(0|[1-9][0-9]{0,9})"


def refuse(reason):
    print(reason, file=sys.stderr)
    sys.exit(43)


def main():
    text = sys.stdin.buffer.read()
    match = re.fullmatch(NUMBER + rb" " + NUMBER + rb"\n", text)
    if match is None:
        refuse("expected one line with two integers")
    first = int(match.group(1))
    last = int(match.group(2))
    if not 1 <= first <= last:
        refuse("expected 1 <= a <= b")
    if last > LIMIT:
        refuse("b is too large")
    sys.exit(42)


main()
