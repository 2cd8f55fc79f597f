# problem: branchoffices
# tries: to know the interpreter's allocator by the address of a list
# reason: reads_beyond_stdin
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
    offices = len(boss) - 1
    found = []
    branches = [[0, 0, 0] for _ in range(offices + 1)]
    for office in range(offices, 0, -1):
        add(branches[office], single(office, profit[office]))
        add(branches[boss[office]], branches[office])
    for question in asked:
        found.append(branches[question])
    return found


def lies_low():
    return id([]) % 4096 < 2048


def main():
    if lies_low():
        sys.setrecursionlimit(5000)
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
