"""A priority queue with ties."""

from benchmarks.pairs import Family, differ, equal, lines

_EMPTY = "            if (line[0] == 'p') {\n                idle++;"

FAMILY = Family(
    problem="ticketshelf",
    behaviors=(
        ("DISCOUNT = 15", "DISCOUNT = 14"),
        ("BONUS = 9", "BONUS = 8"),
        ("3 * class_of", "4 * class_of"),
        ("2 * length_of", "3 * length_of"),
    ),
    equal=(
        equal(
            "data structure",
            "a sorted set whose first element is the next job, for a heap",
            ("#include <vector>\n", "#include <set>\n#include <vector>\n"),
            ("    std::vector<Ticket> tickets;\n", ""),
            (
                """    static bool later(const Ticket& a, const Ticket& b) {
        return before(b, a);
    }
""",
                """    struct Before {
        bool operator()(const Ticket& a, const Ticket& b) const {
            return before(a, b);
        }
    };

    std::set<Ticket, Before> tickets;
""",
            ),
            (
                "        tickets.push_back(ticket);\n"
                "        std::push_heap(tickets.begin(), tickets.end(), later);",
                "        tickets.insert(ticket);",
            ),
            ("return tickets.front();", "return *tickets.begin();"),
            (
                "        std::pop_heap(tickets.begin(), tickets.end(), later);\n"
                "        tickets.pop_back();",
                "        tickets.erase(tickets.begin());",
            ),
        ),
        equal(
            "data structure",
            "a list kept in order, the next job last, for a search through all",
            (
                "        tickets.push_back(ticket);",
                "        auto place = std::find_if(tickets.begin(), tickets.end(), [&](const "
                "Ticket& t) {\n"
                "            return before(t, ticket);\n        });\n"
                "        tickets.insert(place, ticket);",
            ),
            ("return tickets[find()];", "return tickets.back();"),
            ("tickets.erase(tickets.begin() + find());", "tickets.pop_back();"),
            base="slow",
        ),
        equal(
            "arithmetic",
            "100 classes and the length make the code",
            ("return ticket.code % 100;", "return ticket.code - ticket.code / 100 * 100;"),
        ),
        equal(
            "order",
            "the search from the newest ticket: no two tickets are equal, so one is the first",
            (
                """        int best = 0;
        for (int i = 1; i < static_cast<int>(tickets.size()); i++) {""",
                """        int best = static_cast<int>(tickets.size()) - 1;
        for (int i = best - 1; i >= 0; i--) {""",
            ),
            base="slow",
        ),
        equal(
            "types",
            "at most 3600 jobs of 360 coins: int holds the coins",
            ("    long long coins = 0;", "    int coins = 0;"),
            ('printf("%lld\\n", coins);', 'printf("%d\\n", coins);'),
        ),
    ),
    differ=(
        differ(
            "boundary",
            "a job of length 80 is long",
            lines((2,), "push 80", "pop"),
            ("length > LONG_JOB", "length >= LONG_JOB"),
        ),
        differ(
            "tie",
            "of equal codes the newest goes first",
            lines((3,), "push 5", "push 5", "min"),
            ("a.number < b.number", "a.number > b.number"),
        ),
        differ(
            "boundary",
            "a ticket with code 0 is lost",
            lines((2,), "push 0", "pop"),
            (
                "            arrived++;\n",
                "            arrived++;\n            if (atoi(line + 5) == 0) {\n"
                "                continue;\n            }\n",
            ),
        ),
        differ(
            "boundary",
            "code 999 is taken for 998",
            lines((2,), "push 999", "pop"),
            ("Ticket{atoi(line + 5), arrived}", "Ticket{std::min(atoi(line + 5), 998), arrived}"),
        ),
        differ(
            "size",
            "a shelf holds 1024 tickets",
            lines((1025,), *("push 7" for _ in range(1025))),
            (
                "        tickets.push_back(ticket);\n",
                "        if (tickets.size() >= 1024) {\n            return;\n        }\n"
                "        tickets.push_back(ticket);\n",
            ),
        ),
        differ(
            "size",
            "no event after the 3000th is read",
            lines((3001,), *("pop" for _ in range(3001))),
            ("event = 0; event < events;", "event = 0; event < events && event < 3000;"),
        ),
        differ(
            "minimal",
            "a look at an empty shelf is counted as well",
            lines((1,), "min"),
            (
                _EMPTY,
                _EMPTY.replace(
                    "if (line[0] == 'p')",
                    "if (line[0] == 'm') {\n                idle++;\n            }\n"
                    "            if (line[0] == 'p')",
                ),
            ),
        ),
        differ(
            "overflow",
            "debts end at 10000",
            lines((3600,), *("pop" for _ in range(3600))),
            ("coins -= IDLE_LOSS;", "coins -= coins > -10000 ? IDLE_LOSS : 0;"),
        ),
        differ(
            "constant",
            "code 404 is urgent",
            lines((3,), "push 404", "push 1", "min"),
            (
                "    if (length > LONG_JOB) {",
                "    if (ticket.code == 404) {\n        value = 0;\n    }\n"
                "    if (length > LONG_JOB) {",
            ),
        ),
        differ(
            "structure",
            "of equal urgency a code from 900 on goes last",
            lines((6,), "push 900", "push 803", "push 804", "pop", "pop", "pop"),
            (
                "return a.code > b.code;",
                "return (a.code < 900) != (b.code < 900) ? a.code < 900 : a.code > b.code;",
            ),
        ),
    ),
)
