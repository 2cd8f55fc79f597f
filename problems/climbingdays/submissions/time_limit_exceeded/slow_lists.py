import sys
from bisect import bisect_right

PROGRESS = 3
HARD = 500
HUT_EVERY = 4
HUT_POINTS = 9
HARDEST = 5000
MODULUS = 10009


def rank_routes(routes):
    ranks = []
    for i, difficulty in enumerate(routes):
        before = [ranks[j] for j in range(i) if difficulty - routes[j] >= PROGRESS]
        ranks.append(max(before, default=0) + 1)
    return ranks


def points(difficulty, rank):
    value = 3 * rank
    if difficulty >= HARD:
        value = rank * rank
    if rank % HUT_EVERY == 0:
        value += HUT_POINTS
    return value


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    routes = numbers[1:]
    ranks = rank_routes(routes)
    longest = max(ranks)
    total = 0
    mark = 0
    for i in range(len(routes)):
        total += points(routes[i], ranks[i])
        mark = (mark + (i + 1) * ranks[i]) % MODULUS
    print(longest, ranks.index(longest) + 1, ranks.count(1), total, mark)


main()
