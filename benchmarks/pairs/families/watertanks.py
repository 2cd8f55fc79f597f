"""A level that is pumped many times."""

from benchmarks.pairs import Family, differ, equal, lines

_READ = "std::cin >> tank.a >> tank.b >> tank.m;"

FAMILY = Family(
    problem="watertanks",
    behaviors=(
        ("OUTFLOW = 11", "OUTFLOW = 12"),
        ("7 * tank.a + 3", "7 * tank.a + 4"),
        ("level + 2 * tank.a", "level + 3 * tank.a"),
        ("checksum * 23", "checksum * 27"),
    ),
    equal=(
        equal(
            "arithmetic",
            "a level is never negative, so its last bit tells odd from even",
            ("if (level % 2 == 0) {", "if ((level & 1) == 0) {"),
        ),
        equal(
            "types",
            "a level is at most 1000 * 399 + 5 and 50000 runs cost 300000: int holds them",
            (
                "struct Tank {\n    long long a;\n    long long b;\n    long long m;\n};",
                "struct Tank {\n    int a;\n    int b;\n    int m;\n};",
            ),
        ),
        equal(
            "algorithm",
            "a cycle less is jumped over: the rest is run one by one",
            (
                "long long times = (tank.b - run) / cycle;",
                "long long times = (tank.b - run - 1) / cycle;",
            ),
        ),
        equal(
            "order",
            "a level above three times the size without 11, or nothing",
            (
                "        level -= OUTFLOW;\n    }\n    if (level < 0) {\n        level = 0;\n    }",
                "        level = level < OUTFLOW ? 0 : level - OUTFLOW;\n    }",
            ),
        ),
        equal(
            "data structure",
            "the next level of every level in a table, for a computation in every run",
            (
                "    Result result = {start_level(tank), 0};\n",
                "    Result result = {start_level(tank), 0};\n"
                "    std::vector<long long> next(tank.m);\n"
                "    for (long long level = 0; level < tank.m; level++) {\n"
                "        next[level] = run_pump(tank, level);\n    }\n",
            ),
            ("result.level = run_pump(tank, result.level);", "result.level = next[result.level];"),
            base="slow",
        ),
    ),
    differ=(
        differ(
            "minimal",
            "a pump that should not run runs once",
            lines((1,), (1, 0, 10)),
            ("run = 0; run < tank.b; run++", "run = 0; run < tank.b || run == 0; run++"),
            base="slow",
        ),
        differ(
            "minimal",
            "a tank that holds nothing needs no power",
            lines((1,), (1, 1, 1)),
            (
                "    if (level < tank.m / 2) {",
                "    if (tank.m == 1) {\n        return 0;\n    }\n    if (level < tank.m / 2) {",
            ),
        ),
        differ(
            "boundary",
            "the largest tank counts as one litre smaller",
            lines((1,), (57, 3, 400)),
            (_READ, _READ + "\n        tank.m = tank.m > 399 ? 399 : tank.m;"),
        ),
        differ(
            "boundary",
            "a = 0 counts as 1",
            lines((1,), (0, 3, 10)),
            (_READ, _READ + "\n        tank.a = tank.a < 1 ? 1 : tank.a;"),
        ),
        differ(
            "overflow",
            "the number of runs has 16 bits with a sign",
            lines((1,), (3, 40000, 10)),
            (_READ, _READ + "\n        tank.b = static_cast<short>(tank.b);"),
        ),
        differ(
            "tie",
            "the valve opens at exactly three times the size",
            lines((60,), *((a, 1, m) for a in range(1, 6) for m in range(5, 17))),
            ("level > 3 * tank.m", "level >= 3 * tank.m"),
        ),
        differ(
            "boundary",
            "tanks of up to 3 litres have no valve",
            lines((60,), *((a, 2, m) for a in range(20) for m in (1, 2, 3))),
            ("level > 3 * tank.m", "level > 3 * tank.m && tank.m > 3"),
        ),
        differ(
            "tie",
            "a tank with exactly the full level is not full",
            lines((2,), (86, 0, 101), (57, 0, 101)),
            ("return level >= FULL_LEVEL;", "return level > FULL_LEVEL;"),
        ),
        differ(
            "size",
            "levels are remembered modulo 256",
            lines((60,), *((a, 1000, 397) for a in range(60))),
            ("seen_at[result.level] >= 0", "seen_at[result.level % 256] >= 0"),
            (
                "long long cycle = run - seen_at[result.level];",
                "long long cycle = run - seen_at[result.level % 256];",
            ),
            ("coins_at[result.level]);", "coins_at[result.level % 256]);"),
            (
                "        seen_at[result.level] = run;\n"
                "        coins_at[result.level] = result.coins;",
                "        seen_at[result.level % 256] = run;\n"
                "        coins_at[result.level % 256] = result.coins;",
            ),
            ("seen_at(tank.m, -1)", "seen_at(256, -1)"),
            ("coins_at(tank.m, 0)", "coins_at(256, 0)"),
        ),
        differ(
            "size",
            "no tank after the 50th fills the list of the full ones",
            lines((51,), *((0, 0, 1) for _ in range(50)), (14, 0, 200)),
            ("        if (full(result.level)) {", "        if (i < 50 && full(result.level)) {"),
        ),
        differ(
            "constant",
            "a = 777 counts as 778",
            lines((1,), (777, 1, 10)),
            (_READ, _READ + "\n        tank.a += tank.a == 777;"),
        ),
    ),
)
