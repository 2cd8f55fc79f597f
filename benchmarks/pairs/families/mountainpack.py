"""A knapsack whose free room is worth something."""

from benchmarks.pairs import Family, differ, equal, lines

FAMILY = Family(
    problem="mountainpack",
    behaviors=(
        ("PROMISED = 6", "PROMISED = 7"),
        ("GRADES = 1009", "GRADES = 1013"),
        ("thing.weight / 8", "thing.weight / 9"),
        ("17 * summer", "19 * summer"),
    ),
    equal=(
        equal(
            "order",
            "things from the first: the best choice does not depend on the order",
            (
                "for (int i = static_cast<int>(things.size()) - 1; i >= 0; i--) {",
                "for (int i = 0; i < static_cast<int>(things.size()); i++) {",
            ),
        ),
        equal(
            "arithmetic",
            "what is left of c without a third, rounded down, is floor((2 c + 2) / 3)",
            ("return capacity - capacity / 3;", "return (2 * capacity + 2) / 3;"),
        ),
        equal(
            "data structure",
            "a table for every number of things, for one that is overwritten",
            (
                "        for (int room = capacity; room >= 0; room--) {",
                "        const std::vector<long long> before = most;\n"
                "        for (int room = 0; room <= capacity; room++) {",
            ),
            ("long long rest = most[", "long long rest = before["),
        ),
        equal(
            "algorithm",
            "where everything fits, everything is taken, unless free room is worth more: "
            "both are tried",
            (
                "long long plan(const std::vector<Thing>& things, int capacity) {\n",
                "long long plan(const std::vector<Thing>& things, int capacity) {\n"
                "    if (things.size() == 1) {\n"
                "        long long left = comfort(capacity);\n"
                "        return fits(things[0], capacity)\n"
                "                   ? better(left, joy(things[0]) +\n"
                "                                      comfort(capacity - wrapped(things[0])))\n"
                "                   : left;\n    }\n",
            ),
        ),
        equal(
            "types",
            "21 things of joy 107 and 25 fit into 16 bits",
            ("    std::vector<long long> most;", "    std::vector<short> most;"),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "a thing of weight 100 is wrapped as one of 99",
            lines((1, 113), (100, 100)),
            ("return thing.weight + WRAPPING +", "return std::min(thing.weight, 99) + WRAPPING +"),
        ),
        differ(
            "boundary",
            "in winter two thirds, rounded down, are left",
            lines((1, 4), (1, 1)),
            ("return capacity - capacity / 3;", "return 2 * capacity / 3;"),
        ),
        differ(
            "boundary",
            "a thing of joy 100 counts as one of 99",
            lines((1, 20), (1, 100)),
            (
                "    long long result = thing.value;",
                "    long long result = std::min(thing.value, 99);",
            ),
        ),
        differ(
            "size",
            "room above 1024 is not used",
            lines((21, 1500), *((100, 100) for _ in range(21))),
            (
                "    long long summer = plan(things, capacity);",
                "    long long summer = plan(things, std::min(capacity, 1024));",
            ),
        ),
        differ(
            "size",
            "the 21st thing stays at home",
            lines((21, 100), *((1, 1) for _ in range(21))),
            (
                "        things.push_back(thing);",
                "        if (i < 20) {\n            things.push_back(thing);\n        }",
            ),
        ),
        differ(
            "size",
            "nothing is promised for things from number 18 on",
            lines((19, 100), *((90, 1) for _ in range(18)), (1, 100)),
            ("if (thing.number % 3 == 0) {", "if (thing.number % 3 == 0 && thing.number < 18) {"),
        ),
        differ(
            "minimal",
            "a pack of less than 4 units is empty",
            lines((1, 3), (1, 1)),
            ("    return most[capacity];", "    return capacity < 4 ? 0 : most[capacity];"),
        ),
        differ(
            "structure",
            "a thing like the one before is not taken",
            lines((3, 30), (5, 5), (5, 5), (5, 5)),
            (
                "        things.push_back(thing);",
                "        if (things.empty() || things.back().weight != thing.weight ||\n"
                "            things.back().value != thing.value) {\n"
                "            things.push_back(thing);\n        }",
            ),
        ),
        differ(
            "constant",
            "a thing of weight 64 needs a unit less",
            lines((1, 73), (64, 50)),
            (
                "return thing.weight + WRAPPING +",
                "return thing.weight - (thing.weight == 64) + WRAPPING +",
            ),
        ),
    ),
)
