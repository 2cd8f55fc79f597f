"""What lines cost, with a real compiler, callgrind and Python."""

from pieforge.measurement.line_profile import profile_lines
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Limits, Sandbox

CPP = """\
#include <algorithm>
#include <cstdio>
#include <vector>
long work(const std::vector<int>& v) {
    long s = 0;
    for (size_t i = 0; i < v.size(); i++)
        for (size_t j = 0; j < v.size(); j++)
            s += std::max(v[i], v[j]);
    return s;
}
int main() {
    std::vector<int> v(200, 7);
    std::sort(v.begin(), v.end());
    printf("# callgrind format\\nfl=main.cpp\\n%ld\\n", work(v));
}
"""
PYTHON = "import sys\ns = 0\nfor i in range(int(input())):\n    s += i\nprint(s)\nsys.exit(0)\n"


async def test_library_functions_count_for_the_line_that_calls_them(sandbox: Sandbox) -> None:
    found = await profile_lines(sandbox, get_language("cpp17"), CPP, b"", Limits(cpu_s=60))
    costs = found.costs
    assert max(costs, key=costs.__getitem__) == 8
    # Its own call of `work` is not counted twice, the library's printing is.
    assert costs[8] > 5 * costs[13] > 5 * costs[5]
    assert costs[14] < costs[8] / 5


async def test_lines_of_python_are_counted_up_to_a_limit(sandbox: Sandbox) -> None:
    python = get_language("python")
    found = await profile_lines(sandbox, python, PYTHON, b"100", Limits(cpu_s=60))
    assert found.costs == {1: 1, 2: 1, 3: 101, 4: 100, 5: 1, 6: 1}
    cut = await profile_lines(sandbox, python, PYTHON, b"100000000", Limits(cpu_s=60))
    assert sum(cut.costs.values()) == 3_000_000


async def test_nothing_is_known_of_what_fails_or_has_no_profiler(sandbox: Sandbox) -> None:
    for key, source in (
        ("cpp17", "int main() { return 1; }\n"),
        ("cpp17", "int main() {\n"),
        ("python", "1 / 0\n"),
        ("rust", "fn main() {}\n"),
    ):
        found = await profile_lines(sandbox, get_language(key), source, b"", Limits(cpu_s=60))
        assert found.costs == {}, source
