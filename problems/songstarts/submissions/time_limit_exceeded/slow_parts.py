FALSE_START = 4
MOST_LISTENERS = 50
EXTRA = 5
MODULUS = 20011


def compare_with_start(song):
    same = [0] * len(song)
    for i in range(1, len(song)):
        part = song[i:]
        while not song.startswith(part):
            part = part[:-1]
        same[i] = len(part)
    return same


def confused(note, same):
    if same < FALSE_START:
        return same % 2
    listeners = min(same, MOST_LISTENERS)
    if note == "a":
        listeners += EXTRA
    return listeners


def main():
    song = input()
    same = compare_with_start(song)
    false_starts = 0
    longest = 0
    listeners = 0
    mark = 0
    for i in range(1, len(song)):
        if same[i] >= FALSE_START:
            false_starts += 1
        longest = max(longest, same[i])
        listeners += confused(song[i], same[i])
        mark = (mark + i * same[i]) % MODULUS
    print(false_starts, longest, listeners, mark)


main()
