import sys

TIDY = 17
MODULUS = 1000003
LOWEST = -1000000000


def booking(harvest):
    if harvest < 0:
        return 2 * harvest
    return harvest + harvest % 6


def worth(total, height, width):
    return total - 3 * height - 2 * width


def is_tidy(total, height):
    return abs(total) % TIDY == height


def survey(grid, rows, columns):
    booked = [[booking(harvest) for harvest in line] for line in grid]
    for top in range(rows):
        for bottom in range(top + 1, rows + 1):
            for left in range(columns):
                for right in range(left + 1, columns + 1):
                    total = 0
                    for line in booked[top:bottom]:
                        for harvest in line[left:right]:
                            total += harvest
                    yield bottom - top, right - left, total


def main():
    rows, columns, *numbers = [int(word) for word in sys.stdin.read().split()]
    grid = [numbers[i * columns : (i + 1) * columns] for i in range(rows)]
    tidy = 0
    best = LOWEST
    ledger = 7
    for height, width, total in survey(grid, rows, columns):
        if is_tidy(total, height):
            tidy += 1
        best = max(best, worth(total, height, width))
        ledger += 5 * abs(total) + height * width
    print(tidy, best, ledger % MODULUS)


main()
