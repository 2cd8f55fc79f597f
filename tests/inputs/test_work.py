"""Programs that count their own work."""

from collections.abc import Awaitable, Callable

import pytest

from pieforge.inputs.stress.work import Work, compile_counting, count_work
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Limits, Sandbox

Counted = Callable[..., Awaitable[list[Work]]]

CPP_HEAD = "#include <bits/stdc++.h>\n#include <unistd.h>\nusing namespace std;\n"


@pytest.fixture
def counted(sandbox: Sandbox) -> Counted:
    async def count(language: str, source: str, *inputs: bytes, most: int = 10**8) -> list[Work]:
        program = await compile_counting(sandbox, get_language(language), source)
        assert program is not None
        return await count_work(sandbox, program, inputs, most)

    return count


def cpp(body: str) -> str:
    return f"{CPP_HEAD}int main() {{ long n; cin >> n; {body} }}\n"


LOOPS = {
    "cpp17": cpp("long s = 0; for (long i = 0; i < n; i++) if (i % 3) s += i; cout << s;"),
    "c17": (
        "#include <stdio.h>\n"
        'int main(void) { long n, s = 0; scanf("%ld", &n);\n'
        'for (long i = 0; i < n; i++) if (i % 3) s += i; printf("%ld", s); }\n'
    ),
    "python": (
        "n = int(input())\ns = 0\nfor i in range(n):\n    if i % 3:\n        s += i\nprint(s)\n"
    ),
}


@pytest.mark.parametrize("language", LOOPS)
async def test_steps_grow_with_the_rounds_of_a_loop_and_repeat(
    language: str, counted: Counted
) -> None:
    some, more, again = await counted(language, LOOPS[language], b"1000", b"100000", b"1000")
    assert (some.steps, some.edges) == (again.steps, again.edges)
    assert 80 * some.steps < more.steps < 120 * some.steps
    assert sum(more.edges.values()) == more.steps
    assert more.is_whole


@pytest.mark.parametrize("language", LOOPS)
async def test_a_run_ends_after_the_given_steps(language: str, counted: Counted) -> None:
    one, other = await counted(language, LOOPS[language], b"9", b"3000000000", most=5000)
    assert one.is_whole
    assert other.is_cut_off
    # Python compares them with the limit every 256 steps only.
    assert 5000 <= other.steps < 5256


LIBRARY = {
    "find in a string": (
        "cpp17",
        cpp("string s(n, 'a'), t(n / 2, 'a'); t += 'b'; cout << s.find(t);"),
        lambda n: n * n / 64,
    ),
    "erase at the front": (
        "cpp17",
        cpp("vector<int> v(n); while (v.size() > 1) v.erase(v.begin()); cout << v.size();"),
        lambda n: n * n / 16,
    ),
    "in a list": (
        "python",
        "n = int(input())\nl = list(range(n))\nprint(sum(-i in l for i in l))\n",
        lambda n: n * n / 10,
    ),
    "pop from the front": (
        "python",
        "n = int(input())\nl = list(range(n))\nwhile l:\n    l.pop(0)\n",
        lambda n: n * n / 20,
    ),
    "slices": (
        "python",
        "n = int(input())\nl = list(range(n))\nprint(sum(sum(l[i:]) for i in range(n)))\n",
        lambda n: n * n / 10,
    ),
}


@pytest.mark.parametrize("name", LIBRARY)
async def test_work_inside_the_library_counts(name: str, counted: Counted) -> None:
    language, source, least = LIBRARY[name]
    [found] = await counted(language, source, b"2000")
    assert found.steps > least(2000)


PYTHON_FORMS = '''"""What it does."""
from __future__ import annotations
class A:
    def pick(self, a):
        """Doc."""
        return [i for i in a if i in a[1:]]
def find(x):
    return x if x < 2 else find(x - 1)
n = int(input())
l = list(range(n))
match n:
    case 3:
        print("three")
    case _:
        print("else")
while n in l:
    n -= 1
else:
    n += 1
try:
    l.pop(0), l.pop(), l.insert(0, 5), l.index(77)
except ValueError as error:
    print(error)
print(A().pick(l), (lambda y: y + 1)(2), find(50), sum(l), 3 not in l, "a" + str(n), {1} - {2})
print(max((i for i in l), default=4, key=lambda v: -v), [0] + l, sorted(l, reverse=True))
'''


async def test_counting_does_not_change_what_a_python_program_prints(sandbox: Sandbox) -> None:
    python = get_language("python")
    plain = (await sandbox.compile(python, PYTHON_FORMS)).executable
    counting = await compile_counting(sandbox, python, PYTHON_FORMS)
    assert plain is not None
    assert counting is not None
    inputs = [b"3\n", b"40\n"]
    expected, found = [
        [run.stdout for run in await sandbox.run(program, inputs, Limits())]
        for program in (plain, counting.executable)
    ]
    assert expected == found
    assert expected[0].startswith(b"three\n77 is not in list\n")


WITHOUT_REPORT = {
    "crash": "abort();",
    "_exit": "_exit(0);",
    "closed descriptor": "close(60);",
    "wrong address": "volatile char *p = 0; *p = 1;",
    "forged report": (
        "static char report[16032]; memset(report, 1, sizeof report);"
        " write(60, report, sizeof report); _exit(0);"
    ),
    "full pipe": "static char junk[1 << 20]; write(60, junk, sizeof junk);",
}


@pytest.mark.parametrize("name", WITHOUT_REPORT)
async def test_a_program_that_interferes_has_no_report_and_fails_nothing_else(
    name: str, counted: Counted
) -> None:
    [found] = await counted("cpp17", cpp(WITHOUT_REPORT[name]), b"1")
    assert (found.steps, found.is_whole) == (0, False)


async def test_a_program_that_does_not_compile_has_no_counting_build(sandbox: Sandbox) -> None:
    for language, source in (("cpp17", "int main() { return x; }"), ("python", "(" * 5000)):
        assert await compile_counting(sandbox, get_language(language), source) is None
