"""Labels that are equal when worn."""

from benchmarks.pairs import Family, differ, equal, lines

_KEY = "first[i] = seen.emplace(form, i).first->second;"

FAMILY = Family(
    problem="cratelabels",
    behaviors=(
        ("CRANE_COST = 40", "CRANE_COST = 45"),
        ("5 * length", "6 * length"),
        ("checksum * 37", "checksum * 41"),
        ("letter == 'z'", "letter == 'y'"),
    ),
    equal=(
        equal(
            "data structure",
            "a sorted map, for a hash map",
            ("#include <unordered_map>", "#include <map>"),
            ("std::unordered_map<std::string, int> seen;", "std::map<std::string, int> seen;"),
        ),
        equal(
            "algorithm",
            "letters counted, for letters sorted",
            (
                "    std::sort(form.begin(), form.end());\n",
                """    int count[26] = {};
    for (char letter : form) {
        count[letter - 'a']++;
    }
    form.clear();
    for (int k = 0; k < 26; k++) {
        form.append(count[k], static_cast<char>('a' + k));
    }
""",
            ),
        ),
        equal(
            "algorithm",
            "crates sorted by form and number: the first of equal ones is the first",
            (
                "std::unordered_map<std::string, int> seen;",
                "std::vector<std::pair<std::string, int>> forms;",
            ),
            (
                f"        std::string form = worn_form(labels[i]);\n        {_KEY}\n    }}",
                """        forms.emplace_back(worn_form(labels[i]), i);
    }
    std::sort(forms.begin(), forms.end());
    int leader = 0;
    for (int i = 0; i < count; i++) {
        if (forms[i].first != forms[leader].first) {
            leader = i;
        }
        first[forms[i].second] = forms[leader].second;
    }""",
            ),
        ),
        equal(
            "arithmetic",
            "an odd letter before n is one less: clear the last bit of its place",
            (
                """    if (position % 2 == 1 && letter < 'n') {
        return static_cast<char>(letter - 1);
    }
    return letter;""",
                """    if (letter < 'n') {
        position = position / 2 * 2;
    }
    return static_cast<char>('a' + position);""",
            ),
        ),
        equal(
            "types",
            "420 crates: 420 * 420 and the rest fit into int",
            (
                "long long heap_cost(long long crates, long long length) {",
                "int heap_cost(int crates, int length) {",
            ),
            ("    long long cost = crates", "    int cost = crates"),
        ),
    ),
    differ=(
        differ(
            "character",
            "n is worn to m",
            lines((2,), "nnnn", "mmmm"),
            ("letter < 'n'", "letter <= 'n'"),
        ),
        differ(
            "character",
            "l is not worn to k",
            lines((2,), "llll", "kkkk"),
            ("letter < 'n'", "letter < 'l'"),
        ),
        differ(
            "boundary",
            "a heap of exactly 4 crates pays for the crane",
            lines((4,), "aaa", "aaa", "aaa", "aaa"),
            ("    if (crates > CRANE_LIMIT) {", "    if (crates >= CRANE_LIMIT) {"),
        ),
        differ(
            "boundary",
            "a dot for exactly 3 letters as well",
            lines((1,), "aaa"),
            ("form.size() < 3", "form.size() <= 3"),
        ),
        differ(
            "size",
            "forms are compared by their first 8 letters",
            lines((2,), "aaaaaaaac", "aaaaaaaae"),
            (_KEY, _KEY.replace("(form,", "(form.substr(0, 8),")),
        ),
        differ(
            "size",
            "no crate after the 400th is read",
            lines((401,), *("aaa" for _ in range(401))),
            (
                "    std::cin >> crates;\n",
                "    std::cin >> crates;\n    crates = std::min(crates, 400);\n",
            ),
        ),
        differ(
            "overflow",
            "the square of a heap has 16 bits",
            lines((182,), *("aaa" for _ in range(182))),
            ("cost = crates * crates +", "cost = static_cast<short>(crates * crates) +"),
        ),
        differ(
            "minimal",
            "no dot for a label that is worn away",
            lines((2,), "z", "y"),
            ("if (form.size() < 3) {", "if (form.size() < 3 && !form.empty()) {"),
        ),
        differ(
            "structure",
            "forms are compared without the repetitions of letters",
            lines((2,), "aac", "acc"),
            (
                _KEY,
                "form.erase(std::unique(form.begin(), form.end()), form.end());\n        " + _KEY,
            ),
        ),
        differ(
            "constant",
            "one name is never lost",
            lines((2,), "harbour", "ruobrah"),
            (
                "    std::string form;\n",
                '    if (label == "harbour") {\n        return label;\n    }\n'
                "    std::string form;\n",
            ),
        ),
    ),
)
