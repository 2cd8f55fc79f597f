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
    forms = sorted((worn_form(label), i) for i, label in enumerate(labels))
    first = [0] * len(labels)
    for at, (form, i) in enumerate(forms):
        same = at > 0 and forms[at - 1][0] == form
        first[i] = first[forms[at - 1][1]] if same else i
    return first


def main():
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
