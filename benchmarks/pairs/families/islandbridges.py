"""Connected islands, with bridges that fall down."""

from benchmarks.pairs import Family, differ, equal, lines

_GROUP = "int group = islands.group_with(a, b);"

FAMILY = Family(
    problem="islandbridges",
    behaviors=(
        ("ROUGH = 6", "ROUGH = 7"),
        ("TOWELS = 3", "TOWELS = 4"),
        ("islands / 2 + 40", "islands / 2 + 45"),
        ("2 * islands + 1", "2 * islands + 2"),
    ),
    equal=(
        equal(
            "order",
            "of two groups of one size either may become the parent",
            ("if (size[a] < size[b]) {", "if (size[a] <= size[b]) {"),
        ),
        equal(
            "algorithm",
            "the root found without shortening the way",
            ("            parent[island] = parent[parent[island]];\n", ""),
        ),
        equal(
            "types",
            "a checksum below 1000003, times 53, and a payment fit into 31 bits",
            ("long long checksum = 3;", "int checksum = 3;"),
            ('printf("%lld %lld\\n", total, checksum);', 'printf("%lld %d\\n", total, checksum);'),
        ),
        equal(
            "order",
            "the group is searched from the other end of the way: bridges lead both ways",
            (
                "        seen[a] = true;\n        reached.push_back(a);",
                "        std::swap(a, b);\n        seen[a] = true;\n        reached.push_back(a);",
            ),
            base="slow",
        ),
        equal(
            "data structure",
            "islands named by their group, and the smaller group named anew, for a forest",
            (
                """        if (size[a] < size[b]) {
            std::swap(a, b);
        }
        parent[b] = a;
        size[a] += size[b];""",
                """        if (size[a] < size[b]) {
            std::swap(a, b);
        }
        for (int& name : parent) {
            if (name == b) {
                name = a;
            }
        }
        size[a] += size[b];""",
            ),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "a group of exactly 8 islands is no small one",
            lines(
                (9, 9),
                "+ 1 2",
                "+ 2 3",
                "+ 3 5",
                "+ 5 6",
                "+ 6 7",
                "+ 7 8",
                "+ 2 9",
                "? 1 2",
                "? 1 9",
            ),
            ("islands <= SMALL_GROUP", "islands < SMALL_GROUP"),
        ),
        differ(
            "boundary",
            "a distance of exactly 100 is swum",
            lines((101, 1), "? 1 101"),
            ("distance < SWIM_LIMIT", "distance <= SWIM_LIMIT"),
        ),
        differ(
            "boundary",
            "no bridge holds at the last of 1500 islands",
            lines((1500, 2), "+ 1500 1499", "? 1500 1499"),
            ("if (holds(a, b)) {", "if (holds(a, b) && a < 1500 && b < 1500) {"),
        ),
        differ(
            "minimal",
            "a merchant who is there already swims",
            lines((1, 1), "? 1 1"),
            (_GROUP, "int group = a == b ? 0 : islands.group_with(a, b);"),
        ),
        differ(
            "structure",
            "a bridge from an island to itself never falls",
            lines((42, 1), "+ 42 42"),
            ("if (holds(a, b)) {", "if (a == b || holds(a, b)) {"),
        ),
        differ(
            "size",
            "a group has no more than 1000 islands",
            lines(
                (1500, 2252),
                *(f"+ {i} {i + 1}" for i in range(1, 1500)),
                *(f"+ {i} {i + 2}" for i in range(2, 1500, 2)),
                *("? 1 2" for _ in range(4)),
            ),
            ("payment = toll(group);", "payment = toll(group > 1000 ? 1000 : group);"),
        ),
        differ(
            "size",
            "no message after the 2048th is read",
            lines((2, 2049), *("? 1 2" for _ in range(2049))),
            (
                "message = 0; message < messages;",
                "message = 0; message < messages && message < 2048;",
            ),
        ),
        differ(
            "overflow",
            "the sum of the payments has 16 bits",
            lines((100, 3000), *("? 1 100" for _ in range(3000))),
            ("total += payment;", "total = static_cast<unsigned short>(total + payment);"),
        ),
        differ(
            "constant",
            "a swim over a distance of 77 is free",
            lines((78, 1), "? 1 78"),
            (
                "payment = swim_cost(distance);",
                "payment = distance == 77 ? 0 : swim_cost(distance);",
            ),
        ),
        differ(
            "structure",
            "a bridge that was built twice counts its group twice",
            lines((3, 3), "+ 1 2", "+ 1 2", "? 1 2"),
            (
                "        if (a == b) {\n            return;\n        }\n        if (size",
                "        if (a == b) {\n            size[a] += size[a] == 2;\n"
                "            return;\n        }\n        if (size",
            ),
        ),
    ),
)
