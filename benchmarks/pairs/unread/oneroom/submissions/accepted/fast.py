import sys


def main():
    data = list(map(int, sys.stdin.read().split()))
    n = data[0]
    rows = sorted((data[i + 1], data[i], data[i + 2]) for i in range(1, 3 * n + 1, 3))
    best = [0] * (n + 1)
    alone = 0
    for i in range(n):
        end, start, weight = rows[i]
        low = 0
        high = i
        while low < high:
            middle = (low + high) // 2
            if rows[middle][0] <= start:
                low = middle + 1
            else:
                high = middle
        best[i + 1] = max(best[i], best[low] + weight)
        free = True
        for j in range(n):
            if j != i and rows[j][1] < end and start < rows[j][0]:
                free = False
        if free:
            alone += 1
    print(best[n], alone)


main()
