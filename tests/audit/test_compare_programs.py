"""Comparing two programs from files, on packages as people write them."""

from pathlib import Path

import pytest
from loop import write_package

from pieforge.audit.compare_programs import compare_programs
from pieforge.executors.cached import CachedExecutor
from pieforge.problems import load_problem

SUM = """\
#include <iostream>
int main() {
    long long n, x, s = 0;
    std::cin >> n;
    for (long long i = 0; i < n; i++) { std::cin >> x; s += x; }
    std::cout << s << '\\n';
}
"""
WRONG_ON_LARGE = SUM.replace("std::cout", "if (n > 60) s++;\n    std::cout")
TESTS = {f"{n}\n{' '.join(map(str, range(n)))}\n": f"{n * (n - 1) // 2}\n" for n in (1, 3, 9, 40)}


def write(folder: Path, tests: dict[str, str]) -> tuple[Path, Path, Path]:
    """Write a package and two programs; return their paths."""
    package = write_package(folder / "sums", ".cpp", SUM, SUM + "// fast", tests)
    (folder / "a.cpp").write_text(SUM)
    (folder / "b.cpp").write_text(WRONG_ON_LARGE)
    return package, folder / "a.cpp", folder / "b.cpp"


@pytest.mark.slow
async def test_one_test_with_other_line_ends_does_not_hide_a_program_that_is_wrong_on_large_inputs(
    executor: CachedExecutor, tmp_path: Path
) -> None:
    package, a, b = write(tmp_path, TESTS)
    first, second, *_ = sorted(package.glob("data/secret/*.in"))
    first.write_bytes(first.read_bytes().replace(b"\n", b"\r\n"))
    second.write_bytes(second.read_bytes().rstrip(b"\n"))
    heard: list[str] = []
    found = await compare_programs(
        executor, load_problem(package), a, b, search_cpu_s=5, report=heard.append
    )
    assert found.inputs_grammar == "inferred"
    assert found.difference is not None
    assert [line.partition(":")[0] for line in heard] == [row.stratum for row in found.strata]


@pytest.mark.slow
async def test_a_format_that_is_not_understood_is_named_and_the_search_says_when_it_ends_early(
    executor: CachedExecutor, tmp_path: Path
) -> None:
    package, a, _ = write(tmp_path, {"2\n 5  x\n": "0\n", "1\n7 y z\n": "7\n"})
    (tmp_path / "c.cpp").write_text(SUM + "// the same")
    heard: list[str] = []
    found = await compare_programs(
        executor,
        load_problem(package),
        a,
        tmp_path / "c.cpp",
        search_cpu_s=1e-9,
        report=heard.append,
    )
    assert found.equal
    assert found.inputs_grammar == "plain"
    assert "ended early" in found.coverage
    assert any("a search of at most 800 runs" in line for line in heard)
