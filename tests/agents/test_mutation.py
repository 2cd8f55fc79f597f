"""The embedded author: every kind of edit on a small program, and what it does not edit."""

import random
import time

import pytest

from pieforge.agents.embedded.answering import answer_prompt
from pieforge.agents.embedded.edit import Edit, MutationKind
from pieforge.agents.embedded.edits import find_edits
from pieforge.agents.embedded.grammar import EditGrammar, find_grammar
from pieforge.agents.embedded.mutation import generate_mutants
from pieforge.syntax.tree import MAX_PARSED_BYTES

CPP_PROGRAM = """\
#include <algorithm>
#include <cstdio>
#include <vector>

const int KINDS = 6;
const int BONUS = 20;

int read_number() {
    int value = 0;
    int c = std::getchar();
    while (c >= '0' && c <= '9') {
        value = value * 10 + (c - '0');
        c = std::getchar();
    }
    return value;
}

bool is_good(int x) {
    return x % 3 == 1 && x > 4;
}

bool is_odd(int x) {
    return x % 7 == 3;
}

int worth(int x) {
    return x / 2 + BONUS;
}

int halvings(int x) {
    int steps = 0;
    while (x > 1) {
        x /= 2;
        steps += 1;
    }
    return steps;
}

int main() {
    int n = read_number();
    std::vector<int> counts(KINDS, 0);
    int counted[KINDS];
    long long total = 0;
    long long score = 0;
    long long mark = is_odd(n);
    long long peak = 0;
    long long best = 0;
    for (int i = 0; i < n; i++) {
        int x = read_number();
        counts[x % KINDS]++;
        if (!is_good(x)) {
            continue;
        }
        score += worth(x);
        score *= halvings(x);
        if (total > peak) {
            peak = total;
        }
        if (total > best) {
            best = total;
        }
        mark = std::max(mark, score);
    }
    for (int i = 0; i < KINDS; i++) {
        total += counts[i];
    }
    printf("%lld %lld\\n", total, best);
    return 0;
}
"""

PYTHON_PROGRAM = """\
import sys

BONUS = 20


def is_odd(x):
    return x % 7 == 3


def is_good(x):
    return x % 3 == 1 and x > 4


def worth(x):
    return x // 2 + BONUS


def main():
    words = sys.stdin.read().split()
    numbers = [int(word) for word in words[1:]]
    total = 0
    score = 0
    mark = is_odd(len(numbers))
    peak = 0
    best = 0
    for i in range(len(numbers)):
        if not is_good(numbers[i]):
            continue
        score += worth(numbers[i])
        score *= 2
        if total > peak:
            peak = total
        if total > best:
            best = total
        mark = max(mark, score)
    print(total, best)


main()
"""


def grammar(name: str) -> EditGrammar:
    found = find_grammar(name)
    assert found is not None
    return found


CPP, PYTHON = grammar("cpp"), grammar("python")
BOTH = pytest.mark.parametrize(
    ("code", "language"), [(CPP_PROGRAM, CPP), (PYTHON_PROGRAM, PYTHON)], ids=["cpp", "python"]
)


def applied(code: str, edit: Edit) -> str:
    source = code.encode()
    return (source[: edit.start] + edit.text + source[edit.end :]).decode()


def results(code: str, language: EditGrammar, kind: MutationKind) -> str:
    """Return all programs that one kind of edit gives, as one text."""
    found = [applied(code, e) for e in find_edits(code.encode(), language) if e.kind == kind]
    return "\n".join(found)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (MutationKind.ARITHMETIC, "return x / 2 - BONUS;"),
        (MutationKind.COMPARISON, "x % 3 != 1"),
        (MutationKind.LOGICAL, "x % 3 == 1 || x > 4"),
        (MutationKind.CONSTANT, "const int BONUS = 21;"),
        (MutationKind.SIGN, "return -(x / 2 + BONUS);"),
        (MutationKind.CONDITION, "if (total <= best)"),
        (MutationKind.CONDITION, "if (is_good(x))"),
        (MutationKind.AGGREGATE, "score = score > worth(x) ? score : worth(x);"),
        (MutationKind.AGGREGATE, "peak += total;"),
        (MutationKind.AGGREGATE, "mark = std::min(mark, score);"),
        (MutationKind.AGGREGATE, "mark = mark + score;"),
        (MutationKind.INITIAL, "long long best = 1;"),
        (MutationKind.RESULT, "return x % 7 != 3;"),
        (MutationKind.RESULT, "return (x / 2 + BONUS) * 2;"),
        (MutationKind.DELETION, "        score += worth(x);\n        if (total"),
        (MutationKind.SWAP, "score *= halvings(x);\n        score += worth(x);"),
        (MutationKind.LOOP, "for (int i = 0; i < KINDS; i += 2)"),
    ],
)
def test_each_kind_of_edit_is_found_in_cpp(kind: MutationKind, expected: str) -> None:
    assert expected in results(CPP_PROGRAM, CPP, kind)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (MutationKind.ARITHMETIC, "return x // 2 - BONUS"),
        (MutationKind.COMPARISON, "x % 3 != 1"),
        (MutationKind.LOGICAL, "x % 3 == 1 or x > 4"),
        (MutationKind.CONSTANT, "BONUS = 21"),
        (MutationKind.SIGN, "return -(x // 2 + BONUS)"),
        (MutationKind.CONDITION, "if total <= best:"),
        (MutationKind.CONDITION, "if is_good(numbers[i]):"),
        (
            MutationKind.AGGREGATE,
            "score = max(score, worth(numbers[i]))",
        ),
        (MutationKind.AGGREGATE, "peak += total"),
        (MutationKind.AGGREGATE, "mark = min(mark, score)"),
        (MutationKind.INITIAL, "best = 1"),
        (MutationKind.RESULT, "return x % 7 != 3"),
        (MutationKind.RESULT, "return (x // 2 + BONUS) * 2"),
        (MutationKind.DELETION, "        score += worth(numbers[i])\n        if total"),
        (MutationKind.DELETION, "range(len(numbers)):\n        score += worth(numbers[i])"),
        (MutationKind.SWAP, "score *= 2\n        score += worth(numbers[i])"),
        (MutationKind.LOOP, "for i in range(0, len(numbers), 2):"),
    ],
)
def test_each_kind_of_edit_is_found_in_python(kind: MutationKind, expected: str) -> None:
    assert expected in results(PYTHON_PROGRAM, PYTHON, kind)


