TIGHT_FROM = 9000
SMOOTH_TURNS = 12
TIGHT_WEAR = 40
SMOOTH_WEAR = 25
MODULUS = 1000003


def meeting(a, b):
    common = min(a, b)
    while a % common != 0 or b % common != 0:
        common -= 1
    return a * b // common


def is_tight(teeth):
    return teeth >= TIGHT_FROM


def is_smooth(a, b, teeth):
    return teeth // min(a, b) <= SMOOTH_TURNS


def wear(a, b, teeth):
    value = teeth % 613
    if is_tight(teeth):
        value += TIGHT_WEAR
    if is_smooth(a, b, teeth):
        value -= SMOOTH_WEAR
    return max(value, 0)


def main():
    pairs = int(input())
    tight = 0
    smooth = 0
    checksum = 5
    for _ in range(pairs):
        a, b = map(int, input().split())
        teeth = meeting(a, b)
        value = wear(a, b, teeth)
        print(teeth, value)
        if is_tight(teeth):
            tight += 1
        if is_smooth(a, b, teeth):
            smooth += 1
        checksum = (checksum * 37 + value) % MODULUS
    print(tight, smooth, checksum)


main()
