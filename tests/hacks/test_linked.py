"""Forbidden library functions in the symbol table of a compiled program."""

import pytest
from case_files import HERE, read_case

from pieforge.executors.jobs import ArtifactJob
from pieforge.graphs.context import Context
from pieforge.integrity.detection import (
    CheckedProgram,
    discover_checks,
    find_hack,
    find_linked_hack,
)
from pieforge.records import ProgramText

pytestmark = pytest.mark.asyncio(loop_scope="session")

MUCH = """\
#include <bits/stdc++.h>
int main() {
    std::ios::sync_with_stdio(false);
    std::string line;
    std::getline(std::cin, line);
    std::map<int, int> ordered;
    std::unordered_map<std::string, int> hashed;
    std::vector<int> values(hashed[line]);
    std::stable_sort(values.begin(), values.end());
    std::mt19937 random(5);
    std::stringstream text;
    text << std::setprecision(3) << std::sqrt(2.0) << random();
    std::printf("%s %zu %d\\n", text.str().c_str(), ordered.size(), std::rand());
    assert(!line.empty());
    std::exit(0);
}
"""


async def _artifact(context: Context, text: str) -> bytes:
    artifact = await context.executor.execute(ArtifactJob(ProgramText.create("p", "cpp17", text)))
    assert artifact
    return artifact


async def test_a_program_that_uses_much_of_the_library_is_linked_with_nothing_forbidden(
    context: Context,
) -> None:
    artifact = await _artifact(context, MUCH)
    assert find_linked_hack(CheckedProgram("cpp17", MUCH), artifact) is None


async def test_a_library_function_is_found_under_a_name_that_the_source_declares(
    context: Context,
) -> None:
    text = read_case(HERE / "cases" / "name_of_its_own.cpp").fast
    checked = CheckedProgram("cpp17", text)
    assert find_hack(checked) is None
    found = find_linked_hack(checked, await _artifact(context, text))
    assert found is not None
    assert found.detail == "time is linked into the program"


async def test_a_file_that_is_not_a_program_gives_no_finding() -> None:
    for artifact in (b"", b"\x7fELF\x02\x01", b"\x7fELF\x02\x01" + b"\xff" * 100, b"print(1)"):
        assert find_linked_hack(CheckedProgram("cpp17", "int main() {}"), artifact) is None
    assert any(check.linked for check in discover_checks())
