"""Guards in every minute of the boats' stays."""

from benchmarks.pairs import Family, differ, equal, lines

FAMILY = Family(
    problem="nightboats",
    behaviors=(
        ("LATE = 900", "LATE = 850"),
        ("2 + stay(boat) % 5", "2 + stay(boat) % 6"),
        ("CROWD = 25", "CROWD = 30"),
        ("minute % 8", "minute % 9"),
    ),
    equal=(
        equal(
            "arithmetic",
            "a load and half of it, rounded down, is floor(3 load / 2)",
            ("coins += load / 2;", "coins = 3 * load / 2;"),
        ),
        equal(
            "types",
            "1500 boats need at most 7 guards each: 16 bits hold a load",
            ("    long long load = 0;\n    int present", "    short load = 0;\n    int present"),
        ),
        equal(
            "data structure",
            "arrays over the 1500 minutes, for maps of changes",
            (
                """    std::map<int, long long> load_change;
    std::map<int, int> boat_change;
""",
                """    std::vector<long long> load_change(1501);
    std::vector<int> boat_change(1501);
""",
            ),
            ("    auto next = load_change.begin();\n", ""),
            (
                """    for (const auto& [minute, change] : boat_change) {
        load += next->second;
        present += change;
        ++next;
        if (present > 0) {
            for (int t = minute; t < next->first; t++) {
                loads.emplace_hint(loads.end(), t, load);
            }
        }
    }""",
                """    for (int minute = 0; minute < 1500; minute++) {
        load += load_change[minute];
        present += boat_change[minute];
        if (present > 0) {
            loads.emplace_hint(loads.end(), minute, load);
        }
    }""",
            ),
        ),
        equal(
            "order",
            "the minutes of a stay from its end: sums do not depend on the order",
            (
                "for (int minute = boat.start; minute <= boat.end; minute++) {",
                "for (int minute = boat.end; minute >= boat.start; minute--) {",
            ),
            base="slow",
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
    ),
    differ=(
        differ(
            "boundary",
            "the last minute of the night is left out",
            lines((1,), (1490, 1499)),
            (
                "        busy += 1;",
                "        if (minute > 1498) {\n            break;\n        }\n        busy += 1;",
            ),
        ),
        differ(
            "boundary",
            "the first minute of the night is left out",
            lines((1,), (0, 9)),
            (
                "        busy += 1;",
                "        if (minute < 1) {\n            continue;\n        }\n        busy += 1;",
            ),
        ),
        differ(
            "boundary",
            "a stay of exactly 4 minutes is too short",
            lines((1,), (10, 13)),
            (">= SHORTEST_STAY", "> SHORTEST_STAY"),
        ),
        differ(
            "boundary",
            "a boat that stays all night needs a guard more",
            lines((1,), (0, 1499)),
            ("return 2 + stay(boat)", "return 2 + (stay(boat) >= 1500) + stay(boat)"),
        ),
        differ(
            "tie",
            "a load of exactly the limit is a crowd",
            lines(
                (9,),
                *((1, 1148), (0, 330), (455, 1036), (9, 800), (2, 289), (549, 583)),
                *((9, 700), (1, 921), (0, 1284)),
            ),
            ("load > CROWD", "load >= CROWD"),
        ),
        differ(
            "overflow",
            "boats present are counted in 8 bits: 256 of them are none",
            lines((256,), *((5, 20) for _ in range(256))),
            ("    int present = 0;", "    unsigned char present = 0;"),
        ),
        differ(
            "size",
            "boats after the 1024th are not read",
            lines((1025,), *((5, 20) for _ in range(1024)), (30, 40)),
            ("for (int i = 0; i < n; i++) {", "for (int i = 0; i < n && i < 1024; i++) {"),
        ),
        differ(
            "minimal",
            "nothing is printed when no boat ties up",
            lines((1,), (3, 4)),
            (
                "    std::map<int, long long> loads = find_loads",
                "    if (boats.empty()) {\n        return 0;\n    }\n"
                "    std::map<int, long long> loads = find_loads",
            ),
        ),
        differ(
            "structure",
            "a boat with the stay of the boat before it is left out",
            lines((2,), (5, 20), (5, 20)),
            (
                "if (ties_up(boat)) {",
                "if (ties_up(boat) && (boats.empty() || boats.back().start != boat.start ||\n"
                "                              boats.back().end != boat.end)) {",
            ),
        ),
        differ(
            "constant",
            "minute 1200 pays no extra",
            lines((1,), (1195, 1205)),
            ("if (minute >= LATE) {", "if (minute >= LATE && minute != 1200) {"),
        ),
    ),
)
