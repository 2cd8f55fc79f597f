import sys

PRIME = 10007
MOST_MEMBERS = 400
FULL_PRICE_PHOTOS = 4000
CROWD_DISCOUNT = 150
MODULUS = 1000033


def count_photos(clubs):
    found = []
    for members, shown in clubs:
        row = [1]
        for _ in range(members):
            row = [1] + [(row[i] + row[i + 1]) % PRIME for i in range(len(row) - 1)] + [1]
        found.append(row[shown])
    return found


def is_crowd(members, shown):
    return 2 * shown > members


def price(photos, crowd):
    cost = 2 * photos
    if photos > FULL_PRICE_PHOTOS:
        cost -= photos - FULL_PRICE_PHOTOS
    if crowd:
        cost = max(0, cost - CROWD_DISCOUNT)
    return cost


def main():
    numbers = [int(word) for word in sys.stdin.read().split()]
    clubs = list(zip(numbers[1::2], numbers[2::2]))
    crowds = 0
    checksum = 11
    for (members, shown), photos in zip(clubs, count_photos(clubs)):
        crowd = is_crowd(members, shown)
        cost = price(photos, crowd)
        print(photos, cost)
        if crowd:
            crowds += 1
        checksum = (checksum * 41 + cost) % MODULUS
    print(crowds, checksum)


main()
