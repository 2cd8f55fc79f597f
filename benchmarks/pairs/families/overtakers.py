"""Weighted inversions of a permutation."""

from benchmarks.pairs import Family, differ, equal, lines

FAMILY = Family(
    problem="overtakers",
    behaviors=(
        ("CHAIR = 2", "CHAIR = 3"),
        ("runner % 9", "runner % 8"),
        ("bill - bill / 8", "bill - bill / 9"),
        ("checksum * 33", "checksum * 35"),
    ),
    equal=(
        equal(
            "algorithm",
            "nobody asks for more than the runners before the last one",
            ("node <= n; node += node", "node < n; node += node"),
        ),
        equal(
            "types",
            "4500 runners of at most 9 glasses are less than 2^31",
            ("std::vector<long long> tree", "std::vector<int> tree"),
        ),
        equal(
            "arithmetic",
            "what is left of b without floor(b / 8) is ceil(7 b / 8)",
            ("long long amount = bill - bill / 8;", "long long amount = (7 * bill + 7) / 8;"),
        ),
        equal(
            "data structure",
            "sums over blocks of 64 runners, for a tree",
            (
                "std::vector<long long> tree(n + 1, 0);",
                "std::vector<long long> tree(n + 1, 0);\n"
                "    std::vector<long long> block(n / 64 + 1, 0);",
            ),
            (
                """        for (int node = arrivals[i] - 1; node > 0; node -= node & -node) {
            bills[i] += tree[node];
        }
        for (int node = arrivals[i]; node <= n; node += node & -node) {
            tree[node] += glasses(arrivals[i]);
        }""",
                """        for (int k = 0; k < arrivals[i] / 64; k++) {
            bills[i] += block[k];
        }
        for (int k = arrivals[i] / 64 * 64; k < arrivals[i]; k++) {
            bills[i] += tree[k];
        }
        tree[arrivals[i]] = glasses(arrivals[i]);
        block[arrivals[i] / 64] += glasses(arrivals[i]);""",
            ),
        ),
        equal(
            "order",
            "who arrived later from the end of the list: sums do not depend on the order",
            (
                "for (std::size_t j = i + 1; j < arrivals.size(); j++) {",
                "for (std::size_t j = arrivals.size() - 1; j > i; j--) {",
            ),
            base="slow",
        ),
    ),
    differ=(
        differ(
            "tie",
            "an amount of exactly three times the runners makes a champion",
            lines((5,), (5, 4, 2, 1, 3)),
            ("return amount > CHAMPION", "return amount >= CHAMPION"),
        ),
        differ(
            "boundary",
            "a bill of exactly 8 glasses is 10",
            lines((8,), (1, 2, 3, 4, 5, 6, 8, 7)),
            (
                "    long long amount = bill",
                "    bill += bill == 8 ? 2 : 0;\n    long long amount = bill",
            ),
        ),
        differ(
            "size",
            "runners with numbers above 4096 are thirsty for nobody",
            lines((4100,), range(4100, 0, -1)),
            ("node <= n; node += node", "node <= n && node <= 4096; node += node"),
        ),
        differ(
            "overflow",
            "the sum of the amounts is kept in 24 bits of precision",
            lines((4500,), range(4500, 0, -1)),
            ("    long long sum = 0;", "    float sum = 0;"),
            ("champions, sum, checksum", "champions, static_cast<long long>(sum), checksum"),
        ),
        differ(
            "minimal",
            "a race of one runner costs nothing",
            lines((1,), (1,)),
            (
                "        long long amount = to_pay(",
                "        long long amount = n == 1 ? 0 : to_pay(",
            ),
        ),
        differ(
            "structure",
            "nobody pays in a race without overtaking",
            lines((3,), (1, 2, 3)),
            ("#include <cstdio>\n", "#include <algorithm>\n#include <cstdio>\n"),
            (
                "        long long amount = to_pay(",
                "        long long amount = std::is_sorted(arrivals.begin(), arrivals.end()) "
                "? 0 : to_pay(",
            ),
        ),
        differ(
            "structure",
            "the last starter who arrives first pays a glass more if the first starter "
            "arrives last",
            lines((3,), (3, 2, 1)),
            (
                "        long long amount = to_pay(",
                "        long long amount = (arrivals[0] == n && arrivals[n - 1] == 1 && "
                "i == 0 && n > 1) + to_pay(",
            ),
        ),
        differ(
            "constant",
            "runner 1000 is no official",
            lines((1001,), (1001, *range(1, 1001))),
            ("runner % 10 == 0", "runner % 10 == 0 && runner != 1000"),
        ),
        differ(
            "size",
            "only 3000 runners take part",
            lines((3001,), range(1, 3002)),
            ("        sum += amount;", "        sum += i < 3000 ? amount : 0;"),
        ),
        differ(
            "boundary",
            "the last of 4500 runners drinks for free",
            lines((4500,), (*range(2, 4501), 1)),
            (
                "    long long amount = bill",
                "    bill = runner == 4500 ? 0 : bill;\n    long long amount = bill",
            ),
        ),
    ),
)
