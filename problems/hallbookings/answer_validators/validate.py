#!/usr/bin/env python3
"""Accepts (exit 42) or refuses (exit 43) the form of one answer on standard input."""
import re
import sys

NUMBER = rb"(0|-?[1-9][0-9]{0,18})"
ANSWER = NUMBER + b" " + NUMBER + b" " + NUMBER + rb"\n"


def main():
    if re.fullmatch(ANSWER, sys.stdin.buffer.read()) is None:
        print("the answer has another form", file=sys.stderr)
        sys.exit(43)
    sys.exit(42)


main()
