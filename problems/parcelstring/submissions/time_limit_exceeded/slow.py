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
    for i in range(len(text)):
        if text[i] not in "([":
            continue
        depth = 0
        for j in range(i, len(text)):
            if text[j] in "([":
                depth += 1
            if text[j] in ")]":
                depth -= 1
            if depth == 0:
                partner[i] = j
                partner[j] = i
                break
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
