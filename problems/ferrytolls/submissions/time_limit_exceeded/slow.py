import sys
from heapq import heappop, heappush

UNREACHED = 10**15
SHORT_CROSSING = 30
FAR_APART = 500
SEA_FEE = 25
NEAR = 350
LOST_MARK = 5
MODULUS = 1000000007


def crossing(length):
    if length <= SHORT_CROSSING:
        return 2 * length
    return length + SHORT_CROSSING


def landing(port):
    return 4 if port % 3 == 0 else 1


def price(start, end, length):
    coins = crossing(length) + landing(end)
    if abs(start - end) > FAR_APART:
        coins += SEA_FEE
    return coins


def points(port, coins):
    value = NEAR + 10 - coins
    if port % 2 == 0:
        value += 50
    return value


def cheapest(ports, ferries, start):
    cost = [UNREACHED] * (ports + 1)
    cost[start] = 0
    done = set()
    while len(done) < ports:
        port = min((p for p in range(1, ports + 1) if p not in done), key=lambda p: cost[p])
        done.add(port)
        for a, b, length in ferries:
            if port in (a, b) and cost[port] < UNREACHED:
                other = a + b - port
                cost[other] = min(cost[other], cost[port] + price(port, other, length))
    return cost


def main():
    ports, _, start, goal, *numbers = [int(word) for word in sys.stdin.read().split()]
    ferries = list(zip(numbers[0::3], numbers[1::3], numbers[2::3]))
    cost = cheapest(ports, ferries, start)
    near = 0
    lost = 0
    total = 0
    checksum = 11
    for port in range(1, ports + 1):
        if cost[port] == UNREACHED:
            lost += 1
            checksum = (checksum * 61 + LOST_MARK) % MODULUS
            continue
        checksum = (checksum * 61 + cost[port]) % MODULUS
        if cost[port] <= NEAR:
            near += 1
            total += points(port, cost[port])
    print(-1 if cost[goal] == UNREACHED else cost[goal])
    print(near, lost)
    print(total)
    print(checksum)


main()
