import sys

data = list(map(int, sys.stdin.read().split()))
n, goal, capacity = data[:3]
places = data[3:] + [goal]
filled = 0
before = 0
refills = 0
for i in range(n + 1):
    if places[i] - before > capacity:
        refills = -1
        break
    if places[i] - filled > capacity:
        filled = before
        refills += 1
    before = places[i]
print(refills)
