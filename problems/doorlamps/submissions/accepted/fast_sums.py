import sys

LAMP_PRICE = 3
BRIGHT_FEE = 17
BRIGHT_LAMPS = 6
LONG_WALK = 900
LONG_DISCOUNT = 11
MODULUS = 999983


def count_lamps(walks):
    highest = max(last for first, last in walks)
    lamps = [0] * (highest + 1)
    sums = [0] * (highest + 1)
    for room in range(1, highest + 1):
        lamps[room] = lamps[room // 2] + room % 2
        sums[room] = sums[room - 1] + lamps[room]
    return [sums[last] - sums[first - 1] for first, last in walks]


def is_bright(first, last, lamps):
    return lamps >= BRIGHT_LAMPS * (last - first + 1)


def price(first, last, lamps):
    cents = LAMP_PRICE * lamps
    if is_bright(first, last, lamps):
        cents += BRIGHT_FEE
    if last - first + 1 > LONG_WALK:
        cents -= LONG_DISCOUNT
    return cents


def main():
    lines = sys.stdin.read().splitlines()
    walks = [tuple(map(int, line.split())) for line in lines[1:]]
    bright = 0
    checksum = 23
    for (first, last), lamps in zip(walks, count_lamps(walks)):
        cents = price(first, last, lamps)
        print(lamps, cents)
        if is_bright(first, last, lamps):
            bright += 1
        checksum = (checksum * 29 + cents + 100) % MODULUS
    print(bright, checksum)


main()
