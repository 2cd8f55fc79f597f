# verdict: TLE
# tries: to keep the interpreter in one regular-expression search that backtracks without end
import re

re.match(r"(a+)+$", "a" * 64 + "b")
