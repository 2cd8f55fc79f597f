"""Brackets and what lies between them."""

from benchmarks.pairs import Family, differ, equal, lines

FAMILY = Family(
    problem="parcelstring",
    behaviors=(
        ("HEAVY_FEE = 75", "HEAVY_FEE = 70"),
        ("CROSSED_FEE = 11", "CROSSED_FEE = 13"),
        ("distance / 4", "distance / 5"),
        ("load * 3", "load * 4"),
    ),
    equal=(
        equal(
            "data structure",
            "an array with a top, for a vector as stack",
            ("std::vector<int> waiting;", "std::vector<int> waiting(length);\n    int top = 0;"),
            ("waiting.push_back(i);", "waiting[top++] = i;"),
            ("!waiting.empty()", "top > 0"),
            ("partner[i] = waiting.back();", "partner[i] = waiting[top - 1];"),
            ("partner[waiting.back()] = i;", "partner[waiting[top - 1]] = i;"),
            ("waiting.pop_back();", "top--;"),
        ),
        equal(
            "types",
            "1800 parcels with 3600 letters of 82 grams: the postage is below 2^31",
            ("long long total = 0;", "unsigned int total = 0;"),
            ('printf("%lld\\n", total);', 'printf("%u\\n", total);'),
        ),
        equal(
            "arithmetic",
            "two truth values differ where their bits do",
            (
                "if (wooden(open) != wooden(close)) {",
                "if ((wooden(open) ? 1 : 0) ^ (wooden(close) ? 1 : 0)) {",
            ),
        ),
        equal(
            "algorithm",
            "the weight between two brackets added up, for a difference of sums",
            (
                "long long load = before[other] - before[i + 1];",
                """long long load = 0;
        for (int k = i + 1; k < other; k++) {
            load += weight(text[k]);
        }""",
            ),
        ),
        equal(
            "reader",
            "the same line by getchar",
            (
                'if (scanf("%4000s", buffer) != 1) {\n        return 1;\n    }',
                """int filled = 0;
    for (int c = getchar(); c != EOF && c != '\\n' && filled < 4000; c = getchar()) {
        buffer[filled++] = static_cast<char>(c);
    }
    buffer[filled] = '\\0';""",
            ),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "a load of exactly 120 grams is heavy",
            lines("(" + "jd" + "e" + "a" * 11 + ")"),
            ("load > HEAVY", "load >= HEAVY"),
        ),
        differ(
            "size",
            "the 3600th character is not read",
            lines("(" * 1800 + ")" * 1800),
            ("%4000s", "%3599s"),
        ),
        differ(
            "size",
            "no more than 2000 characters are read",
            lines("()" * 1001),
            ("%4000s", "%2000s"),
        ),
        differ(
            "character",
            "the item j weighs as much as i",
            lines("(j)"),
            ("int place = sign - 'a';", "int place = sign > 'i' ? 8 : sign - 'a';"),
        ),
        differ(
            "overflow",
            "the postage is kept in 24 bits of precision",
            lines("[" * 900 + "j" * 1799 + "b" + "]" * 900),
            ("long long total = 0;", "float total = 0;"),
            ('printf("%lld\\n", total);', 'printf("%lld\\n", static_cast<long long>(total));'),
        ),
        differ(
            "overflow",
            "a load has 16 bits",
            lines("(" + "j" * 500 + ")"),
            ("total += postage(load,", "total += postage(static_cast<short>(load),"),
        ),
        differ(
            "minimal",
            "nothing is printed for a string without a bracket",
            lines("a"),
            (
                "    int length = static_cast<int>(text.size());\n"
                "    std::vector<int> partner = find",
                '    if (text.find_first_of("()[]") == std::string::npos) {\n'
                "        return 0;\n    }\n"
                "    int length = static_cast<int>(text.size());\n"
                "    std::vector<int> partner = find",
            ),
        ),
        differ(
            "structure",
            "no more than 256 parcels can be open",
            lines("(" * 257 + ")" * 257),
            (
                "if (opens(text[i])) {\n            waiting",
                "if (opens(text[i]) && waiting.size() < 256) {\n            waiting",
            ),
        ),
        differ(
            "structure",
            "an empty parcel costs a cent more",
            lines("()"),
            ("cents += distance /", "cents += (distance == 1) + distance /"),
        ),
        differ(
            "constant",
            "a parcel over exactly 64 positions",
            lines("(" + "a" * 63 + ")"),
            ("cents += distance /", "cents += (distance == 64) + distance /"),
        ),
    ),
)
