"""The coverage-guided search finds what the same mutations without coverage do not."""

import asyncio
from collections.abc import Sequence
from random import Random
from time import thread_time

import pytest

from pieforge.inputs import NamedInput
from pieforge.inputs.fuzzing.fuzzer import create_number_writer, fuzz_programs
from pieforge.inputs.fuzzing.instrumentation import compile_instrumented
from pieforge.inputs.fuzzing.operands import find_numbers
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Executable, Sandbox

BUDGET = 700
SEEDS = (b"3\n1 2 3\n", b"1\n5\n", b"5\n10 20 30 40 50\n")
SUM = """\
#include <iostream>
#include <vector>
int main() {
    int n;
    std::cin >> n;
    std::vector<long long> a(n);
    long long s = 0;
    for (auto &x : a) { std::cin >> x; s += x; }
    std::cout << s << '\\n';
}
"""


def strange(condition: str) -> str:
    return SUM.replace("    std::cout", f"    if ({condition}) s++;\n    std::cout")


def mutate(data: bytes, rng: Random) -> bytes | None:
    number = rng.choice(find_numbers(data)[1:])
    near = number.value + rng.choice((-1, 1))
    return number.replace(data, rng.choice((near, 2 * number.value, rng.randint(-1000, 10**6))))


def good(data: bytes) -> bool:
    count, *values = map(int, data.split())
    return len(values) == count > 0 and all(-1000 <= value <= 10**6 for value in values)


async def valid(inputs: Sequence[bytes]) -> list[bool]:
    return [good(data) for data in inputs]


async def builds(sandbox: Sandbox, *sources: str) -> list[Executable]:
    found = [
        await compile_instrumented(sandbox, get_language("cpp17"), source) for source in sources
    ]
    return [program for program in found if program is not None]


async def search(sandbox: Sandbox, *sources: str, budget: int = BUDGET) -> list[NamedInput]:
    programs = await builds(sandbox, *sources)
    assert len(programs) == len(sources)
    found = await fuzz_programs(sandbox, programs, SEEDS, mutate, valid, budget, Random("seed"))
    return list(found.inputs)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("a[n - 1] == 777333", lambda a: a[-1] == 777333),
        ("s * 3 + 7 == 1000000", lambda a: sum(a) * 3 + 7 == 1000000),
        ("n >= 2 && a[0] * 2 - a[1] == 99999", lambda a: a[0] * 2 - a[1] == 99999),
        ("s == 2500000", lambda a: sum(a) == 2500000),  # more than one value can be
    ],
)
async def test_two_programs_that_differ_behind_a_magic_number_are_distinguished(
    condition: str, holds: object, sandbox: Sandbox
) -> None:
    first = (await search(sandbox, SUM, strange(condition)))[0]
    assert first.name.startswith("coverage/differs-")
    assert good(first.data)
    assert callable(holds)
    assert holds([int(word) for word in first.data.split()[1:]])


def test_the_same_mutations_without_coverage_do_not_find_the_magic_number_in_that_budget() -> None:
    rng = Random("seed")
    known = list(SEEDS)
    for _ in range(BUDGET):
        known.append(mutate(rng.choice(known), rng) or b"")
    sums = [sum(map(int, data.split()[1:])) for data in known if good(data)]
    assert len(sums) > BUDGET / 2
    assert not {2500000, 333331} & set(sums)
    assert not any(data.split()[-1] == b"777333" for data in known)


async def test_inputs_with_new_edges_are_kept_and_all_are_valid_and_new(sandbox: Sandbox) -> None:
    rare = SUM.replace(
        "    std::cout",
        "    if (a[0] == 4242) { s = 7; if (n > 3) std::cout << '!'; }\n    std::cout",
    )
    found = await search(sandbox, rare)
    assert {item.name.split("-")[0] for item in found} == {"coverage/edges"}
    assert any(item.data.split()[1] == b"4242" for item in found)
    assert any(item.data.split()[:2] == [b"5", b"4242"] for item in found)
    assert all(good(item.data) and item.data not in SEEDS for item in found)
    assert len({item.data for item in found}) == len(found)


async def test_the_same_seed_gives_the_same_inputs(sandbox: Sandbox) -> None:
    sources = (SUM, strange("a[0] % 1000 == 999 && s > 5000"))
    assert await search(sandbox, *sources) == await search(sandbox, *sources)


async def test_a_budget_too_small_for_one_input_finds_nothing(sandbox: Sandbox) -> None:
    assert await search(sandbox, SUM, strange("a[n - 1] == 777333"), budget=1) == []


async def test_a_search_ends_when_its_cpu_seconds_are_spent_and_lets_other_tasks_run(
    sandbox: Sandbox,
) -> None:
    turns: list[int] = []
    seen: list[int] = []

    async def take_turns() -> None:
        while True:
            turns.append(1)
            await asyncio.sleep(0)

    def mutate_slowly(data: bytes, rng: Random) -> bytes | None:
        seen.append(len(turns))
        until = thread_time() + 0.06
        while thread_time() < until:
            pass
        return mutate(data, rng)

    programs = await builds(sandbox, SUM)
    other = asyncio.create_task(take_turns())
    found = await fuzz_programs(
        sandbox, programs, SEEDS, mutate_slowly, valid, 10**6, Random("seed"), cpu_s=0.5
    )
    other.cancel()
    assert found.is_cut_off
    assert 0.5 <= found.cpu_s < 1
    assert found.proposals > 0
    assert len(set(seen)) == len(seen) > 4


def test_a_number_that_counts_is_written_together_with_what_it_counts() -> None:
    grammar = infer_grammar(SEEDS)
    write = create_number_writer(grammar)
    data = SEEDS[2]
    count, first, *_ = find_numbers(data)
    assert write(first, data, 7) == b"5\n7 20 30 40 50\n"
    fewer = write(count, data, 3)
    assert fewer.startswith(b"3\n")
    assert good(fewer)
    assert write(find_numbers(fewer)[0], fewer, 2).split()[0] == b"2"
