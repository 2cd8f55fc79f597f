import sys

lines = sys.stdin.read().split("\n")
n = int(lines[0])
rows = [tuple(map(int, line.split(" "))) for line in lines[1 : n + 1]]
right = len(lines) == n + 2 and lines[-1] == "" and 1 <= n <= 400
fits = all(0 <= a < b <= 10**6 and 1 <= w <= 10**6 for a, b, w in rows)
sys.exit(42 if right and fits else 43)
