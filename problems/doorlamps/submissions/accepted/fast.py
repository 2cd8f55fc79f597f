import sys

LAMP_PRICE = 3
BRIGHT_FEE = 17
BRIGHT_LAMPS = 6
LONG_WALK = 900
LONG_DISCOUNT = 11
MODULUS = 999983


def lamps_up_to(room):
    lamps = 0
    bit = 1
    while bit <= room:
        whole, rest = divmod(room + 1, 2 * bit)
        lamps += whole * bit + max(0, rest - bit)
        bit *= 2
    return lamps


def count_lamps(walks):
    found = []
    for first, last in walks:
        found.append(lamps_up_to(last) - lamps_up_to(first - 1))
    return found


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
