"""Fees by fruit over ranges of days."""

from benchmarks.pairs import Family, differ, equal, lines

_CUT = "sums[k] = until[question.last][k] - until[question.first][k];"
_READ = "int n = read_int();\n    int q = read_int();"

FAMILY = Family(
    problem="marketdays",
    behaviors=(
        ("HAPPY_BASE = 20", "HAPPY_BASE = 25"),
        ("price % 7 + 1", "price % 8 + 1"),
        ("price % 10 != 4", "price % 10 != 6"),
        ("GUILD_WEIGHT = 1000", "GUILD_WEIGHT = 100"),
    ),
    equal=(
        equal(
            "arithmetic",
            "remainders may be taken of both parts first",
            ("(price + price / 10) % FRUITS", "(price % FRUITS + price / 10 % FRUITS) % FRUITS"),
        ),
        equal(
            "arithmetic",
            "the last digit is 4 if six more are full tens",
            ("price % 10 != 4", "(price + 6) % 10 != 0"),
        ),
        equal(
            "reader",
            "the same numbers by scanf: the input holds nothing but digits and blanks",
            (
                """int c = std::getchar();
    while (c != EOF && (c < '0' || c > '9')) {
        c = std::getchar();
    }
    int value = 0;
    while (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
        c = std::getchar();
    }
    return value;""",
                """int value = 0;
    if (std::scanf("%d", &value) != 1) {
        return 0;
    }
    return value;""",
            ),
        ),
        equal(
            "order",
            "the days of a range from its end: sums do not depend on the order",
            (
                "for (int day = question.first; day < question.last; day++) {",
                "for (int day = question.last - 1; day >= question.first; day--) {",
            ),
            base="slow",
        ),
        equal(
            "data structure",
            "one running sum a fruit, in six vectors, for a vector of six sums",
            (
                "std::vector<Sums> until;",
                "std::array<std::vector<long long>, FRUITS> until;",
            ),
            (
                "Sums running{};\n    until.push_back(running);",
                "Sums running{};\n    for (int k = 0; k < FRUITS; k++) {\n"
                "        until[k].push_back(0);\n    }",
            ),
            (
                "        until.push_back(running);\n",
                "        for (int k = 0; k < FRUITS; k++) {\n"
                "            until[k].push_back(running[k]);\n        }\n",
            ),
            (_CUT, "sums[k] = until[k][question.last] - until[k][question.first];"),
        ),
        equal(
            "types",
            "a sum of fees is at most 2000 * 26, so int holds it",
            (
                "typedef std::array<long long, FRUITS> Sums;",
                "typedef std::array<int, FRUITS> Sums;",
            ),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "the highest price counts as the one below, for its fruit",
            lines((2, 1), (999, 1), (1, 2)),
            ("(price + price / 10)", "((price > 998 ? 998 : price) + price / 10)"),
        ),
        differ(
            "boundary",
            "a question about nothing but the last day gets zeros",
            lines((2, 1), (1, 1), (2, 2)),
            (
                f"for (int k = 0; k < FRUITS; k++) {{\n            {_CUT}",
                "for (int k = 0; k < FRUITS && "
                "question.first + 2 < static_cast<int>(until.size()); "
                f"k++) {{\n            {_CUT}",
            ),
        ),
        differ(
            "boundary",
            "a question about all days leaves the last one out",
            lines((2, 1), (1, 1), (1, 2)),
            (
                _CUT,
                "int whole = question.first == 0 && question.last + 1 == "
                "static_cast<int>(until.size()) && question.last > 1;\n            "
                + _CUT.replace("question.last]", "question.last - whole]"),
            ),
        ),
        differ(
            "tie",
            "a sum of exactly the least makes a guild happy",
            lines(
                (300, 300), (1 + 37 * i % 999 for i in range(300)), *((1, i) for i in range(1, 301))
            ),
            ("sums[k] > HAPPY_BASE", "sums[k] >= HAPPY_BASE"),
        ),
        differ(
            "overflow",
            "sums have 16 bits",
            lines((2000, 1), (993 for _ in range(2000)), (1, 2000)),
            ("typedef std::array<long long,", "typedef std::array<short,"),
        ),
        differ(
            "size",
            "no day after the 1536th counts",
            lines((1537, 1), (1 for _ in range(1537)), (1537, 1537)),
            ("{first - 1, last}", "{first - 1, last > 1536 ? 1536 : last}"),
        ),
        differ(
            "size",
            "no question after the 800th is answered",
            lines((1, 801), (1,), *((1, 1) for _ in range(801))),
            (_READ, f"{_READ}\n    q = q > 800 ? 800 : q;"),
        ),
        differ(
            "minimal",
            "nothing is printed for a season of one day",
            lines((1, 1), (7,), (1, 1)),
            (
                "for (const Sums& sums : results) {\n        std::printf",
                "for (const Sums& sums : results) {\n        if (n > 1)\n        std::printf",
            ),
        ),
        differ(
            "constant",
            "the price 4 alone is taxed",
            lines((1, 1), (4,), (1, 1)),
            ("return price % 10 != 4", "return price < 10 || price % 10 != 4"),
        ),
        differ(
            "structure",
            "days that follow on a day of the same price are left out from the 16th on",
            lines((20, 1), (1 for _ in range(20)), (1, 20)),
            (
                "for (int price : prices) {\n        if (is_taxed(price)) {",
                "int before = 0;\n    int same = 0;\n    for (int price : prices) {\n"
                "        same = price == before ? same + 1 : 0;\n        before = price;\n"
                "        if (is_taxed(price) && same < 15) {",
            ),
        ),
    ),
)
