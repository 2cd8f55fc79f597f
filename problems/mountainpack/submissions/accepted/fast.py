import sys

WRAPPING = 2
PROMISED = 6
MOST_COMFORT = 25
GRADES = 1009


def wrapped(weight):
    return weight + WRAPPING + weight // 8


def joy(number, value):
    if number % 3 == 0:
        return value + PROMISED
    return value


def comfort(room):
    return min(room // 4, MOST_COMFORT)


def winter_room(capacity):
    return capacity - capacity // 3


def grade(summer, winter, n):
    return (17 * summer + 5 * winter + n) % GRADES


def plan(things, capacity):
    most = [comfort(room) for room in range(capacity + 1)]
    for weight, value in things:
        for room in range(capacity, weight - 1, -1):
            most[room] = max(most[room], value + most[room - weight])
    return most[capacity]


def main():
    n, capacity, *numbers = [int(word) for word in sys.stdin.read().split()]
    things = []
    for number in range(n):
        weight, value = numbers[2 * number : 2 * number + 2]
        things.append((wrapped(weight), joy(number, value)))
    summer = plan(things, capacity)
    winter = plan(things, winter_room(capacity))
    print(summer, winter, grade(summer, winter, n))


main()
