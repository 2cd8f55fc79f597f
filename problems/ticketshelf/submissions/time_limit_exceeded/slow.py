import sys
from heapq import heappop, heappush

LONG_JOB = 80
DISCOUNT = 15
NEARLY_DONE = 5
BONUS = 9
IDLE_LOSS = 4
MODULUS = 1000000009


def urgency(code):
    length = code % 100
    value = 3 * (code // 100) + length
    if length > LONG_JOB:
        value -= DISCOUNT
    return value


def order(code, number):
    """Tickets with a smaller order come first."""
    return urgency(code), -code, number


def earnings(code, left):
    coins = 2 * (code % 100) + code // 100
    if left < NEARLY_DONE:
        coins += BONUS
    return coins


class Shelf:
    def __init__(self):
        self.tickets = []

    def put(self, ticket):
        self.tickets.append(ticket)

    def first(self):
        best = self.tickets[0]
        for ticket in self.tickets:
            if ticket < best:
                best = ticket
        return best

    def take(self):
        self.tickets.remove(self.first())


def main():
    lines = sys.stdin.read().splitlines()
    shelf = Shelf()
    arrived = 0
    idle = 0
    fullest = 0
    coins = 0
    checksum = 1
    for line in lines[1:]:
        if line.startswith("pu"):
            arrived += 1
            shelf.put(order(int(line.split()[1]), arrived))
            fullest = max(fullest, len(shelf.tickets))
            continue
        takes = line.startswith("p")
        if not shelf.tickets:
            if takes:
                idle += 1
                coins -= IDLE_LOSS
            continue
        value, code, number = shelf.first()
        checksum = (checksum * 131 + value + number) % MODULUS
        if takes:
            shelf.take()
            coins += earnings(-code, len(shelf.tickets))
    print(coins)
    print(idle, fullest)
    print(checksum)


main()
