"""The search for inputs on which a program does the most work."""

from collections.abc import Sequence
from random import Random

from pieforge.inputs import NamedInput
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.stress.search import STEPS_PER_S, FoundInputs, search_stress_inputs
from pieforge.inputs.stress.work import compile_counting, count_work
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Sandbox

HEAD = "#include <bits/stdc++.h>\nusing namespace std;\nint main() { int n; cin >> n;\n"
INSERTION_SORT = HEAD + (
    "vector<int> a(n); for (int &x : a) cin >> x;\n"
    "for (int i = 1; i < n; i++) for (int j = i; j && a[j - 1] > a[j]; j--) swap(a[j - 1], a[j]);\n"
    "cout << a[0]; }\n"
)
CUBIC = HEAD + (
    "long s = 0; for (int i = 0; i < n; i++) for (int j = 0; j < n; j++)\n"
    "for (int k = 0; k < n; k++) s += i ^ j ^ k;\n"
    "cout << s; }\n"
)
MAX_SIZE = 300


def write_input(values: Sequence[int]) -> bytes:
    return f"{len(values)}\n{' '.join(map(str, values))}\n".encode()


async def are_valid(inputs: Sequence[bytes]) -> list[bool]:
    def is_valid(data: bytes) -> bool:
        count, *values = map(int, data.split())
        return len(values) == count <= MAX_SIZE and all(1 <= value <= 1000 for value in values)

    return list(map(is_valid, inputs))


async def search(
    sandbox: Sandbox,
    source: str,
    sizes: Sequence[int] = (1, MAX_SIZE // 2, MAX_SIZE),
    cpu_s: float = 0.5,
) -> FoundInputs:
    rng = Random(1)
    tests = [write_input([rng.randint(1, 1000) for _ in range(count)]) for count in sizes]
    program = await compile_counting(sandbox, get_language("cpp17"), source)
    assert program is not None
    return await search_stress_inputs(
        lambda inputs, most: count_work(sandbox, program, inputs, most),
        are_valid,
        infer_grammar(tests),
        [NamedInput(f"secret/{at}", data) for at, data in enumerate(tests)],
        steps=int(cpu_s * STEPS_PER_S),
        seed="a test",
    )


async def test_it_finds_the_order_that_insertion_sort_is_slow_on(sandbox: Sandbox) -> None:
    found = await search(sandbox, INSERTION_SORT)
    best = found.inputs[0]
    assert best.steps > 1.6 * max(item.steps for item in found.given)
    _, *values = map(int, best.item.data.split())
    pairs = [a > b for i, a in enumerate(values) for b in values[i + 1 :]]
    assert sum(pairs) > 0.9 * len(pairs)


async def test_what_it_finds_is_valid_sorted_by_work_and_the_same_every_time(
    sandbox: Sandbox,
) -> None:
    found, again = [await search(sandbox, INSERTION_SORT) for _ in range(2)]
    assert found == again
    assert all(await are_valid([one.item.data for one in found.inputs]))
    assert [one.steps for one in found.inputs] == sorted(
        (one.steps for one in found.inputs), reverse=True
    )
    assert found.steps < 1.2 * 0.5 * STEPS_PER_S


async def test_sizes_on_which_a_run_would_take_too_many_steps_are_made_smaller(
    sandbox: Sandbox,
) -> None:
    found = await search(sandbox, CUBIC, sizes=(1, 40, MAX_SIZE), cpu_s=0.2)
    assert [one.item.name for one in found.given] == ["secret/0", "secret/1"]
    size, *_ = map(int, found.inputs[0].item.data.split())
    assert 40 < size <= MAX_SIZE // 2
