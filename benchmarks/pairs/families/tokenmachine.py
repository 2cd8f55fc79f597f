"""Ways to pay out amounts."""

from benchmarks.pairs import Family, differ, equal, lines

FAMILY = Family(
    problem="tokenmachine",
    behaviors=(
        ("LUCKY = 7", "LUCKY = 11"),
        ("face + face % 3", "face + face % 4"),
        ("3 * ways + amount", "5 * ways + amount"),
        ("checksum * 31", "checksum * 37"),
    ),
    equal=(
        equal(
            "order",
            "tubes from the last: the number of ways does not depend on the order",
            (
                "    for (int face : faces) {\n        int value = worth(face);",
                "    for (std::size_t i = faces.size(); i-- > 0;) {\n"
                "        int value = worth(faces[i]);",
            ),
        ),
        equal(
            "arithmetic",
            "a whole number and a tenth of it, rounded down, is floor(11 t / 10)",
            ("return amount + amount / 10;", "return amount * 11 / 10;"),
        ),
        equal(
            "algorithm",
            "two remainders below the modulus: one subtraction, for a division",
            (
                "ways[sum] = (ways[sum] + ways[sum - value]) % MODULUS;",
                """ways[sum] += ways[sum - value];
            if (ways[sum] >= MODULUS) {
                ways[sum] -= MODULUS;
            }""",
            ),
        ),
        equal(
            "algorithm",
            "the table for the largest amount there can be, whatever is asked",
            ("    int limit = 0;\n", "    int limit = 2420;\n"),
        ),
        equal(
            "data structure",
            "answers kept by amount, for a table made anew for each",
            (
                "        int goal = payout(amount);\n"
                "        std::vector<int> ways = count_ways(faces, goal);\n",
                "        int goal = payout(amount);\n"
                "        static std::vector<std::vector<int>> known(2421);\n"
                "        std::vector<int>& ways = known[goal];\n"
                "        if (ways.empty()) {\n"
                "            ways = count_ways(faces, goal);\n        }\n",
            ),
            base="slow",
        ),
    ),
    differ=(
        differ(
            "boundary",
            "an amount of 0 gets mark 0",
            lines((1, 1), (5,), (0,)),
            ("    if (ways == 0) {", "    if (ways == 0 || amount == 0) {"),
        ),
        differ(
            "boundary",
            "the largest amount is paid one short",
            lines((1, 1), (9,), (2200,)),
            ("return amount + amount / 10;", "return amount + amount / 10 - (amount > 2199);"),
        ),
        differ(
            "tie",
            "a mark of exactly the limit is high",
            lines((9, 1), (7, 4, 2, 10, 4, 1, 1, 6, 7), (1490,)),
            ("value > HIGH_MARK", "value >= HIGH_MARK"),
        ),
        differ(
            "boundary",
            "face 900 counts as 899",
            lines((1, 1), (900,), (819,)),
            ("int worth(int face) {", "int worth(int face) {\n    face = face > 899 ? 899 : face;"),
        ),
        differ(
            "size",
            "a machine has no more than 12 tubes",
            lines((13, 1), (*(900 for _ in range(12)), 1), (8,)),
            (
                "    for (int face : faces) {",
                "    int tubes = 0;\n    for (int face : faces) {\n"
                "        if (++tubes > 12) {\n            break;\n        }",
            ),
        ),
        differ(
            "size",
            "no request after the 150th counts for the checksum",
            lines((1, 151), (5,), (0 for _ in range(151))),
            (
                "        checksum = (checksum * 31",
                "        static int requested = 0;\n"
                "        checksum = ++requested > 150 ? checksum : (checksum * 31",
            ),
        ),
        differ(
            "structure",
            "a tube with the face of the one before is the same tube",
            lines((2, 2), (5, 5), (13, 11)),
            ("    for (int face : faces) {", "    for (const int& face : faces) {"),
            (
                "        int value = worth(face);\n",
                "        if (&face != &faces[0] && face == *(&face - 1)) {\n"
                "            continue;\n        }\n        int value = worth(face);\n",
            ),
        ),
        differ(
            "structure",
            "neighbouring tubes with different faces of the same worth are one",
            lines((2, 1), (7, 9), (17,)),
            ("    for (int face : faces) {", "    for (const int& face : faces) {"),
            (
                "        int value = worth(face);\n",
                "        int value = worth(face);\n"
                "        if (&face != &faces[0] && face != *(&face - 1) && value == worth(*(&face "
                "- 1))) {\n            continue;\n        }\n",
            ),
        ),
        differ(
            "minimal",
            "a single tube pays by its face, not by its worth",
            lines((1, 1), (5,), (5,)),
            (
                "        int value = worth(face);\n",
                "        int value = faces.size() == 1 ? face : worth(face);\n",
            ),
        ),
        differ(
            "constant",
            "a face divisible by 49 is doubly lucky",
            lines((1, 1), (49,), (47,)),
            ("        return face + 2;", "        return face % 49 == 0 ? face + 4 : face + 2;"),
        ),
    ),
)
