"""The equal pairs of the fresh part: refactored by hand, after the tables of `families`."""

from collections.abc import Mapping

from benchmarks.pairs import EqualEdit, equal

REFACTORED: Mapping[tuple[str, str], tuple[EqualEdit, ...]] = {
    ("branchoffices", ".cpp"): (
        equal(
            "data structure",
            "three arrays of sums, for an array of structures",
            (
                "    std::vector<Branch> branches(offices + 1, Branch{0, 0, 0});\n",
                "    std::vector<int> many(offices + 1, 0), good(offices + 1, 0);\n"
                "    std::vector<long long> sum(offices + 1, 0);\n",
            ),
            (
                "        add(branches[office], single(office, profit[office]));\n"
                "        add(branches[boss[office]], branches[office]);\n",
                "        Branch own = single(office, profit[office]);\n"
                "        many[office] += own.offices;\n"
                "        good[office] += own.good;\n"
                "        sum[office] += own.profit;\n"
                "        many[boss[office]] += many[office];\n"
                "        good[boss[office]] += good[office];\n"
                "        sum[boss[office]] += sum[office];\n",
            ),
            (
                "found.push_back(branches[question]);",
                "found.push_back(Branch{many[question], good[question], sum[question]});",
            ),
        ),
        equal(
            "comparisons",
            "five or more are more than four, more than twelve are at least thirteen",
            ("branch.good >= STRONG", "branch.good > STRONG - 1"),
            ("branch.offices > MANAGED", "branch.offices >= MANAGED + 1"),
        ),
    ),
    ("branchoffices", ".py"): (
        equal(
            "arithmetic",
            "an office whose last two bits are 0 is a multiple of 4",
            ("office % 4 == 0", "not office & 3"),
        ),
    ),
    ("cratelabels", ".cpp"): (
        equal(
            "algorithm",
            "a form of fewer than three letters is padded before it is sorted: a dot comes first, "
            "so forms agree where they did",
            (
                "    std::sort(form.begin(), form.end());\n    if (form.size() < 3) {\n"
                "        form.push_back('.');\n    }\n",
                "    if (form.size() < 3) {\n        form.push_back('.');\n    }\n"
                "    std::sort(form.begin(), form.end());\n",
            ),
        ),
        equal(
            "algorithm",
            "cranes and single crates counted while crates are put on heaps",
            (
                "        if (size[i] > CRANE_LIMIT) {\n            cranes++;\n        }\n"
                "        if (size[i] == 1) {\n            alone++;\n        }\n",
                "",
            ),
            ("    int cranes = 0;\n    int alone = 0;\n", ""),
            (
                "    long long checksum = 7;\n",
                "    long long checksum = 7;\n    int cranes = 0;\n    int alone = 0;\n",
            ),
            (
                "        size[first[i]]++;\n",
                "        size[first[i]]++;\n"
                "        alone += size[first[i]] == 1;\n"
                "        alone -= size[first[i]] == 2;\n"
                "        cranes += size[first[i]] == CRANE_LIMIT + 1;\n",
            ),
        ),
    ),
    ("cratelabels", ".py"): (
        equal(
            "names",
            "a constant that nothing reads",
            ("import sys\n", "import sys\n\nSPARE = 420\n"),
        ),
    ),
    ("echosong", ".cpp"): (
        equal(
            "algorithm",
            "the largest by a maximum, the total by a product with whether it is announced",
            (
                "        if (earned > most) {\n            most = earned;\n        }\n",
                "        most = earned > most ? earned : most;\n",
            ),
            ("2 + echoes % 9", "echoes - echoes / 9 * 9 + 2"),
        ),
        equal(
            "order",
            "phrases counted from the last: how many came before is how many are left",
            (
                "    for (std::size_t i = 0; i + PHRASE <= tones.size(); i++) {\n"
                "        int& earlier = heard[tones.substr(i, PHRASE)];\n"
                "        echoes.push_back(earlier);\n"
                "        earlier += 1;\n    }\n",
                "    int count = static_cast<int>(tones.size()) - PHRASE + 1;\n"
                "    for (int i = 0; i < count; i++) {\n"
                "        heard[tones.substr(i, PHRASE)] += 1;\n    }\n"
                "    echoes.resize(count > 0 ? count : 0);\n"
                "    for (int i = count - 1; i >= 0; i--) {\n"
                "        echoes[i] = --heard[tones.substr(i, PHRASE)];\n    }\n",
            ),
        ),
    ),
    ("ferrytolls", ".cpp"): (
        equal(
            "algorithm",
            "a port is left once: what was marked as left is skipped",
            (
                "    while (!open.empty()) {\n",
                "    std::vector<bool> left(network.ports + 1, false);\n"
                "    while (!open.empty()) {\n",
            ),
            (
                "        if (coins > cost[port]) {\n            continue;\n        }\n",
                "        if (left[port]) {\n            continue;\n        }\n"
                "        left[port] = true;\n",
            ),
        ),
        equal(
            "constants",
            "a larger mark for what is not reached: no way costs so much",
            ("UNREACHED = 1000000000000000LL", "UNREACHED = 4000000000000000LL"),
        ),
    ),
    ("floodmeadow", ".cpp"): (
        equal(
            "data structure",
            "a border of rocks, for questions whether a square is inside",
            (
                "        return row >= 0 && row < rows && column >= 0 && column < columns;\n",
                "        unsigned r = row, c = column;\n"
                "        return r < static_cast<unsigned>(rows) &&\n"
                "               c < static_cast<unsigned>(columns);\n",
            ),
        ),
        equal(
            "constants",
            "another mark for what is never reached: a meadow has at most 3600 squares",
            ("NEVER = 1000000;", "NEVER = 4096;"),
        ),
    ),
    ("islandbridges", ".cpp"): (
        equal(
            "data structure",
            "the size as a negative parent of a root",
            (
                "    std::vector<int> parent;\n    std::vector<int> size;\n\n"
                "    explicit Islands(int count) : parent(count), size(count, 1) {\n"
                "        std::iota(parent.begin(), parent.end(), 0);\n    }\n",
                "    std::vector<int> parent;\n\n"
                "    explicit Islands(int count) : parent(count, -1) {}\n",
            ),
            (
                "        while (parent[island] != island) {\n"
                "            parent[island] = parent[parent[island]];\n"
                "            island = parent[island];\n        }\n        return island;\n",
                "        if (parent[island] < 0) {\n            return island;\n        }\n"
                "        return parent[island] = root(parent[island]);\n",
            ),
            ("if (size[a] < size[b])", "if (parent[a] > parent[b])"),
            (
                "        parent[b] = a;\n        size[a] += size[b];\n",
                "        parent[a] += parent[b];\n        parent[b] = a;\n",
            ),
            ("return size[a];", "return -parent[a];"),
        ),
        equal(
            "comparisons",
            "nearer than 100 is at most 99",
            ("distance < SWIM_LIMIT", "distance <= SWIM_LIMIT - 1"),
            ("SWIM_LIMIT = 100", "SWIM_LIMIT = 100, NEAREST = 0"),
            ("if (group > 0)", "if (group != NEAREST)"),
        ),
    ),
    ("lanternoil", ".cpp"): (
        equal(
            "loops",
            "the lamplighters of each last digit of seven, but the fourth",
            (
                "        if (!on_duty(lighter)) {\n            continue;\n        }\n"
                "        int start = (first + lighter - 1) / lighter * lighter;\n",
                "        if ((lighter + 4) % 7 == 0) {\n            continue;\n        }\n"
                "        int start = lighter * ((first - 1) / lighter + 1);\n",
            ),
        ),
        equal(
            "order",
            "the seal stamped in a loop of its own",
            ("        seal = stamp(seal, drops);\n", ""),
            (
                '    std::printf("%lld %lld %lld\\n"',
                "    for (long long drops : oil) {\n        seal = stamp(seal, drops);\n    }\n"
                '    std::printf("%lld %lld %lld\\n"',
            ),
        ),
    ),
    ("marketdays", ".cpp"): (
        equal(
            "algorithm",
            "a fee of nothing is added where there is no tax",
            (
                "        if (is_taxed(price)) {\n"
                "            running[fruit(price)] += fee(price);\n        }\n",
                "        running[fruit(price)] += is_taxed(price) * fee(price);\n",
            ),
            ("coins += price / 100 * 2;", "coins += price / 50 - price / 50 % 2;"),
        ),
        equal(
            "loops",
            "most and least begin with nothing read, and every fruit is looked at",
            ("long long most = sums[0];", "long long most = -1;"),
            ("long long least = sums[0];", "long long least = 1000000000;"),
        ),
    ),
    ("marketdays", ".py"): (
        equal(
            "loops",
            "a comprehension, for a loop",
            (
                "        sums = []\n        for k in range(FRUITS):\n"
                "            sums.append(until[last][k] - until[first][k])\n"
                "        results.append(sums)\n",
                "        pairs = zip(until[last], until[first])\n"
                "        results.append([late - early for late, early in pairs])\n",
            ),
        ),
    ),
    ("mountainpack", ".cpp"): (
        equal(
            "loops",
            "rooms down to what is needed, for a question in every room",
            (
                "            if (fits(things[i], room)) {\n"
                "                long long rest = most[room - wrapped(things[i])];\n"
                "                most[room] = better(most[room], joy(things[i]) + rest);\n"
                "            }\n",
                "            int left = room - wrapped(things[i]);\n"
                "            if (left < 0) {\n                break;\n            }\n"
                "            most[room] = better(most[room], joy(things[i]) + most[left]);\n",
            ),
        ),
        equal(
            "arithmetic",
            "nine eighths of a weight and the wrapping, all rounded down",
            ("thing.weight + WRAPPING + thing.weight / 8", "thing.weight * 9 / 8 + WRAPPING"),
        ),
    ),
    ("nightboats", ".cpp"): (
        equal(
            "algorithm",
            "both changes of a minute in one map",
            ("    std::map<int, int> boat_change;\n", ""),
            (
                "    std::map<int, long long> load_change;\n",
                "    struct Both {\n        long long load = 0;\n        int boats = 0;\n    };\n"
                "    std::map<int, Both> change;\n",
            ),
            (
                "load_change[boat.start] += guards(boat);",
                "change[boat.start].load += guards(boat);",
            ),
            (
                "load_change[boat.end + 1] -= guards(boat);",
                "change[boat.end + 1].load -= guards(boat);",
            ),
            ("boat_change[boat.start] += 1;", "change[boat.start].boats += 1;"),
            ("boat_change[boat.end + 1] -= 1;", "change[boat.end + 1].boats -= 1;"),
            ("auto next = load_change.begin();", "auto next = change.begin();"),
            (
                "    for (const auto& [minute, change] : boat_change) {\n"
                "        load += next->second;\n        present += change;\n",
                "    for (const auto& [minute, both] : change) {\n"
                "        load += both.load;\n        present += both.boats;\n",
            ),
        ),
        equal(
            "arithmetic",
            "a stay of four minutes at least ends three after it begins",
            ("return stay(boat) >= SHORTEST_STAY;", "return boat.end - boat.start > 2;"),
        ),
    ),
    ("nightboats", ".py"): (
        equal(
            "data structure",
            "one dictionary of pairs by default, for two",
            ("import sys\n", "import sys\nfrom collections import defaultdict\n"),
            (
                "    load_change = {}\n    boat_change = {}\n",
                "    load_change = defaultdict(int)\n    boat_change = defaultdict(int)\n",
            ),
            (
                "load_change[start] = load_change.get(start, 0) + guards(start, end)",
                "load_change[start] += guards(start, end)",
            ),
            (
                "boat_change[start] = boat_change.get(start, 0) + 1",
                "boat_change[start] += 1",
            ),
        ),
    ),
    ("orchardplots", ".cpp"): (
        equal(
            "algorithm",
            "harvests are booked once, before the plots",
            ("column_sum[j] += booking(grid[bottom][j]);", "column_sum[j] += grid[bottom][j];"),
            (
                '            if (std::scanf("%d", &grid[i][j]) != 1) {\n'
                "                return 1;\n            }\n",
                '            if (std::scanf("%d", &grid[i][j]) != 1) {\n'
                "                return 1;\n            }\n"
                "            grid[i][j] = static_cast<int>(booking(grid[i][j]));\n",
            ),
        ),
        equal(
            "constants",
            "another mark below everything: no plot is worth less than 28 * 28 * -200",
            ("LOWEST = -1000000000", "LOWEST = -500000"),
        ),
    ),
    ("overtakers", ".cpp"): (
        equal(
            "data structure",
            "the tree as an array of fixed size",
            (
                "std::vector<long long> tree(n + 1, 0);",
                "static long long tree[4608];",
            ),
        ),
        equal(
            "arithmetic",
            "an official has no remainder by 2 and none by 5",
            ("runner % 10 == 0", "runner % 2 == 0 && runner % 5 == 0"),
            ("runner % 2 == 1", "(runner & 1) != 0"),
        ),
    ),
    ("parcelstring", ".cpp"): (
        equal(
            "algorithm",
            "both kinds of brackets by a table of signs",
            (
                "    return sign == '(' || sign == '[';",
                '    return std::strchr("([", sign) != nullptr;',
            ),
            (
                "    return sign == ')' || sign == ']';",
                '    return std::strchr(")]", sign) != nullptr;',
            ),
        ),
        equal(
            "arithmetic",
            "a quarter of a distance by a shift, the load by sums",
            ("cents += distance / 4;", "cents += distance >> 2;"),
            ("long long cents = load * 2;", "long long cents = load + load;"),
            ("cents = load * 3;", "cents += load;"),
        ),
    ),
    ("radiomasts", ".cpp"): (
        equal(
            "algorithm",
            "the distance is measured once for a link",
            (
                "    if (distance(a, b) > REACH) {\n        return;\n    }\n",
                "    int way = distance(a, b);\n"
                "    if (way >= REACH + 1) {\n        return;\n    }\n",
            ),
            (
                "    if (strength(a, b) > report.strongest) {\n"
                "        report.strongest = strength(a, b);\n    }\n",
                "    long long level = strength(a, b);\n"
                "    report.strongest = level > report.strongest ? level : report.strongest;\n",
            ),
        ),
        equal(
            "comparisons",
            "27 links and more pay the limit: 40 and 3 * 27 are 121",
            (
                "    if (crowns > HIGHEST_LICENSE) {\n",
                "    if (links >= 27) {\n",
            ),
        ),
    ),
    ("ticketshelf", ".cpp"): (
        equal(
            "algorithm",
            "two tickets compared by pairs of numbers",
            (
                "    if (first != second) {\n        return first < second;\n    }\n"
                "    if (a.code != b.code) {\n        return a.code > b.code;\n    }\n"
                "    return a.number < b.number;\n",
                "    long long mine = 1000LL * first - a.code, its = 1000LL * second - b.code;\n"
                "    return mine < its || (mine == its && a.number < b.number);\n",
            ),
        ),
        equal(
            "reader",
            "the word is told by its second letter, and read as a whole",
            ("line[0] == 'p' && line[1] == 'u'", "line[1] == 'u'"),
        ),
    ),
    ("tidegauge", ".cpp"): (
        equal(
            "arithmetic",
            "levels are below 1000, so a band is a remainder of at most 111",
            (
                "    return level / 9 % BANDS;",
                "    int place = level / 9;\n    return place < BANDS ? place : place - BANDS;",
            ),
        ),
        equal(
            "loops",
            "the checksum's remainder is taken in every step",
            (
                "        checksum += (i + 1) * counts[i];\n    }\n    checksum %= MODULUS;\n",
                "        checksum = (checksum + (i + 1) * counts[i]) % MODULUS;\n    }\n",
            ),
        ),
    ),
    ("tidegauge", ".py"): (
        equal(
            "comparisons",
            "more than 28 bands are at least 29",
            ("bands > WILD", "bands >= WILD + 1"),
        ),
    ),
    ("tokenmachine", ".cpp"): (
        equal(
            "loops",
            "sums from zero on, each carried on by a token",
            (
                "        for (int sum = value; sum <= limit; sum++) {\n"
                "            ways[sum] = (ways[sum] + ways[sum - value]) % MODULUS;\n",
                "        for (int sum = 0; sum + value <= limit; sum++) {\n"
                "            ways[sum + value] = (ways[sum] + ways[sum + value]) % MODULUS;\n",
            ),
        ),
        equal(
            "algorithm",
            "a high mark is counted where it is made",
            (
                "        if (value > HIGH_MARK) {\n            high++;\n        }\n",
                "        high += (value - 1) / HIGH_MARK > 0 && value > 0;\n",
            ),
        ),
    ),
    ("tokenmachine", ".py"): (
        equal(
            "algorithm",
            "the largest payout is that of the largest amount",
            (
                "    limit = 0\n    for amount in amounts:\n"
                "        limit = max(limit, payout(amount))\n",
                "    limit = payout(max(amounts))\n",
            ),
        ),
    ),
    ("watertanks", ".cpp"): (
        equal(
            "algorithm",
            "runs are counted down, for a condition on how many there were",
            (
                "    if (level < 0) {\n        level = 0;\n    }\n    return level % tank.m;",
                "    return level <= 0 ? 0 : level % tank.m;",
            ),
        ),
        equal(
            "comparisons",
            "twice a level is below the size less its odd bit",
            ("level < tank.m / 2", "2 * level < tank.m - tank.m % 2"),
        ),
    ),
}
"""By problem and suffix."""
