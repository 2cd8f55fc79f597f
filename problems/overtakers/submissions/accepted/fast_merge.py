import sys

MODULUS = 998244353
CHAMPION_FACTOR = 3
CHAIR = 2


def is_official(runner):
    return runner % 10 == 0


def glasses(runner):
    if is_official(runner):
        return 0
    return 1 + runner % 9


def to_pay(runner, bill):
    amount = bill - bill // 8
    if runner % 2 == 1:
        amount += CHAIR
    return amount


def settle(places, arrivals, bills):
    if len(places) < 2:
        return places
    middle = len(places) // 2
    left = settle(places[:middle], arrivals, bills)
    right = settle(places[middle:], arrivals, bills)
    # Both halves are sorted by runner: those of the right half came later.
    at = 0
    bill = 0
    for place in left:
        while at < len(right) and arrivals[right[at]] < arrivals[place]:
            bill += glasses(arrivals[right[at]])
            at += 1
        bills[place] += bill
    return sorted(left + right, key=arrivals.__getitem__)


def find_bills(arrivals):
    bills = [0] * len(arrivals)
    settle(list(range(len(arrivals))), arrivals, bills)
    return bills


def main():
    n, *arrivals = [int(word) for word in sys.stdin.read().split()]
    champions = 0
    total = 0
    checksum = 1
    for runner, bill in zip(arrivals, find_bills(arrivals)):
        amount = to_pay(runner, bill)
        if amount > CHAMPION_FACTOR * n:
            champions += 1
        total += amount
        checksum = (checksum * 33 + amount) % MODULUS
    print(champions, total, checksum)


main()
