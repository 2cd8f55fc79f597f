#include <cstdio>
#include <cstdlib>
#include <vector>

const int TIDY = 17;
const long long MODULUS = 1000003;
const long long LOWEST = -1000000000;

struct Report {
    long long tidy = 0;
    long long best = LOWEST;
    long long ledger = 7;
};

long long booking(int harvest) {
    if (harvest < 0) {
        return 2 * harvest;
    }
    return harvest + harvest % 6;
}

long long worth(long long total, int height, int width) {
    return total - 3 * height - 2 * width;
}

bool is_tidy(long long total, int height) {
    return std::llabs(total) % TIDY == height;
}

void consider(Report& report, long long total, int height, int width) {
    if (is_tidy(total, height)) {
        report.tidy += 1;
    }
    long long coins = worth(total, height, width);
    if (coins > report.best) {
        report.best = coins;
    }
    report.ledger += 5 * std::llabs(total) + height * width;
}

typedef std::vector<std::vector<int>> Grid;

Report survey(const Grid& grid, int rows, int columns) {
    Report report;
    for (int top = 0; top < rows; top++) {
        for (int bottom = top; bottom < rows; bottom++) {
            for (int left = 0; left < columns; left++) {
                long long total = 0;
                for (int right = left; right < columns; right++) {
                    for (int i = top; i <= bottom; i++) {
                        total += booking(grid[i][right]);
                    }
                    consider(report, total, bottom - top + 1, right - left + 1);
                }
            }
        }
    }
    return report;
}

int main() {
    int rows = 0;
    int columns = 0;
    if (std::scanf("%d %d", &rows, &columns) != 2) {
        return 1;
    }
    Grid grid(rows, std::vector<int>(columns));
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
            if (std::scanf("%d", &grid[i][j]) != 1) {
                return 1;
            }
        }
    }

    Report report = survey(grid, rows, columns);

    long long ledger = report.ledger % MODULUS;
    std::printf("%lld %lld %lld\n", report.tidy, report.best, ledger);
    return 0;
}
