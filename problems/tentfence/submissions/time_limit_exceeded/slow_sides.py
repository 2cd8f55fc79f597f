import sys

PEG = 7
ROCK = 6
MANY_CORNERS = 10
CORNER_FEE = 250
PAID_BACK = 90
MODULUS = 1000037


def turn(a, b, c):
    """Positive if c is to the left of the way from a to b."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def find_corners(tents):
    sides = {}
    for a in tents:
        for b in tents:
            left = [tent for tent in tents if turn(a, b, tent) > 0]
            on_line = [tent for tent in tents if turn(a, b, tent) == 0]
            if a != b and len(left) + len(on_line) == len(tents):
                if {a, b} == {min(on_line), max(on_line)}:
                    sides[a] = b
    corners = [tents[0]]
    while sides[corners[-1]] != corners[0]:
        corners.append(sides[corners[-1]])
    return corners


def peg_price(tent):
    return PEG + ROCK if tent[0] % 5 == 0 else PEG


def price(tents, corners, area):
    cost = area + sum(peg_price(tent) for tent in corners)
    if len(corners) >= MANY_CORNERS:
        cost += CORNER_FEE
    if 2 * (tents - len(corners)) < tents:
        cost = max(0, cost - PAID_BACK)
    return cost


def main():
    numbers = iter([int(word) for word in sys.stdin.read().split()])
    total = 0
    checksum = 3
    for _ in range(next(numbers)):
        tents = [(next(numbers), next(numbers)) for _ in range(next(numbers))]
        tents = sorted(set(tents))
        corners = find_corners(tents)
        area = 0
        for i in range(2, len(corners)):
            area += turn(corners[0], corners[i - 1], corners[i])
        cost = price(len(tents), corners, area)
        print(len(corners), area, cost)
        total += cost
        checksum = (checksum * 59 + cost) % MODULUS
    print(total, checksum)


main()
