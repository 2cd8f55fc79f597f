#include <algorithm>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

const int NEVER = 1000000;
const int IN_TIME = 20;
const int TOO_LATE = 60;
const int DRY_MARK = 7;
const long long MODULUS = 1000000007;
const int DOWN[4] = {1, -1, 0, 0};
const int RIGHT[4] = {0, 0, 1, -1};

bool open_ground(char sign) {
    return sign != '#';
}

bool spring(char sign) {
    return sign == 'S';
}

int baskets(char sign, int minute) {
    if (sign == 'T') {
        int fruit = 5 + minute % 4;
        if (minute > TOO_LATE) {
            fruit -= 2;
        }
        return fruit;
    }
    if (sign == '.') {
        if (minute <= IN_TIME) {
            return 3;
        }
        return 1;
    }
    return 0;
}

int dry_baskets(char sign) {
    if (sign == 'T') {
        return 1;
    }
    return 0;
}

struct Meadow {
    int rows;
    int columns;
    std::vector<std::string> squares;

    bool inside(int row, int column) const {
        return row >= 0 && row < rows && column >= 0 && column < columns;
    }

    bool can_flow(int row, int column) const {
        return inside(row, column) && open_ground(squares[row][column]);
    }
};

using Minutes = std::vector<std::vector<int>>;

Minutes start_minutes(const Meadow& meadow) {
    Minutes minutes(meadow.rows, std::vector<int>(meadow.columns, NEVER));
    for (int row = 0; row < meadow.rows; row++) {
        for (int column = 0; column < meadow.columns; column++) {
            if (spring(meadow.squares[row][column])) {
                minutes[row][column] = 0;
            }
        }
    }
    return minutes;
}

Minutes flood(const Meadow& meadow) {
    Minutes minutes = start_minutes(meadow);
    bool changed = true;
    for (int minute = 0; changed; minute++) {
        changed = false;
        for (int row = 0; row < meadow.rows; row++) {
            for (int column = 0; column < meadow.columns; column++) {
                if (minutes[row][column] != minute) {
                    continue;
                }
                for (int side = 0; side < 4; side++) {
                    int next_row = row + DOWN[side];
                    int next_column = column + RIGHT[side];
                    if (meadow.can_flow(next_row, next_column) && minutes[next_row][next_column] == NEVER) {
                        minutes[next_row][next_column] = minute + 1;
                        changed = true;
                    }
                }
            }
        }
    }
    return minutes;
}

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    Meadow meadow;
    std::cin >> meadow.rows >> meadow.columns;
    meadow.squares.resize(meadow.rows);
    for (std::string& line : meadow.squares) {
        std::cin >> line;
    }
    Minutes minutes = flood(meadow);
    long long total = 0;
    int dry = 0;
    int last = 0;
    long long checksum = 9;
    for (int row = 0; row < meadow.rows; row++) {
        for (int column = 0; column < meadow.columns; column++) {
            char sign = meadow.squares[row][column];
            int minute = minutes[row][column];
            if (minute < NEVER) {
                total += baskets(sign, minute);
                last = std::max(last, minute);
                checksum = (checksum * 41 + minute) % MODULUS;
                continue;
            }
            if (open_ground(sign)) {
                dry++;
            }
            total += dry_baskets(sign);
            checksum = (checksum * 41 + DRY_MARK) % MODULUS;
        }
    }
    std::cout << total << "\n";
    std::cout << dry << " " << last << "\n";
    std::cout << checksum << "\n";
    return 0;
}
