HEAVY = 120
HEAVY_FEE = 75
CROSSED_FEE = 11
STRAY_MARK = 4000
MODULUS = 1000000007


def wooden(sign):
    return sign in "[]"


def weight(sign):
    if sign in "()[]":
        return 2
    place = ord(sign) - ord("a")
    return place * place + 1


def postage(load, distance, opening, closing):
    cents = load * 2
    if wooden(opening):
        cents = load * 3
    cents += distance // 4
    if load > HEAVY:
        cents += HEAVY_FEE
    if wooden(opening) != wooden(closing):
        cents += CROSSED_FEE
    return cents


def find_partners(text):
    partner = [-1] * len(text)
    waiting = []
    for i, sign in enumerate(text):
        if sign in "([":
            waiting.append(i)
        if sign in ")]" and waiting:
            partner[i] = waiting.pop()
            partner[partner[i]] = i
    return partner


def main():
    text = input()
    partner = find_partners(text)
    before = [0]
    for sign in text:
        before.append(before[-1] + weight(sign))
    total = 0
    stray = 0
    crossed = 0
    checksum = 5
    for i, sign in enumerate(text):
        if sign not in "()[]":
            continue
        other = partner[i]
        if other < 0:
            stray += 1
            checksum = (checksum * 29 + STRAY_MARK) % MODULUS
            continue
        checksum = (checksum * 29 + other + 1) % MODULUS
        if other < i:
            continue
        load = before[other] - before[i + 1]
        total += postage(load, other - i, sign, text[other])
        if wooden(sign) != wooden(text[other]):
            crossed += 1
    print(total)
    print(stray, crossed)
    print(checksum)


main()
