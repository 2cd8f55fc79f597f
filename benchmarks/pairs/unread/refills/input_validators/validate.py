import sys

lines = sys.stdin.read().split("\n")
n, l, c = map(int, lines[0].split(" "))
places = [int(word) for word in lines[1].split(" ")] if n else []
right = len(lines) == 3 and lines[2] == "" and len(places) == n <= 1000 and (n or not lines[1])
right = right and 1 <= l <= 10**9 and 1 <= c <= 10**9
inside = all(a < b for a, b in zip([0, *places], [*places, l]))
sys.exit(42 if right and inside else 43)
