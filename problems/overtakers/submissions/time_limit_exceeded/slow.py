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


def find_bills(arrivals):
    bills = []
    for i in range(len(arrivals)):
        bill = 0
        for other in arrivals[i + 1 :]:
            if other < arrivals[i]:
                bill += glasses(other)
        bills.append(bill)
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