@pytest.mark.parametrize(
    "kept",
    [
        CPP_PROGRAM[CPP_PROGRAM.index("int read_number") : CPP_PROGRAM.index("bool is_good")],
        "const int KINDS = 6;",
        "int n = read_number();",
        "std::vector<int> counts(KINDS, ",
        "int counted[KINDS];",
        "for (int i = 0; i < n; i++) {",
        "x /= 2;",
        'printf("%lld %lld\\n", total, best);\n    return 0;',
    ],
)
def test_reading_writing_sizes_and_what_ends_a_loop_are_left_alone(kept: str) -> None:
    programs = [applied(CPP_PROGRAM, edit) for edit in find_edits(CPP_PROGRAM.encode(), CPP)]
    assert all(kept in program for program in programs)


def test_reading_and_writing_are_left_alone_in_python() -> None:
    for edit in find_edits(PYTHON_PROGRAM.encode(), PYTHON):
        program = applied(PYTHON_PROGRAM, edit)
        assert (
            "words = sys.stdin.read().split()\n    numbers = [int(word) for word in wo" in program
        )
        assert "print(total, best)" in program


@BOTH
def test_no_edit_makes_a_name_untrue_or_gives_what_nobody_writes(
    code: str, language: EditGrammar
) -> None:
    """`best` stays the best, and `total` a sum; no empty bodies, no `!(a == b)`, no sum by XOR."""
    telling = code.replace("score", "longest").replace("mark", "distance")
    programs = [applied(telling, edit) for edit in find_edits(telling.encode(), language)]
    assert programs
    for kept in ("longest += worth(", "distance = "):
        line = next(it.strip() for it in telling.splitlines()[::-1] if kept in it)
        changed = [it for it in programs if line not in it]
        assert not [it for it in changed if "longest -=" in it or "min(distance" in it], line
    for program in programs:
        lines = [line.strip() for line in program.splitlines()]
        assert not {";", "pass"} & set(lines)
        assert "best += total" not in program
        assert "!(x" not in program.replace("!is", "")
        assert "^" not in program
        assert language.has_valid_syntax(program.encode())


@BOTH
def test_mutants_are_many_distinct_and_valid(code: str, language: EditGrammar) -> None:
    found = generate_mutants(code, language, n=40, rng=random.Random(1), temperature=1.0)
    assert len({mutant.code for mutant in found}) == 40
    assert code not in {mutant.code for mutant in found}
    assert all(language.has_valid_syntax(mutant.code.encode()) for mutant in found)
    assert {1, 2} <= {len(mutant.changes) for mutant in found} <= {1, 2, 3}


@BOTH
def test_the_same_seed_gives_the_same_mutants_and_another_seed_others(
    code: str, language: EditGrammar
) -> None:
    one, again, other = (
        generate_mutants(code, language, n=10, rng=random.Random(seed), temperature=1.0)
        for seed in (1, 1, 2)
    )
    assert one == again
    assert len({m.code for m in one} & {m.code for m in other}) < 5


def test_temperature_0_gives_the_single_most_preferred_mutant() -> None:
    cold = [
        generate_mutants(CPP_PROGRAM, CPP, n=5, rng=random.Random(s), temperature=0.0)
        for s in (1, 2)
    ]
    assert cold[0] == cold[1]
    assert len(cold[0]) == 1


def test_a_higher_temperature_makes_more_edits_at_once() -> None:
    def edited(temperature: float) -> int:
        found = generate_mutants(
            CPP_PROGRAM, CPP, n=60, rng=random.Random(1), temperature=temperature
        )
        return sum(len(mutant.changes) for mutant in found)

    assert edited(2.0) > edited(0.2)


@pytest.mark.parametrize("code", ["int main() {", "", "int main() { return 0; }\n"])
def test_a_program_that_does_not_parse_or_has_nothing_to_change_gives_no_mutants(code: str) -> None:
    assert generate_mutants(code, CPP, n=3, rng=random.Random(1), temperature=1.0) == []


def test_a_program_larger_than_the_parse_limit_gives_no_mutants() -> None:
    room = MAX_PARSED_BYTES - len(CPP_PROGRAM)
    for extra, count in ((0, 1), (1, 0)):
        code = CPP_PROGRAM + "\n" * (room + extra)
        found = generate_mutants(code, CPP, n=1, rng=random.Random(1), temperature=0.0)
        assert len(found) == count


@pytest.mark.parametrize(
    ("code", "fence"), [("int main() {}\n" + "/* " * 400_000, "cpp"), ("\\\n" * 400_000, "python")]
)
def test_a_program_on_which_error_recovery_is_quadratic_is_answered_at_once(
    code: str, fence: str
) -> None:
    """Parsing it would take minutes; the time is the processor's, with room for a busy machine."""
    start = time.process_time()
    prompt = f"### code 1\n```{fence}\nx\n```\n### code 2\n```{fence}\n{code}\n```\n"
    [answer] = answer_prompt(prompt, n=1, seed=1, temperature=1.0)
    assert "I find nothing in code 2 that I could change." in answer
    assert time.process_time() - start < 10
