MODULUS = 1000000007
BRIGHT_BASE = 40
WINDY_EXTRA = 3


def on_duty(lighter):
    return lighter % 7 != 3


def pour(lighter, lantern):
    drops = lighter % 10 + 2
    if lantern % 2 == 1:
        drops += WINDY_EXTRA
    return drops


def is_bright(lantern, drops):
    return drops > BRIGHT_BASE + lantern % 16


def stamp(seal, drops):
    return (seal * 31 + drops) % MODULUS


def fill_lanterns(first, last):
    oil = []
    for lantern in range(first, last + 1):
        drops = 0
        for lighter in range(1, lantern + 1):
            if lantern % lighter == 0 and on_duty(lighter):
                drops += pour(lighter, lantern)
        oil.append(drops)
    return oil


def main():
    first, last = map(int, input().split())
    oil = fill_lanterns(first, last)
    bright = 0
    seal = 7
    for lantern in range(first, last + 1):
        drops = oil[lantern - first]
        if is_bright(lantern, drops):
            bright += 1
        seal = stamp(seal, drops)
    print(bright, max(oil), seal)


main()
