import sys

FRUITS = 6
HAPPY_BASE = 20
GUILD_WEIGHT = 1000


def fruit(price):
    return (price + price // 10) % FRUITS


def is_taxed(price):
    return price % 10 != 4


def fee(price):
    coins = price % 7 + 1
    coins += price // 100 * 2
    return coins


def judge(sums):
    happy = 0
    for k in range(FRUITS):
        if sums[k] > HAPPY_BASE + 3 * k:
            happy += 1
    most = max(sums)
    least = min(sums)
    return happy * GUILD_WEIGHT + most - least


def add_up(prices, questions):
    block = 32
    blocks = []
    for first in range(0, len(prices), block):
        sums = [0] * FRUITS
        for price in prices[first : first + block]:
            if is_taxed(price):
                sums[fruit(price)] += fee(price)
        blocks.append(sums)
    results = []
    for first, last in questions:
        sums = [0] * FRUITS
        day = first
        while day < last:
            if day % block == 0 and day + block <= last:
                sums = [a + b for a, b in zip(sums, blocks[day // block])]
                day += block
                continue
            if is_taxed(prices[day]):
                sums[fruit(prices[day])] += fee(prices[day])
            day += 1
        results.append(sums)
    return results


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    n = numbers[0]
    q = numbers[1]
    prices = numbers[2 : 2 + n]
    questions = []
    for i in range(q):
        first = numbers[2 + n + 2 * i]
        last = numbers[3 + n + 2 * i]
        questions.append((first - 1, last))

    results = add_up(prices, questions)

    for sums in results:
        print(judge(sums))


main()
