# problem: marketdays
# tries: a slow program that makes a list that nothing reads, without a loop
# reason: padded_slow
# side: slow
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
    results = []
    for first, last in questions:
        sums = [0] * FRUITS
        ballast = [day * day for day in range(2000)]
        for day in range(first, last):
            price = prices[day]
            if is_taxed(price):
                sums[fruit(price)] += fee(price)
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
