import sys

NEVER = 1000000
IN_TIME = 20
TOO_LATE = 60
DRY_MARK = 7
MODULUS = 1000000007
SIDES = [(1, 0), (-1, 0), (0, 1), (0, -1)]


def baskets(sign, minute):
    if sign == "T":
        fruit = 5 + minute % 4
        if minute > TOO_LATE:
            fruit -= 2
        return fruit
    if sign == ".":
        return 3 if minute <= IN_TIME else 1
    return 0


def can_flow(squares, row, column):
    if not (0 <= row < len(squares) and 0 <= column < len(squares[0])):
        return False
    return squares[row][column] != "#"


def start_minutes(squares):
    return [[0 if sign == "S" else NEVER for sign in line] for line in squares]


def flood(squares):
    minutes = start_minutes(squares)
    wet = []
    for row, line in enumerate(squares):
        for column, sign in enumerate(line):
            if sign == "S":
                wet.append((row, column))
    for row, column in wet:
        for down, right in SIDES:
            y, x = row + down, column + right
            if can_flow(squares, y, x) and minutes[y][x] == NEVER:
                minutes[y][x] = minutes[row][column] + 1
                wet.append((y, x))
    return minutes


def main():
    squares = sys.stdin.read().split()[2:]
    minutes = flood(squares)
    total = 0
    dry = 0
    last = 0
    checksum = 9
    for line, times in zip(squares, minutes):
        for sign, minute in zip(line, times):
            if minute < NEVER:
                total += baskets(sign, minute)
                last = max(last, minute)
                checksum = (checksum * 41 + minute) % MODULUS
                continue
            if sign != "#":
                dry += 1
            if sign == "T":
                total += 1
            checksum = (checksum * 41 + DRY_MARK) % MODULUS
    print(total)
    print(dry, last)
    print(checksum)


main()
