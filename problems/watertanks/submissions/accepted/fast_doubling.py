import sys

OUTFLOW = 11
FULL_LEVEL = 100
MODULUS = 1000000007


def start_level(a, m):
    return (7 * a + 3) % m


def run_pump(a, m, level):
    if level % 2 == 0:
        level = a * level + 5
    else:
        level = level + 2 * a
    if level > 3 * m:
        level -= OUTFLOW
    return max(level, 0) % m


def power(m, level):
    if level < m // 2:
        return 2
    return 4 + level % 3


def pump_all(a, b, m):
    # After each turn the tables stand for twice as many runs.
    after = [run_pump(a, m, level) for level in range(m)]
    earned = [power(m, level) for level in after]
    level = start_level(a, m)
    coins = 0
    while b > 0:
        if b % 2 == 1:
            coins += earned[level]
            level = after[level]
        earned = [earned[one] + earned[after[one]] for one in range(m)]
        after = [after[after[one]] for one in range(m)]
        b //= 2
    return level, coins


def main():
    tanks, *numbers = [int(word) for word in sys.stdin.read().split()]
    full_tanks = 0
    checksum = 2
    for i in range(tanks):
        level, coins = pump_all(*numbers[3 * i : 3 * i + 3])
        print(level, coins)
        if level >= FULL_LEVEL:
            full_tanks += 1
        checksum = (checksum * 23 + level + 6 * coins) % MODULUS
    print(full_tanks, checksum)


main()
