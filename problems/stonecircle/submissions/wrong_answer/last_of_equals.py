import sys
from collections import deque

CANDIES = 9
LUCKY = 7
LUCKY_CANDIES = 4
HEAVY = 300
HEAVY_CANDIES = 2
MODULUS = 40009


def count_out(stones, count):
    circle = list(range(1, len(stones)))
    order = []
    at = 0
    while circle:
        at = (at + count - 1) % len(circle)
        child = circle.pop(at)
        order.append(child)
        count = stones[child]
    return order


def candies(place, left, last_stone):
    found = left % CANDIES
    if place % LUCKY == 0:
        found += LUCKY_CANDIES
    if last_stone >= HEAVY:
        found += HEAVY_CANDIES
    return found


def main():
    n, first, *stones = [int(word) for word in sys.stdin.read().split()]
    stones = [0] + stones
    total = 0
    most = -1
    winner = 0
    mark = 0
    last_stone = 0
    for place, child in enumerate(count_out(stones, first), 1):
        found = candies(place, n - place, last_stone)
        print(child)
        total += found
        if found > most or found == most and child > winner:
            most = found
            winner = child
        mark = (mark + place * child) % MODULUS
        last_stone = stones[child]
    print(total, winner, mark)


main()
