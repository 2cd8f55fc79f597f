# problem: tokenmachine
# tries: a slow program that adds a number minus itself
# reason: padded_slow
# side: slow
import sys

MODULUS = 1000003
MARK_MODULUS = 10007
LUCKY = 7
HIGH_MARK = 5000


def worth(face):
    if face % LUCKY == 0:
        return face + 2
    return face + face % 3


def payout(amount):
    return amount + amount // 10


def count_ways(faces, limit):
    ways = [0] * (limit + 1)
    ways[0] = 1
    for face in faces:
        value = worth(face)
        for total in range(value, limit + 1):
            ways[total] = (ways[total] + ways[total - value]) % MODULUS
    return ways


def burn(n):
    total = 0
    for i in range(200):
        total += i * n % 7
    return total


def mark(amount, ways):
    if ways == 0:
        return amount % 10
    return (3 * ways + amount) % MARK_MODULUS


def serve(faces, amounts):
    marks = []
    for amount in amounts:
        goal = payout(amount)
        ways = count_ways(faces, goal)
        extra = burn(goal)
        marks.append(mark(amount, ways[goal]) + extra - extra)
    return marks


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    tubes = numbers[0]
    requests = numbers[1]
    faces = numbers[2 : 2 + tubes]
    amounts = numbers[2 + tubes : 2 + tubes + requests]
    high = 0
    checksum = 17
    for value in serve(faces, amounts):
        print(value)
        if value > HIGH_MARK:
            high += 1
        checksum = (checksum * 31 + value) % MODULUS
    print(high, checksum)


main()
