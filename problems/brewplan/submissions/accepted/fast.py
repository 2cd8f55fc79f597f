import sys

LATE_AFTER = 8000
LATE_UNIT = 10
HOUR_COST = 2
COOLED_FROM = 60
COOLING = 25
MODULUS = 30011


def find_ends(hours, waits):
    followers = [[] for _ in hours]
    missing = [0] * len(hours)
    for before, after in waits:
        followers[before].append(after)
        missing[after] += 1
    ready = [step for step in range(1, len(hours)) if missing[step] == 0]
    ends = hours[:]
    while ready:
        step = ready.pop()
        for following in followers[step]:
            ends[following] = max(ends[following], ends[step] + hours[following])
            missing[following] -= 1
            if missing[following] == 0:
                ready.append(following)
    return ends


def cost(hours, end):
    coins = HOUR_COST * hours
    if hours >= COOLED_FROM:
        coins += COOLING
    if end > LATE_AFTER:
        coins += (end - LATE_AFTER) // LATE_UNIT
    return coins


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    n = numbers[0]
    hours = [0] + numbers[2 : 2 + n]
    waits = list(zip(numbers[2 + n :: 2], numbers[3 + n :: 2]))
    ends = find_ends(hours, waits)
    late = 0
    total = 0
    mark = 0
    for step in range(1, n + 1):
        print(ends[step])
        if ends[step] > LATE_AFTER:
            late += 1
        total += cost(hours[step], ends[step])
        mark = (mark + step * ends[step]) % MODULUS
    print(max(ends), late, total, mark)


main()
