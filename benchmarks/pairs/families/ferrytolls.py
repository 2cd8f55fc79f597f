"""Cheapest ways over a graph."""

from benchmarks.pairs import Family, differ, equal, lines

_RELAX = "            if (coins + extra < cost[next]) {"

FAMILY = Family(
    problem="ferrytolls",
    behaviors=(
        ("SEA_FEE = 25", "SEA_FEE = 20"),
        ("value += 50", "value += 45"),
        ("LOST_MARK = 5", "LOST_MARK = 6"),
        ("checksum * 61 + cost", "checksum * 67 + cost"),
    ),
    equal=(
        equal(
            "arithmetic",
            "both prices are 60 at a length of 30",
            ("length <= SHORT_CROSSING", "length < SHORT_CROSSING"),
        ),
        equal(
            "algorithm",
            "a ferry back to its own port makes no way cheaper",
            (
                "        int b = ferry.to;\n        leaving",
                "        int b = ferry.to;\n        if (a == b) {\n"
                "            continue;\n        }\n        leaving",
            ),
        ),
        equal(
            "algorithm",
            "rounds over all ferries until no way gets cheaper, for a fixed number of rounds",
            (
                "    for (int round = 1; round < network.ports; round++) {\n",
                "    bool changed = true;\n    while (changed) {\n        changed = false;\n",
            ),
            (
                "                cost[b] = cost[a] + price(a, b, ferry.length);",
                "                cost[b] = cost[a] + price(a, b, ferry.length);\n"
                "                changed = true;",
            ),
            (
                "                cost[a] = cost[b] + price(b, a, ferry.length);",
                "                cost[a] = cost[b] + price(b, a, ferry.length);\n"
                "                changed = true;",
            ),
            base="slow",
        ),
        equal(
            "data structure",
            "a sorted set, for a heap",
            ("#include <queue>", "#include <set>"),
            (
                "std::priority_queue<Entry, std::vector<Entry>, std::greater<Entry>> open;",
                "std::set<Entry> open;",
            ),
            (
                "auto [coins, port] = open.top();\n        open.pop();",
                "auto [coins, port] = *open.begin();\n        open.erase(open.begin());",
            ),
        ),
        equal(
            "types",
            "1499 crossings of at most 159 coins, and a mark above them all, fit into int",
            (
                "const long long UNREACHED = 1000000000000000LL;",
                "const int UNREACHED = 1000000000;",
            ),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "ports that are exactly 500 apart have the open sea between them",
            lines((501, 1, 1, 501), (1, 501, 5)),
            ("abs(from - to) > FAR_APART", "abs(from - to) >= FAR_APART"),
        ),
        differ(
            "boundary",
            "a port that costs exactly 350 coins is not near",
            lines((4, 4, 1, 4), (1, 2, 86), (2, 3, 86), (3, 4, 82), (1, 1, 1)),
            ("cost[port] <= NEAR", "cost[port] < NEAR"),
        ),
        differ(
            "minimal",
            "a way from a port to itself costs its landing fee",
            lines((1, 0, 1, 1)),
            (
                "    long long answer = cost[goal];",
                "    long long answer = cost[goal] + (start == goal ? landing(goal) : 0);",
            ),
        ),
        differ(
            "size",
            "no ferry after the 2048th sails",
            lines((2, 2049, 1, 2), *((1, 1, 1) for _ in range(2048)), (1, 2, 1)),
            (
                "    std::vector<long long> cost = cheapest",
                "    if (network.ferries.size() > 2048) {\n"
                "        network.ferries.resize(2048);\n    }\n"
                "    std::vector<long long> cost = cheapest",
            ),
        ),
        differ(
            "size",
            "port 1500 is not in the list",
            lines((1500, 0, 1, 1)),
            (
                "for (int port = 1; port <= network.ports; port++) {",
                "for (int port = 1; port <= network.ports && port < 1500; port++) {",
            ),
        ),
        differ(
            "overflow",
            "costs end at 30000",
            lines((300, 299, 1, 300), *((i, i + 1, 100) for i in range(1, 300))),
            ("1000000000000000LL", "30000LL"),
        ),
        differ(
            "structure",
            "of two ferries between the same ports, one after the other, only the first sails",
            lines((2, 2, 1, 2), (1, 2, 9), (1, 2, 3)),
            (
                "    for (const Ferry& ferry : network.ferries) {",
                "    for (const Ferry& ferry : network.ferries) {\n"
                "        if (&ferry != &network.ferries[0] && (&ferry - 1)->from == ferry.from "
                "&&\n            (&ferry - 1)->to == ferry.to) {\n            continue;\n"
                "        }",
            ),
        ),
        differ(
            "structure",
            "a port with more than 100 ferries loses the others",
            lines((103, 102, 1, 103), *((1, i, 1) for i in range(2, 104))),
            (
                "        leaving[a].emplace_back(b,",
                "        if (leaving[a].size() < 100)\n        leaving[a].emplace_back(b,",
            ),
        ),
        differ(
            "constant",
            "landing in port 999 costs 1 coin",
            lines((999, 1, 1, 999), (1, 999, 1)),
            ("if (port % 3 == 0) {", "if (port % 3 == 0 && port != 999) {"),
        ),
        differ(
            "boundary",
            "a crossing of length 100 costs a coin less",
            lines((2, 1, 1, 2), (1, 2, 100)),
            (
                "return length + SHORT_CROSSING;",
                "return length + SHORT_CROSSING - (length >= 100);",
            ),
        ),
    ),
)
