import sys

REACH = 600
BASE_STRENGTH = 620
POLARISATION = 15
HIGHEST_LICENSE = 120


def channel(mast):
    return (mast[0] + 2 * mast[1]) // 12


def distance(a, b):
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def strength(a, b):
    result = BASE_STRENGTH - distance(a, b)
    if (a[0] + b[0]) % 2 == 0:
        result += POLARISATION
    return result


def license_fee(links):
    if links == 0:
        return 0
    return min(40 + 3 * links, HIGHEST_LICENSE)


def same_channel(masts):
    pairs = []
    senders = {}
    for i, mast in enumerate(masts):
        group = senders.setdefault(channel(mast), [])
        for j in group:
            pairs.append((j, i))
        group.append(i)
    return pairs


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    masts = list(zip(numbers[1::2], numbers[2::2]))
    links = [0] * len(masts)
    pairs = 0
    total = 0
    strongest = 0
    for i, j in same_channel(masts):
        if distance(masts[i], masts[j]) > REACH:
            continue
        links[i] += 1
        links[j] += 1
        pairs += 1
        total += strength(masts[i], masts[j])
        strongest = max(strongest, strength(masts[i], masts[j]))
    print(pairs, total, strongest, sum(license_fee(count) for count in links))


main()
