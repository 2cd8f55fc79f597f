#!/usr/bin/env python3
"""Accepts (exit 42) or refuses (exit 43) the form of one answer on standard input."""
import re
import sys

NUMBER = rb"(0|-?[1-9][0-9]{0,18})"
LINE = NUMBER + b" " + NUMBER + rb"\n"
TOTALS = NUMBER + b" " + NUMBER + b" " + NUMBER + rb"\n"


def main():
    with open(sys.argv[1]) as input_file:
        count = int(input_file.readline().split()[0])
    pattern = rb"(%b){%d}%b" % (LINE, count, TOTALS)
    if re.fullmatch(pattern, sys.stdin.buffer.read()) is None:
        print("the answer has another form", file=sys.stderr)
        sys.exit(43)
    sys.exit(42)


main()
