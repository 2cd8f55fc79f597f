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
    n = len(arrivals)
    tree = [0] * (n + 1)
    bills = []
    for runner in reversed(arrivals):
        bill = 0
        node = runner - 1
        while node > 0:
            bill += tree[node]
            node -= node & -node
        bills.append(bill)
        node = runner
        while node <= n:
            tree[node] += glasses(runner)
            node += node & -node
    return bills[::-1]


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
