"""All rectangles of a grid of numbers."""

from benchmarks.pairs import Family, differ, equal, lines

FAMILY = Family(
    problem="orchardplots",
    behaviors=(
        ("TIDY = 17", "TIDY = 19"),
        ("harvest % 6", "harvest % 7"),
        ("3 * height", "4 * height"),
        ("5 * std::llabs(total)", "7 * std::llabs(total)"),
    ),
    equal=(
        equal(
            "arithmetic",
            "2 x and x + (x mod 6) are both 0 at 0",
            ("if (harvest < 0) {", "if (harvest <= 0) {"),
        ),
        equal(
            "algorithm",
            "no remainder reaches the height of a plot with 19 rows or more",
            ("if (is_tidy(total, height)) {", "if (height < 20 && is_tidy(total, height)) {"),
        ),
        equal(
            "algorithm",
            "sums of rectangles from sums of corners, for sums of columns",
            (
                "for (int top = 0; top < rows; top++) {\n"
                "        std::vector<long long> column_sum(columns, 0);",
                """std::vector<std::vector<long long>> corner(
        rows + 1, std::vector<long long>(columns + 1, 0));
    for (int i = 0; i < rows; i++) {
        for (int j = 0; j < columns; j++) {
            corner[i + 1][j + 1] =
                corner[i + 1][j] + corner[i][j + 1] - corner[i][j] + booking(grid[i][j]);
        }
    }
    for (int top = 0; top < rows; top++) {""",
            ),
            (
                "            for (int j = 0; j < columns; j++) {\n"
                "                column_sum[j] += booking(grid[bottom][j]);\n"
                "            }\n",
                "",
            ),
            ("                long long total = 0;\n", ""),
            (
                "total += column_sum[right];",
                "long long total = corner[bottom + 1][right + 1] - corner[top][right + 1] -\n"
                "                    corner[bottom + 1][left] + corner[top][left];",
            ),
        ),
        equal(
            "order",
            "the plots from the last column: counts, sums and the best do not depend on the order",
            (
                "for (int left = 0; left < columns; left++) {\n                long long total",
                "for (int left = columns - 1; left >= 0; left--) {\n"
                "                long long total",
            ),
        ),
        equal(
            "types",
            "28 rows of at most 2 * 104 in a column: int holds every sum of a plot",
            ("std::vector<long long> column_sum", "std::vector<int> column_sum"),
            ("                long long total = 0;", "                int total = 0;"),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "the least harvest counts as the one above",
            lines((1, 1), (-50,)),
            ("return 2 * harvest;", "return 2 * (harvest < -49 ? -49 : harvest);"),
        ),
        differ(
            "boundary",
            "the greatest harvest counts as the one below",
            lines((1, 1), (99,)),
            (
                "return harvest + harvest % ",
                "harvest = harvest > 98 ? 98 : harvest;\n    return harvest + harvest % ",
            ),
        ),
        differ(
            "boundary",
            "plots over all of 28 rows are left out",
            lines((28, 1), *((1,) for _ in range(28))),
            (
                "consider(report, total, bottom",
                "if (bottom - top < 27) consider(report, total, bottom",
            ),
        ),
        differ(
            "size",
            "the height is taken modulo 17 as well",
            lines((20, 1), *((1,) for _ in range(20))),
            ("% TIDY == height", "% TIDY == height % TIDY"),
        ),
        differ(
            "size",
            "the 28th column is not looked at",
            lines((1, 28), (1 for _ in range(28))),
            ("right = left; right < columns;", "right = left; right < columns && right < 27;"),
        ),
        differ(
            "overflow",
            "the sum over all plots has 32 bits",
            lines((28, 28), *((99 for _ in range(28)) for _ in range(28))),
            ("    long long ledger = 7;", "    unsigned int ledger = 7;"),
        ),
        differ(
            "overflow",
            "the best starts at -100, above the worth of a single worst tree",
            lines((1, 1), (-50,)),
            ("LOWEST = -1000000000", "LOWEST = -100"),
        ),
        differ(
            "minimal",
            "a grid of one tree needs no fence",
            lines((1, 1), (1,)),
            (
                "    Report report = survey(grid, rows, columns);\n",
                "    Report report = survey(grid, rows, columns);\n    if (rows * columns == 1) {\n"
                "        report.best = booking(grid[0][0]);\n    }\n",
            ),
        ),
        differ(
            "structure",
            "an orchard without a plot of positive worth",
            lines((1, 2), (-5, -6)),
            ("    long long best = LOWEST;", "    long long best = 0;"),
        ),
        differ(
            "constant",
            "a harvest of 45 apples is booked as 45",
            lines((1, 1), (45,)),
            (
                "return harvest + harvest % ",
                "if (harvest == 45) {\n        return 45;\n    }\n    return harvest + harvest % ",
            ),
        ),
    ),
)
