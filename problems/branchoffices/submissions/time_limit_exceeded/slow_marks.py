import sys

TAX_FREE = 60
SUBSIDY = 7
GOOD_PROFIT = 50
STRONG = 5
MANAGED = 12
MODULUS = 1000000007


def counted(office, profit):
    value = profit
    if profit > TAX_FREE:
        value = TAX_FREE + (profit - TAX_FREE) // 2
    if office % 4 == 0:
        value += SUBSIDY
    return value


def single(office, profit):
    value = counted(office, profit)
    good = 0
    if value >= GOOD_PROFIT:
        good = 1
    return [1, good, value]


def add(whole, part):
    whole[0] += part[0]
    whole[1] += part[1]
    whole[2] += part[2]


def strong(branch):
    return branch[1] >= STRONG


def worth(branch):
    value = branch[2] - 3 * branch[0]
    if branch[0] > MANAGED:
        value -= 20
    if strong(branch):
        value += 33
    return value


def audit(boss, profit, asked):
    found = []
    for question in asked:
        inside = {question}
        branch = [0, 0, 0]
        # A boss has a smaller number than those below.
        for office in range(1, len(boss)):
            if office == question or boss[office] in inside:
                inside.add(office)
                add(branch, single(office, profit[office]))
        found.append(branch)
    return found


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    offices = numbers[0]
    questions = numbers[1]
    boss = [0] + numbers[2 : 2 + offices]
    profit = [0] + numbers[2 + offices : 2 + 2 * offices]
    asked = numbers[2 + 2 * offices : 2 + 2 * offices + questions]
    strong_branches = 0
    checksum = 19
    for branch in audit(boss, profit, asked):
        value = worth(branch)
        print(branch[0], value)
        if strong(branch):
            strong_branches += 1
        checksum = (checksum * 43 + value + 300) % MODULUS
    print(strong_branches, checksum)


main()
