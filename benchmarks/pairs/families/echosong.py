"""Equal phrases of five tones in a song."""

from benchmarks.pairs import Family, differ, equal, lines

_EARLIER = "int& earlier = heard[tones.substr(i, PHRASE)];"

FAMILY = Family(
    problem="echosong",
    behaviors=(
        ("QUIET_TONE = '6'", "QUIET_TONE = '5'"),
        ("position % 11", "position % 12"),
        ("2 + echoes % 9", "3 + echoes % 9"),
        ("position * 3 + 1", "position * 3 + 2"),
    ),
    equal=(
        equal(
            "data structure",
            "an array over the 8^5 phrases, for a map",
            (
                "std::unordered_map<std::string, int> heard;",
                "std::vector<int> heard(1 << 15, 0);",
            ),
            (
                _EARLIER,
                """int code = 0;
        for (int k = 0; k < PHRASE; k++) {
            code = code * 8 + (tones[i + k] - '0');
        }
        int& earlier = heard[code];""",
            ),
        ),
        equal(
            "algorithm",
            "a code that moves on by one tone, for a text of five",
            (
                "std::unordered_map<std::string, int> heard;",
                """std::unordered_map<int, int> heard;
    int code = 0;
    for (std::size_t i = 0; i + 1 < PHRASE && i < tones.size(); i++) {
        code = code * 8 + (tones[i] - '0');
    }""",
            ),
            (
                _EARLIER,
                "code = (code * 8 + (tones[i + PHRASE - 1] - '0')) % 32768;\n"
                "        int& earlier = heard[code];",
            ),
        ),
        equal(
            "arithmetic",
            "3 and 11 are the same modulo 8",
            ("position * 3 + ", "position * 11 + "),
        ),
        equal(
            "order",
            "the earlier phrases from the nearest: a count does not depend on the order",
            ("for (std::size_t j = 0; j < i; j++) {", "for (std::size_t j = i; j-- > 0;) {"),
            base="slow",
        ),
        equal(
            "types",
            "2000 phrases: 16 bits hold every count",
            (
                "std::unordered_map<std::string, int> heard;",
                "std::unordered_map<std::string, short> heard;",
            ),
            ("int& earlier", "short& earlier"),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "a song of exactly one phrase has none",
            lines("aaaaa"),
            ("i + PHRASE <= tones.size(); i++", "i + PHRASE + (i == 0) <= tones.size(); i++"),
        ),
        differ(
            "minimal",
            "nothing is printed for a song without a phrase",
            lines("abcd"),
            (
                "    std::string tones;\n",
                "    if (song.size() < 5) {\n        return 0;\n    }\n    std::string tones;\n",
            ),
        ),
        differ(
            "size",
            "nothing after the 1500th letter is heard",
            lines("a" * 1501),
            (
                "    std::cin >> song;\n",
                "    std::cin >> song;\n    song = song.substr(0, 1500);\n",
            ),
        ),
        differ(
            "overflow",
            "echoes are counted in 8 bits",
            lines("a" * 300),
            (
                "std::unordered_map<std::string, int>",
                "std::unordered_map<std::string, unsigned char>",
            ),
            ("int& earlier", "unsigned char& earlier"),
        ),
        differ(
            "character",
            "a phrase that begins with z is worth as much as one with y",
            lines("zzzzz"),
            (
                "    return 4 + position %",
                "    position = position > 24 ? 24 : position;\n    return 4 + position %",
            ),
        ),
        differ(
            "character",
            "q is sung one tone higher",
            lines("aaaaaqqqqq"),
            (
                "    int position = letter - 'a';\n    return static_cast",
                "    int position = letter - 'a' + 3 * (letter == 'q');\n    return static_cast",
            ),
        ),
        differ(
            "structure",
            "a phrase is no echo of one that it overlaps",
            lines("aaaaaaa"),
            (
                "for (std::size_t j = 0; j < i; j++) {",
                "for (std::size_t j = 0; j + PHRASE <= i; j++) {",
            ),
            base="slow",
        ),
        differ(
            "structure",
            "phrases are told apart by a code modulo 16381",
            lines("".join(chr(97 + (i * i * i // 7 + i // 5) % 26) for i in range(2000))),
            (
                _EARLIER,
                """int code = 0;
        for (int k = 0; k < PHRASE; k++) {
            code = (code * 8 + (tones[i + k] - '0')) % 16381;
        }
        int& earlier = heard[std::to_string(code)];""",
            ),
        ),
        differ(
            "boundary",
            "from the 18th echo on the reward does not start again",
            lines("a" * 25),
            ("echoes % 9", "(echoes < 18 ? echoes % 9 : echoes - 18 + 9)"),
        ),
        differ(
            "boundary",
            "the first phrase is announced on whatever tone it begins",
            lines("hhhhh" + "cccccddddd" + "gggggfffff"),
            ("if (!is_announced(tones[i])) {", "if (i > 0 && !is_announced(tones[i])) {"),
        ),
    ),
)
