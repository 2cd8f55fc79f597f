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


def plan(things, capacity, first=0):
    if first == len(things):
        return comfort(capacity)
    weight, value = things[first]
    most = plan(things, capacity, first + 1)
    if weight <= capacity:
        most = max(most, value + plan(things, capacity - weight, first + 1))
    return most


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
