FALSE_START = 4
MOST_LISTENERS = 50
EXTRA = 5
MODULUS = 20011


def compare_with_start(song):
    n = len(song)
    same = [0] * n
    left = right = 0
    for i in range(1, n):
        length = 0
        if i < right:
            length = min(right - i, same[i - left])
        while i + length < n and song[length] == song[i + length]:
            length += 1
        same[i] = length
        if i + length > right:
            left, right = i, i + length
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
