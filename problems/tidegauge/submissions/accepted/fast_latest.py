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
    latest = {}
    for i, level in enumerate(levels):
        if not is_fault(level):
            # In the order of their latest minutes: the oldest is the first.
            latest.pop(band(level), None)
            latest[band(level)] = i
        while latest and next(iter(latest.values())) <= i - minutes:
            del latest[next(iter(latest))]
        if i + 1 >= minutes:
            counts.append(len(latest))
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
