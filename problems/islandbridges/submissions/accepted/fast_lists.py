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
        self.members = [[island] for island in range(count)]

    def join(self, a, b):
        large, small = self.members[a], self.members[b]
        if large is small:
            return
        if len(large) < len(small):
            large, small = small, large
        large += small
        # The smaller group moves, so that an island moves only a few times.
        for island in small:
            self.members[island] = large

    def group_with(self, a, b):
        if self.members[a] is not self.members[b]:
            return 0
        return len(self.members[a])


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
