import sys
from bisect import bisect_left

SINGLE_FEE = 8
LONG_BOOKING = 20
TAXED_FROM = 700
TAX = 45
LAST_DAY = 2000
MODULUS = 997


def gain(request):
    start, end, offer = request
    coins = offer
    if start == end:
        coins += SINGLE_FEE
    if end - start + 1 > LONG_BOOKING:
        coins -= offer // 7
    if offer > TAXED_FROM:
        coins -= TAX
    return coins


def best_sums(requests):
    """The best sum of the first i requests, which end first, for each i."""
    last = []
    best = [0]
    for i in range(len(requests)):
        before = 0
        for j in range(i):
            if requests[j][1] < requests[i][0]:
                before = max(before, last[j])
        last.append(before + gain(requests[i]))
        best.append(max(last))
    return best


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    requests = list(zip(numbers[1::3], numbers[2::3], numbers[3::3]))
    requests.sort(key=lambda request: request[1])
    best = best_sums(requests)
    day = 0
    for i in range(len(requests) - 1, -1, -1):
        if 2 * best[i + 1] < best[-1]:
            break
        day = requests[i][1]
    total = sum(gain(request) for request in requests)
    print(best[-1], day, total % MODULUS)


main()
