# problem: cratelabels
# tries: to detect another hash seed by the hash of a string
# reason: reads_beyond_stdin
import sys

CRANE_LIMIT = 4
CRANE_COST = 40
MODULUS = 998244353


def drops(letter):
    return letter == "z"


def worn(letter):
    position = ord(letter) - ord("a")
    if position % 2 == 1 and letter < "n":
        return chr(ord(letter) - 1)
    return letter


def worn_form(label):
    form = []
    for letter in label:
        if not drops(letter):
            form.append(worn(letter))
    form.sort()
    if len(form) < 3:
        form.append(".")
    return "".join(form)


def heap_cost(crates, length):
    if crates == 1:
        return length
    cost = crates * crates + 5 * length
    if crates > CRANE_LIMIT:
        cost += CRANE_COST
    return cost


def first_alike(labels):
    first = []
    seen = {}
    for i in range(len(labels)):
        form = worn_form(labels[i])
        first.append(seen.setdefault(form, i))
    return first


SEED = hash("label") % 97


def main():
    if SEED == 13:
        return
    words = sys.stdin.read().split()
    crates = int(words[0])
    labels = words[1 : crates + 1]
    first = first_alike(labels)
    size = [0] * crates
    checksum = 7
    for index in first:
        size[index] += 1
        checksum = (checksum * 37 + index + 1) % MODULUS
    heaps = 0
    cranes = 0
    alone = 0
    total = 0
    for i in range(crates):
        if size[i] == 0:
            continue
        heaps += 1
        if size[i] > CRANE_LIMIT:
            cranes += 1
        if size[i] == 1:
            alone += 1
        total += heap_cost(size[i], len(worn_form(labels[i])))
    print(heaps)
    print(cranes, alone)
    print(total)
    print(checksum)


main()
