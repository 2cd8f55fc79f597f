import sys
from bisect import bisect_left

BASE_DANGER = 200
LONG_STRETCH = 50
LONG_DANGER = 30
OLD_DIKE = 6
OLD_DANGER = 12
CLOSED_FROM = 180
MODULUS = 1000039


def find_lowest(heights, stretches):
    found = []
    for left, right in stretches:
        lowest = left
        for i in range(left, right + 1):
            if heights[i] < heights[lowest]:
                lowest = i
        found.append(lowest)
    return found


def danger(height, stake, stakes):
    value = max(0, BASE_DANGER - height)
    if stakes >= LONG_STRETCH:
        value += LONG_DANGER
    if stake % OLD_DIKE == 0:
        value += OLD_DANGER
    return value


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    n = numbers[0]
    heights = numbers[2 : 2 + n]
    stretches = list(zip(numbers[2 + n :: 2], numbers[3 + n :: 2]))
    closed = 0
    checksum = 13
    for (left, right), lowest in zip(stretches, find_lowest(heights, stretches)):
        value = danger(heights[lowest], lowest, right - left + 1)
        print(lowest, value)
        if value >= CLOSED_FROM:
            closed += 1
        checksum = (checksum * 17 + value + lowest) % MODULUS
    print(closed, checksum)


main()
