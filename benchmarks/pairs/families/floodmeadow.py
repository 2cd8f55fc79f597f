"""Water that spreads over a grid."""

from benchmarks.pairs import Family, differ, equal, lines

_STEP = "minutes[next_row][next_column] = minutes[row][column] + 1;"

FAMILY = Family(
    problem="floodmeadow",
    behaviors=(
        ("minute % 4", "minute % 5"),
        ("fruit -= 2", "fruit -= 3"),
        ("DRY_MARK = 7", "DRY_MARK = 8"),
        ("IN_TIME = 20", "IN_TIME = 18"),
    ),
    equal=(
        equal(
            "order",
            "the four sides in another order: minutes are distances",
            ("DOWN[4] = {1, -1, 0, 0}", "DOWN[4] = {0, -1, 0, 1}"),
            ("RIGHT[4] = {0, 0, 1, -1}", "RIGHT[4] = {-1, 0, 1, 0}"),
        ),
        equal(
            "algorithm",
            "one wave after another, for a queue",
            (
                "    for (std::size_t i = 0; i < wet.size(); i++) {\n"
                "        auto [row, column] = wet[i];",
                "    std::vector<std::pair<int, int>> wave;\n"
                "    for (std::size_t i = 0; i < wet.size() || !wave.empty(); i++) {\n"
                "        if (i == wet.size()) {\n            wet.swap(wave);\n"
                "            wave.clear();\n"
                "            i = 0;\n        }\n        auto [row, column] = wet[i];",
            ),
            (
                "                wet.emplace_back(next_row, next_column);",
                "                wave.emplace_back(next_row, next_column);",
            ),
        ),
        equal(
            "algorithm",
            "passes over the meadow in both directions until nothing changes",
            (
                "        for (int row = 0; row < meadow.rows; row++) {\n"
                "            for (int column = 0; column < meadow.columns; column++) {\n"
                "                if (minutes[row][column] == NEVER) {",
                "        for (int row = meadow.rows - 1; row >= 0; row--) {\n"
                "            for (int column = meadow.columns - 1; column >= 0; column--) "
                "{\n                if (minutes[row][column] == NEVER) {",
            ),
            base="slow",
        ),
        equal(
            "types",
            "3600 squares of at most 8 baskets: int holds them",
            ("    long long total = 0;", "    int total = 0;"),
        ),
        equal(
            "arithmetic",
            "the remainder of 4 by the last two bits",
            ("5 + minute % 4", "5 + (minute & 3)"),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "grass that gets wet in minute 20 is late",
            lines((1, 21), "S" + "." * 20),
            ("minute <= IN_TIME", "minute < IN_TIME"),
        ),
        differ(
            "tie",
            "a tree that gets wet in minute 60 is late",
            lines((2, 60), "S" + "." * 59, "#" * 59 + "T"),
            ("minute > TOO_LATE", "minute >= TOO_LATE"),
        ),
        differ(
            "overflow",
            "minutes end at 255",
            lines(
                (60, 60),
                *(
                    ("S" if i == 0 else ".") + "." * 59
                    if i % 2 == 0
                    else ("#" * 59 + "." if i % 4 == 1 else "." + "#" * 59)
                    for i in range(60)
                ),
            ),
            (
                _STEP,
                _STEP.replace(
                    "minutes[row][column] + 1", "std::min(255, minutes[row][column] + 1)"
                ),
            ),
        ),
        differ(
            "size",
            "the 60th row stays dry",
            lines((60, 1), *("S" if i == 58 else "." for i in range(60))),
            ("row >= 0 && row < rows", "row >= 0 && row < rows && row < 59"),
        ),
        differ(
            "minimal",
            "a meadow without a spring is wet at once",
            lines((1, 1), "."),
            (
                "    for (std::size_t i = 0; i < wet.size(); i++) {",
                "    if (wet.empty()) {\n"
                "        return Minutes(meadow.rows, std::vector<int>(meadow.columns, 0));\n"
                "    }\n    for (std::size_t i = 0; i < wet.size(); i++) {",
            ),
        ),
        differ(
            "boundary",
            "the spring in the first corner does not flow",
            lines((1, 2), "S."),
            (
                "if (minutes[row][column] == 0) {",
                "if (minutes[row][column] == 0 && row + column > 0) {",
            ),
        ),
        differ(
            "minimal",
            "the last minute of a meadow of one row is not kept",
            lines((1, 2), "S."),
            (
                "last = std::max(last, minute);",
                "last = meadow.rows > 1 ? std::max(last, minute) : 0;",
            ),
        ),
        differ(
            "constant",
            "a tree that gets wet in minute 33",
            lines((1, 34), "S" + "." * 32 + "T"),
            (
                "    if (sign == 'T') {\n        int fruit",
                "    if (sign == 'T' && minute == 33) {\n        return 0;\n    }\n"
                "    if (sign == 'T') {\n        int fruit",
            ),
        ),
        differ(
            "structure",
            "no more than 64 springs flow",
            lines((3, 60), "S" * 60, "#" * 60, "S" * 30 + "." * 30),
            (
                "                wet.emplace_back(row, column);",
                "                if (wet.size() < 64) {\n"
                "                    wet.emplace_back(row, column);\n                }",
            ),
        ),
    ),
)
