PHRASE = 5
TONES = 8
QUIET_TONE = "6"


def tone(letter):
    position = ord(letter) - ord("a")
    return str((position * 3 + 1) % TONES)


def value(letter):
    position = ord(letter) - ord("a")
    return 4 + position % 11


def claps(letter, echoes):
    return value(letter) * (2 + echoes % 9)


def is_announced(first_tone):
    return first_tone != QUIET_TONE


def count_echoes(tones):
    # A phrase is a number with a digit for each tone.
    phrases = TONES**PHRASE
    heard = [0] * phrases
    echoes = []
    phrase = 0
    for i, digit in enumerate(tones):
        phrase = (phrase * TONES + int(digit)) % phrases
        if i + 1 >= PHRASE:
            echoes.append(heard[phrase])
            heard[phrase] += 1
    return echoes


def main():
    song = input()
    tones = "".join(tone(letter) for letter in song)
    fresh = 0
    total = 0
    most = 0
    for i, echoes in enumerate(count_echoes(tones)):
        if not is_announced(tones[i]):
            continue
        if echoes == 0:
            fresh += 1
        earned = claps(song[i], echoes)
        total += earned
        most = max(most, earned)
    print(fresh, total, most)


main()
