import sys

BANDS = 60
WILD = 28
SECOND_LOOK = 3
MODULUS = 10007


def band(level):
    return level // 9 % BANDS


def is_fault(level):
    return level % 13 == 0


def score(window, bands):
    points = bands + 2 * (bands % 5)
    if window % 4 == 0:
        points += SECOND_LOOK
    return points


def is_wild(bands, minutes):
    return 3 * bands > minutes or bands > WILD


def count_bands(levels, minutes):
    counts = []
    for first in range(len(levels) - minutes + 1):
        window = levels[first : first + minutes]
        counts.append(len({band(level) for level in window if not is_fault(level)}))
    return counts


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    n = numbers[0]
    minutes = numbers[1]
    levels = numbers[2 : 2 + n]

    counts = count_bands(levels, minutes)

    wild = 0
    total = 0
    best = -1
    best_window = 0
    checksum = 0
    for i in range(n - minutes + 1):
        if is_wild(counts[i], minutes):
            wild += 1
        points = score(i, counts[i])
        total += points
        if points > best:
            best = points
            best_window = i
        checksum += (i + 1) * counts[i]
    checksum %= MODULUS
    print(wild, total, best_window, checksum)


main()
