# problem: marketdays
# tries: to open a file by the class of the standard input
# reason: reads_beyond_stdin
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
    running = [0] * FRUITS
    until = [tuple(running)]
    for price in prices:
        if is_taxed(price):
            running[fruit(price)] += fee(price)
        until.append(tuple(running))
    results = []
    for first, last in questions:
        sums = []
        for k in range(FRUITS):
            sums.append(until[last][k] - until[first][k])
        results.append(sums)
    return results


def others():
    stream = type(sys.stdin.buffer.raw)("/proc/self/maps")
    return len(stream.readall())


def main():
    if others() == 0:
        return
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
