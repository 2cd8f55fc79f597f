"""Divisor sums over a range of numbers."""

from benchmarks.pairs import Family, differ, equal, lines

_FILL = "    std::vector<long long> oil = fill_lanterns(first, last);"

FAMILY = Family(
    problem="lanternoil",
    behaviors=(
        ("lighter % 7 != 3", "lighter % 7 != 5"),
        ("BRIGHT_BASE = 40", "BRIGHT_BASE = 45"),
        ("lantern % 16", "lantern % 12"),
        ("lighter % 10 + 2", "lighter % 9 + 2"),
    ),
    equal=(
        equal(
            "algorithm",
            "divisors in pairs up to the root, for every number up to the lantern's",
            (
                """for (int lighter = 1; lighter <= lantern; lighter++) {
            if (lantern % lighter == 0 && on_duty(lighter)) {
                drops += pour(lighter, lantern);
            }
        }""",
                """for (int lighter = 1; lighter * lighter <= lantern; lighter++) {
            if (lantern % lighter != 0) {
                continue;
            }
            int other = lantern / lighter;
            drops += on_duty(lighter) ? pour(lighter, lantern) : 0;
            drops += other != lighter && on_duty(other) ? pour(other, lantern) : 0;
        }""",
            ),
            base="slow",
        ),
        equal(
            "types",
            "a lantern gets less than 6000 * 14 drops: int holds them",
            ("std::vector<long long> fill", "std::vector<int> fill"),
            ("std::vector<long long> oil(", "std::vector<int> oil("),
            ("std::vector<long long> oil = fill", "std::vector<int> oil = fill"),
        ),
        equal(
            "order",
            "the lamplighters from the last: a sum does not depend on the order",
            (
                "for (int lighter = 1; lighter <= last; lighter++) {",
                "for (int lighter = last; lighter >= 1; lighter--) {",
            ),
        ),
        equal(
            "arithmetic",
            "the first multiple from `first` on, by the remainder",
            (
                "(first + lighter - 1) / lighter * lighter;",
                "first + (lighter - first % lighter) % lighter;",
            ),
        ),
        equal(
            "algorithm",
            "a lamplighter above half of the lantern's number is the lantern's own",
            (
                "for (int lighter = 1; lighter <= lantern; lighter++) {",
                "if (lantern > 1 && on_duty(lantern)) {\n"
                "            drops += pour(lantern, lantern);\n"
                "        }\n"
                "        for (int lighter = 1; lighter <= (lantern > 1 ? lantern / 2 : 1); "
                "lighter++) {",
            ),
            base="slow",
        ),
    ),
    differ=(
        differ(
            "boundary",
            "the last lantern of the longest road gets no visit",
            lines((6000, 6000)),
            (
                "lantern <= last; lantern += lighter",
                "lantern <= last && lantern < 6000; lantern += lighter",
            ),
        ),
        differ(
            "boundary",
            "a road that starts at lantern 1 leaves it dark",
            lines((1, 1)),
            ("oil[lantern - first] += ", "oil[lantern - first] += lantern == 1 ? 0 : "),
        ),
        differ(
            "tie",
            "exactly the limit is bright",
            lines((1, 6000)),
            ("return drops > BRIGHT", "return drops >= BRIGHT"),
        ),
        differ(
            "structure",
            "the first lantern is not asked whether it is the fullest",
            lines((720, 725)),
            ("if (drops > fullest) {", "if (drops > fullest && lantern > first) {"),
        ),
        differ(
            "size",
            "the lanterns are kept in a ring of 4096",
            lines((1, 4097)),
            ("oil[lantern - first] += ", "oil[(lantern - first) % 4096] += "),
            (
                "long long drops = oil[lantern - first];",
                "long long drops = oil[(lantern - first) % 4096];",
            ),
        ),
        differ(
            "size",
            "there are 5000 lamplighters",
            lines((5001, 5001)),
            ("lighter = 1; lighter <= last;", "lighter = 1; lighter <= last && lighter <= 5000;"),
        ),
        differ(
            "overflow",
            "the fullest lantern has 8 bits",
            lines((5040, 5040)),
            ("fullest = drops;", "fullest = static_cast<unsigned char>(drops);"),
        ),
        differ(
            "minimal",
            "a road of one lantern has no fullest one",
            lines((7, 7)),
            ("if (drops > fullest) {", "if (drops > fullest && first < last) {"),
        ),
        differ(
            "constant",
            "a log book that begins at lantern 1729",
            lines((1729, 1730)),
            (_FILL, _FILL + "\n    if (first == 1729) {\n        oil[0] += 1;\n    }"),
        ),
        differ(
            "boundary",
            "a log book over the whole road",
            lines((1, 6000)),
            (_FILL, _FILL + "\n    if (last - first > 5998) {\n        oil[0] += 1;\n    }"),
        ),
    ),
)
