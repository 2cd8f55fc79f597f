import sys

SHORTEST_STAY = 4
LATE = 900
CROWD = 25


def stay(start, end):
    return end - start + 1


def ties_up(start, end):
    return stay(start, end) >= SHORTEST_STAY


def guards(start, end):
    return 2 + stay(start, end) % 5


def wages(minute, load):
    coins = load
    if minute >= LATE:
        coins += load // 2
    return coins


def is_crowded(minute, load):
    return load > CROWD + minute % 8


def find_loads(boats):
    loads = {}
    for minute in range(max((end for _, end in boats), default=-1) + 1):
        present = [guards(start, end) for start, end in boats if start <= minute <= end]
        if present:
            loads[minute] = sum(present)
    return loads


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    n = numbers[0]
    boats = []
    for i in range(n):
        start = numbers[1 + 2 * i]
        end = numbers[2 + 2 * i]
        if ties_up(start, end):
            boats.append((start, end))

    loads = find_loads(boats)

    busy = 0
    crowded = 0
    total = 0
    largest = 0
    for minute, load in loads.items():
        busy += 1
        if is_crowded(minute, load):
            crowded += 1
        total += wages(minute, load)
        largest = max(largest, load)
    print(busy, crowded, total, largest)


main()
