import sys

ROUGH = 6
SMALL_GROUP = 8
SWIM_LIMIT = 100
TOWELS = 3
MODULUS = 1000003


def holds(a, b):
    return (a + b) % ROUGH != 0


def toll(islands):
    if islands <= SMALL_GROUP:
        return 2 * islands + 1
    return islands // 2 + 40


def swim_cost(distance):
    return distance + TOWELS


class Islands:
    def __init__(self, count):
        self.parent = list(range(count))
        self.size = [1] * count

    def root(self, island):
        while self.parent[island] != island:
            self.parent[island] = self.parent[self.parent[island]]
            island = self.parent[island]
        return island

    def join(self, a, b):
        a, b = self.root(a), self.root(b)
        if a == b:
            return
        if self.size[a] < self.size[b]:
            a, b = b, a
        self.parent[b] = a
        self.size[a] += self.size[b]

    def group_with(self, a, b):
        a = self.root(a)
        if a != self.root(b):
            return 0
        return self.size[a]


def main():
    lines = sys.stdin.read().splitlines()
    islands = Islands(int(lines[0].split()[0]) + 1)
    fallen = walking = swimming = home = 0
    total = 0
    checksum = 3
    for line in lines[1:]:
        sign, a, b = line.split()
        a, b = int(a), int(b)
        if sign == "+":
            if holds(a, b):
                islands.join(a, b)
            else:
                fallen += 1
            continue
        payment = 0
        group = islands.group_with(a, b)
        if group > 0:
            walking += 1
            payment = toll(group)
        elif abs(a - b) < SWIM_LIMIT:
            swimming += 1
            payment = swim_cost(abs(a - b))
        else:
            home += 1
        total += payment
        checksum = (checksum * 53 + payment) % MODULUS
    print(fallen)
    print(walking, swimming, home)
    print(total, checksum)


main()
