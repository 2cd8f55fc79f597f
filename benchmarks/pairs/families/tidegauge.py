"""Distinct bands in every window of k levels."""

from benchmarks.pairs import Family, differ, equal, lines

_LEVELS = [
    next(x for x in range(9 * band, 9 * band + 9) if x % 13 and x % 11) for band in range(28)
]
"""One level in each of 28 bands, none a fault."""
_SCAN = "for (int i = 0; i + minutes <= n; i++) {\n        if (is_wild"

FAMILY = Family(
    problem="tidegauge",
    behaviors=(
        ("BANDS = 60", "BANDS = 54"),
        ("SECOND_LOOK = 3", "SECOND_LOOK = 2"),
        ("2 * (bands % 5)", "2 * (bands % 6)"),
        ("% 13 == 0", "% 11 == 0"),
    ),
    equal=(
        equal(
            "data structure",
            "an array of counts and the number of those above zero, for a map",
            ("std::map<int, int> times;", "std::vector<int> times(BANDS, 0);\n    int seen = 0;"),
            ("times[band(levels[i])] += 1;", "seen += times[band(levels[i])]++ == 0;"),
            (
                """auto old = times.find(band(levels[i - minutes]));
            old->second -= 1;
            if (old->second == 0) {
                times.erase(old);
            }""",
                "seen -= --times[band(levels[i - minutes])] == 0;",
            ),
            ("counts.push_back(times.size());", "counts.push_back(seen);"),
        ),
        equal(
            "reader",
            "the same numbers by scanf",
            ("#include <iostream>", "#include <cstdio>\n#include <iostream>"),
            ("    std::ios::sync_with_stdio(false);\n    std::cin.tie(nullptr);\n", ""),
            ("std::cin >> n >> minutes;", 'if (scanf("%d %d", &n, &minutes) != 2) return 1;'),
            ("std::cin >> level;", 'if (scanf("%d", &level) != 1) return 1;'),
        ),
        equal(
            "arithmetic",
            "3 d > k and d > floor(k / 3) are the same for whole numbers",
            ("3 * bands > minutes", "bands > minutes / 3"),
        ),
        equal(
            "order",
            "the first window scores at least 2 points, so 0 is as low as -1",
            ("long long best = -1;", "long long best = 0;"),
        ),
        equal(
            "algorithm",
            "a level that replaces an equal one changes no count",
            (
                "if (!is_fault(levels[i])) {",
                """if (i >= minutes && levels[i] == levels[i - minutes]) {
            counts.push_back(times.size());
            continue;
        }
        if (!is_fault(levels[i])) {""",
            ),
        ),
        equal(
            "data structure",
            "marks in a bit vector, for a set",
            ("std::set<int> seen;", "std::vector<bool> seen(BANDS);\n        int different = 0;"),
            (
                "seen.insert(band(levels[i]));",
                "different += !seen[band(levels[i])];\n"
                "                seen[band(levels[i])] = true;",
            ),
            ("counts.push_back(seen.size());", "counts.push_back(different);"),
            base="slow",
        ),
    ),
    differ=(
        differ(
            "boundary",
            "the only window is skipped when k = n",
            lines((3, 3), (1, 2, 400)),
            (_SCAN, _SCAN.replace("i = 0", "i = n == minutes")),
        ),
        differ(
            "boundary",
            "the largest level counts as the one below",
            lines((2, 2), (998, 999)),
            ("return level / 9 % BANDS", "return (level > 998 ? 998 : level) / 9 % BANDS"),
        ),
        differ(
            "boundary",
            "a window with exactly 28 bands is wild, however long it is",
            lines((90, 90), (_LEVELS[i % 28] for i in range(90))),
            ("bands > WILD", "bands >= WILD"),
        ),
        differ(
            "tie",
            "a third of the minutes is enough",
            lines((3, 3), (1, 1, 1)),
            ("3 * bands > minutes", "3 * bands >= minutes"),
        ),
        differ(
            "size",
            "windows longer than 512 are cut",
            lines((600, 600), (17 * i % 1000 for i in range(600))),
            (
                "std::cin >> n >> minutes;",
                "std::cin >> n >> minutes;\n    minutes = minutes > 512 ? 512 : minutes;",
            ),
        ),
        differ(
            "size",
            "levels after the 2000th are taken from a ring",
            lines((2001, 1), (*(1 for _ in range(2000)), 143)),
            (
                "std::vector<int> counts = count_bands",
                "for (int i = 2000; i < n; i++) {\n        levels[i] = levels[i - 2000];\n    }\n"
                "    std::vector<int> counts = count_bands",
            ),
        ),
        differ(
            "overflow",
            "the sum of the scores has 16 bits",
            lines((2400, 300), ((9 * i + 1) % 1000 for i in range(2400))),
            ("sum += points;", "sum = static_cast<unsigned short>(sum + points);"),
        ),
        differ(
            "minimal",
            "a single level gives zeros",
            lines((1, 1), (5,)),
            (
                "std::vector<int> counts = count_bands",
                'if (n < 2) {\n        std::cout << "0 0 0 0\\n";\n        return 0;\n    }\n'
                "    std::vector<int> counts = count_bands",
            ),
        ),
        differ(
            "constant",
            "level 0 is no fault",
            lines((1, 1), (0,)),
            ("return level % 1", "return level > 0 && level % 1"),
        ),
        differ(
            "structure",
            "a level that replaces one of the same band, of which one is a fault",
            lines((2, 1), (13, 14)),
            (
                "if (!is_fault(levels[i])) {",
                """if (i >= minutes && band(levels[i]) == band(levels[i - minutes])) {
            counts.push_back(times.size());
            continue;
        }
        if (!is_fault(levels[i])) {""",
            ),
        ),
    ),
)
