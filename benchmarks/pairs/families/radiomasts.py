"""Links between near points on one channel."""

from benchmarks.pairs import Family, differ, equal, lines

FAMILY = Family(
    problem="radiomasts",
    behaviors=(
        ("REACH = 600", "REACH = 550"),
        ("POLARISATION = 15", "POLARISATION = 13"),
        ("40 + 3 * links", "40 + 4 * links"),
        ("mast.x + 2 * mast.y", "mast.x + 3 * mast.y"),
    ),
    equal=(
        equal(
            "data structure",
            "an array over all channels, for a map",
            (
                "std::map<int, std::vector<int>> senders;",
                "std::vector<std::vector<int>> senders(500);",
            ),
        ),
        equal(
            "order",
            "the links of a mast from the newest: counts, sums and the best do not depend "
            "on the order",
            (
                "        for (int j : group) {\n            connect(masts[j], masts[i], report);",
                "        for (std::size_t k = group.size(); k-- > 0;) {\n"
                "            connect(masts[i], masts[group[k]], report);",
            ),
        ),
        equal(
            "arithmetic",
            "a sum is even where the last bits agree",
            ("if ((a.x + b.x) % 2 == 0) {", "if (((a.x ^ b.x) & 1) == 0) {"),
        ),
        equal(
            "arithmetic",
            "no number of links pays exactly the limit",
            ("if (crowns > HIGHEST_LICENSE) {", "if (crowns >= HIGHEST_LICENSE) {"),
        ),
        equal(
            "reader",
            "the same numbers by scanf",
            (
                """    static char input[1 << 16];
    std::size_t size = std::fread(input, 1, sizeof(input) - 1, stdin);
    input[size] = '\\0';
    char* place = input;
    int n = std::strtol(place, &place, 10);
""",
                '    int n = 0;\n    if (std::scanf("%d", &n) != 1) {\n        return 1;\n    }\n',
            ),
            (
                "        mast.x = std::strtol(place, &place, 10);\n"
                "        mast.y = std::strtol(place, &place, 10);\n",
                '        if (std::scanf("%d %d", &mast.x, &mast.y) != 2) {\n'
                "            return 1;\n        }\n",
            ),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "masts at a distance of exactly the reach are not linked",
            lines((6,), (400, 0), (0, 200), (450, 0), (0, 150), (367, 0), (0, 183)),
            ("distance(a, b) > REACH", "distance(a, b) >= REACH"),
        ),
        differ(
            "boundary",
            "the eastern edge counts as one step inside",
            lines((2,), (999, 0), (998, 1)),
            (
                "        masts.push_back(mast);",
                "        mast.x = mast.x > 998 ? 998 : mast.x;\n        masts.push_back(mast);",
            ),
        ),
        differ(
            "boundary",
            "a mast at the origin is none",
            lines((2,), (0, 0), (1, 1)),
            (
                "        masts.push_back(mast);",
                "        if (mast.x + mast.y > 0) {\n            masts.push_back(mast);\n        }",
            ),
        ),
        differ(
            "size",
            "the buffer for the input holds 32 KiB",
            lines((4800,), *((900 + i % 90, 900 + i % 50) for i in range(4800))),
            ("input[1 << 16]", "input[1 << 15]"),
        ),
        differ(
            "size",
            "no mast after the 5000th is built",
            lines((5001,), *((7 * i % 1000, 3 * i % 1000) for i in range(5001))),
            (
                "        masts.push_back(mast);",
                "        if (i < 5000) {\n            masts.push_back(mast);\n        }",
            ),
        ),
        differ(
            "overflow",
            "the sum of the strengths has 32 bits",
            lines((2700,), *((5, 5) for _ in range(2700))),
            (
                "report.sum += strength(a, b);",
                "report.sum = static_cast<int>(report.sum + strength(a, b));",
            ),
        ),
        differ(
            "minimal",
            "nothing is printed where there is no link",
            lines((1,), (5, 5)),
            (
                "    long long licenses = 0;\n",
                "    if (report.links == 0) {\n        return 0;\n    }\n"
                "    long long licenses = 0;\n",
            ),
        ),
        differ(
            "structure",
            "masts at one point are not linked",
            lines((2,), (5, 5), (5, 5)),
            (
                "    if (distance(a, b) > REACH) {",
                "    if (distance(a, b) == 0 || distance(a, b) > REACH) {",
            ),
        ),
        differ(
            "structure",
            "no more than 255 masts send on one channel",
            lines((257,), *((5, 5) for _ in range(257))),
            (
                "        group.push_back(i);",
                "        if (group.size() < 255) {\n            group.push_back(i);\n        }",
            ),
        ),
        differ(
            "constant",
            "channel 100 cannot be used",
            lines((2,), (600, 301), (602, 301)),
            (
                "        for (int j : group) {\n",
                "        if (channel(masts[i]) == 100) {\n            continue;\n"
                "        }\n        for (int j : group) {\n",
            ),
        ),
    ),
)
