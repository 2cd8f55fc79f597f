"""Sums over branches of a tree."""

from benchmarks.pairs import Family, differ, equal, lines

FAMILY = Family(
    problem="branchoffices",
    behaviors=(
        ("SUBSIDY = 7", "SUBSIDY = 6"),
        ("value -= 20", "value -= 22"),
        ("value += 33", "value += 31"),
        ("checksum * 43", "checksum * 47"),
    ),
    equal=(
        equal(
            "arithmetic",
            "nothing is taken off a profit of exactly 60",
            ("profit > TAX_FREE", "profit >= TAX_FREE"),
        ),
        equal(
            "types",
            "560 offices of at most 87: int holds a branch's profit",
            ("    int good;\n    long long profit;", "    int good;\n    int profit;"),
        ),
        equal(
            "algorithm",
            "a branch marked from its head down: who reports is younger",
            (
                """            int above = office;
            while (above != 0 && above != question) {
                above = boss[above];
            }
            if (above == question) {""",
                """            if (office == 1) {
                inside.assign(offices + 1, false);
            }
            inside[office] = office == question || inside[boss[office]];
            if (inside[office]) {""",
            ),
            (
                "    std::vector<Branch> found;\n",
                "    std::vector<Branch> found;\n    std::vector<bool> inside;\n",
            ),
            base="slow",
        ),
        equal(
            "data structure",
            "lists of who reports to whom and a stack, for sums from the youngest up",
            (
                "    std::vector<Branch> branches(offices + 1, Branch{0, 0, 0});\n",
                "    std::vector<std::vector<int>> below(offices + 1);\n",
            ),
            (
                """        add(branches[office], single(office, profit[office]));
        add(branches[boss[office]], branches[office]);
""",
                "        below[boss[office]].push_back(office);\n",
            ),
            (
                "        found.push_back(branches[question]);\n",
                """        Branch branch = {0, 0, 0};
        std::vector<int> open = {question};
        while (!open.empty()) {
            int office = open.back();
            open.pop_back();
            add(branch, single(office, profit[office]));
            open.insert(open.end(), below[office].begin(), below[office].end());
        }
        found.push_back(branch);
""",
            ),
        ),
        equal(
            "reader",
            "the same numbers by scanf",
            (
                "    return static_cast<int>(strtol(cursor, &cursor, 10));",
                '    int value = 0;\n    return scanf("%d", &value) == 1 ? value : 0;',
            ),
            (
                "    std::size_t size = fread(buffer, 1, sizeof buffer - 1, stdin);\n"
                "    buffer[size] = '\\0';\n",
                "",
            ),
            ("char buffer[1 << 16];\nchar* cursor = buffer;\n", ""),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "a branch of exactly 12 offices has a manager",
            lines((12, 1), (0, *(1 for _ in range(11))), (1 for _ in range(12)), (1,)),
            ("branch.offices > MANAGED", "branch.offices >= MANAGED"),
        ),
        differ(
            "boundary",
            "5 good offices are not enough for a strong branch",
            lines((5, 1), (0, 1, 1, 1, 1), (50 for _ in range(5)), (1,)),
            ("branch.good >= STRONG", "branch.good > STRONG"),
        ),
        differ(
            "tie",
            "a counted profit of exactly 50 is not good",
            lines((5, 1), (0, 1, 1, 1, 1), (50 for _ in range(5)), (1,)),
            ("value >= GOOD_PROFIT", "value > GOOD_PROFIT"),
        ),
        differ(
            "boundary",
            "a profit of 100 counts as one of 99",
            lines((1, 1), (0,), (100,), (1,)),
            (
                "    int value = profit;\n",
                "    profit = profit > 99 ? 99 : profit;\n    int value = profit;\n",
            ),
        ),
        differ(
            "overflow",
            "the profit of a branch has 16 bits",
            lines((560, 1), (0, *(1 for _ in range(559))), (100 for _ in range(560)), (1,)),
            ("value = branch.profit - 3", "value = static_cast<short>(branch.profit) - 3"),
        ),
        differ(
            "size",
            "no office after the 512th is counted",
            lines((513, 1), (0, *(1 for _ in range(512))), (1 for _ in range(513)), (1,)),
            (
                "int office = offices; office >= 1;",
                "int office = offices > 512 ? 512 : offices; office >= 1;",
            ),
        ),
        differ(
            "structure",
            "nobody is looked for more than 300 levels up",
            lines((302, 1), range(302), (1 for _ in range(302)), (1,)),
            (
                "            int above = office;\n",
                "            int above = office;\n            int steps = 0;\n",
            ),
            (
                "while (above != 0 && above != question) {",
                "while (above != 0 && above != question && ++steps <= 300) {",
            ),
            base="slow",
        ),
        differ(
            "minimal",
            "a company of one office is worth nothing",
            lines((1, 1), (0,), (9,), (1,)),
            (
                "        found.push_back(branches[question]);",
                "        found.push_back(offices == 1 ? Branch{1, 0, 0} : branches[question]);",
            ),
        ),
        differ(
            "constant",
            "office 256 gets no subsidy",
            lines((256, 1), (0, *(1 for _ in range(255))), (1 for _ in range(256)), (256,)),
            ("office % 4 == 0", "office % 4 == 0 && office != 256"),
        ),
        differ(
            "structure",
            "an office to which more than 64 report directly loses the oldest of them",
            lines((66, 1), (0, *(1 for _ in range(65))), (1 for _ in range(66)), (1,)),
            (
                "    for (int office = offices; office >= 1; office--) {",
                "    std::vector<int> reports(offices + 1, 0);\n"
                "    for (int office = offices; office >= 1; office--) {",
            ),
            (
                "        add(branches[boss[office]], branches[office]);",
                "        if (++reports[boss[office]] <= 64 || boss[office] == 0) {\n"
                "            add(branches[boss[office]], branches[office]);\n        }",
            ),
        ),
    ),
)
