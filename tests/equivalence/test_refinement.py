"""Classes as the leaves of decision trees, over programs that are plain functions."""

import json
import random
from collections.abc import Callable, Sequence

import pytest

from pieforge.equivalence.class_tree import ClassIndex, has_constant_output
from pieforge.equivalence.discriminating_inputs import SplitStatistics
from pieforge.equivalence.observation import RunOutcome
from pieforge.equivalence.refinement import Placement, place_program, split_by_inputs
from pieforge.inputs import NamedInput
from pieforge.records import Verdict, digest

Function = Callable[[int], int | None]

FIRST = tuple(NamedInput(f"sample/{n}", str(n).encode()) for n in (1, 2, 3))
LANGUAGE = "cpp17"


class CrashError(Exception):
    """A failure of the program."""


class Functions:
    """Programs that are functions of a number; None is a run that reached its time limit.

    Inputs are drawn from 0 to 99 in a fixed random order.
    """

    def __init__(self, **programs: Function) -> None:
        self.programs = dict(programs)
        self.runs: list[tuple[str, int]] = []
        self.kept: dict[str, NamedInput] = {}

    async def run(self, program: str, inputs: Sequence[NamedInput]) -> Sequence[RunOutcome]:
        outcomes = []
        for item in inputs:
            self.runs.append((program, int(item.data)))
            outcomes.append(self._outcome(program, int(item.data)))
            if outcomes[-1].verdict is not Verdict.AC:
                break
        return outcomes

    def _outcome(self, program: str, number: int) -> RunOutcome:
        try:
            answer = self.programs[program](number)
        except CrashError:
            return RunOutcome(verdict=Verdict.RE)
        if answer is None:
            return RunOutcome(verdict=Verdict.TLE)
        return RunOutcome(output=str(answer))

    def find_nearest(self, newcomer: str, members: Sequence[str]) -> tuple[str, float]:
        del newcomer
        return members[0], 1.0

    async def draw(
        self, newcomer: str, member: str, count: int, excluded: frozenset[bytes]
    ) -> Sequence[NamedInput]:
        del newcomer, member
        numbers = random.Random(7).sample(range(100), 100)
        fresh = (n for n in numbers if str(n).encode() not in excluded)
        return [
            NamedInput(f"tiny/{n}", str(n).encode())
            for n, _ in zip(fresh, range(count), strict=False)
        ]

    def store_input(self, sha: str, item: NamedInput) -> None:
        self.kept[sha] = item

    def load_input(self, sha: str) -> NamedInput:
        return self.kept[sha]


def drawn(count: int) -> list[int]:
    """Return the first numbers drawn after the first inputs."""
    numbers = random.Random(7).sample(range(100), 100)
    return [n for n in numbers if n not in {1, 2, 3}][:count]


async def placed(
    bench: Functions, index: ClassIndex, runs: int = 40, names: Sequence[str] = ()
) -> dict[str, Placement]:
    return {
        name: await place_program(index, name, LANGUAGE, bench, first=FIRST, runs=runs)
        for name in names or bench.programs
    }


def differs_at(*numbers: int) -> Function:
    return lambda n: -n if n in numbers else n


async def test_programs_without_a_distinguishing_input_share_a_class_in_order_of_arrival() -> None:
    bench, index = (
        Functions(a=lambda n: 2 * n, b=lambda n: n + n, c=lambda n: 3 * n),
        ClassIndex("f"),
    )
    found = await placed(bench, index)
    assert found["a"].class_id == found["b"].class_id != found["c"].class_id
    assert list(index.iter_members(found["a"].class_id)) == ["a", "b"]
    assert [index.get_rank(name) for name in "abc"] == [1, 2, 1]
    assert (found["a"].new, found["b"].new, found["c"].new) == (True, False, True)


async def test_a_rare_difference_is_found_by_a_drawn_input_and_kept_as_a_node() -> None:
    rare = drawn(9)[-1]
    bench, index = Functions(a=differs_at(), b=differs_at(rare)), ClassIndex("f")
    found = await placed(bench, index)
    assert found["a"].class_id != found["b"].class_id
    assert index.get_split_name(found["b"].class_id) == f"tiny/{rare}"
    assert [item.data for item in bench.kept.values()] == [str(rare).encode()]


async def test_programs_without_a_difference_are_equal_on_the_number_of_inputs_tried() -> None:
    bench, index = Functions(a=differs_at(), b=differs_at(), c=differs_at()), ClassIndex("f")
    found = await placed(bench, index, runs=13)
    assert index.count_equal_inputs("b") == len(FIRST) + 5
    assert found["b"].runs == 13  # the first inputs once, the others on both programs
    assert (
        index.count_equal_inputs("c") == len(FIRST) + 7
    )  # the class's outputs on five inputs were cached
    assert found["c"].runs == len(FIRST) + 5 + 2 * 2


async def test_a_split_class_keeps_its_name_and_its_members_are_divided_by_their_outputs() -> None:
    rare = drawn(40)[-1]
    bench, index = (
        Functions(a=differs_at(), b=differs_at(rare), c=differs_at(), d=differs_at(rare)),
        ClassIndex("f"),
    )
    before = await placed(bench, index, runs=6, names="abc")
    assert len({found.class_id for found in before.values()}) == 1
    last = (await placed(bench, index, runs=200, names="d"))["d"]
    assert last.reclassified == ("b",)
    assert index.get_class("b") == index.get_class("d") == last.class_id
    assert index.get_class("a") == index.get_class("c") == before["a"].class_id
    assert [index.get_rank(name) for name in "abcd"] == [1, 1, 3, 2]
    assert not last.new


async def test_an_input_found_later_splits_a_class_by_the_outputs_of_all_its_members() -> None:
    hidden = 1000  # never drawn
    bench, index = (
        Functions(
            a=differs_at(),
            b=differs_at(hidden),
            c=differs_at(),
            d=lambda n: None if n == hidden else n,
        ),
        ClassIndex("f"),
    )
    await placed(bench, index)
    assert len({index.get_class(name) for name in "abcd"}) == 1
    inputs = [NamedInput("stress/same", b"1001"), NamedInput("stress/split", b"1000")]
    assert await split_by_inputs(index, "c", bench, inputs) == ["b"]
    assert {index.get_class(name) for name in "acd"} == {index.get_class("a")}
    assert index.get_class("b") != index.get_class("a")
    assert index.get_split_name(index.get_class("b")) == "stress/split"
    assert list(bench.kept.values()) == inputs[1:]
    # A newcomer that is like b is led to b's class by that input.
    bench.programs["e"] = differs_at(hidden)
    found = await placed(bench, index, names="e")
    assert found["e"].class_id == index.get_class("b")


async def test_every_member_was_run_on_every_input_of_its_path() -> None:
    draw = random.Random(3)
    programs = {
        f"p{n:03}": differs_at(*draw.sample(range(100), draw.choice([0, 1, 2]))) for n in range(60)
    }
    bench, index = Functions(**programs), ClassIndex("f")
    await placed(bench, index, runs=12)
    ran = set(bench.runs)
    for name in programs:
        where = index.get_class(name)
        (at,) = index.graph.predecessors(where)
        while before := list(index.graph.predecessors(at)):
            number = index.get_split_input(before[0])
            assert number is not None
            value = int(bench.kept[index.get_input_sha(number)].data)
            assert (name, value) in ran
            assert index.graph.edges[before[0], at]["output"] == str(programs[name](value))
            (at,) = before


async def test_programs_with_equal_outputs_are_in_one_class_in_any_order() -> None:
    draw = random.Random(5)
    behaviours = [draw.sample(range(100), 2) for _ in range(12)]
    names = [(f"p{copy}-{kind}", kind) for kind in range(12) for copy in range(4)]
    for order in range(6):
        random.Random(order).shuffle(names)
        bench = Functions(**{name: differs_at(*behaviours[kind]) for name, kind in names})
        index = ClassIndex("f")
        await placed(bench, index, runs=10)
        for kind in range(12):
            assert len({index.get_class(name) for name, other in names if other == kind}) == 1


async def test_an_input_that_distinguished_before_is_tried_first_on_the_next_class() -> None:
    first, second = drawn(2)
    bench = Functions(
        a=differs_at(first, second), b=differs_at(first), c=lambda n: 5 * n, d=lambda n: 5 * n
    )
    index = ClassIndex("f")
    await placed(bench, index)
    (tried,) = [n for name, n in bench.runs if name == "d"][len(FIRST) : len(FIRST) + 1]
    assert tried == second


async def test_an_unknown_output_neither_splits_nor_joins_and_two_end_the_search() -> None:
    one, two, three = drawn(3)
    silent = {one, two}
    bench = Functions(
        a=differs_at(), b=lambda n: None if n in silent else (-n if n == three else n)
    )
    index = ClassIndex("f")
    found = await placed(bench, index)
    assert found["a"].class_id == found["b"].class_id
    assert index.count_equal_inputs("b") == len(FIRST)
    assert ("b", three) not in bench.runs


async def test_a_program_that_fails_on_a_valid_input_has_no_class() -> None:
    bad = drawn(6)[-1]

    def crashes(n: int) -> int:
        if n == bad:
            raise CrashError
        return n

    bench, index = Functions(a=differs_at(), b=crashes, c=lambda _: None), ClassIndex("f")
    found = await placed(bench, index)
    assert found["b"].class_id == found["c"].class_id == ""
    assert found["b"].failed_on == f"tiny/{bad}"
    assert found["b"].failure == RunOutcome(verdict=Verdict.RE)
    assert found["c"].failed_on == "sample/1"
    assert found["c"].failure == RunOutcome(verdict=Verdict.TLE)
    assert set(index.iter_members(found["a"].class_id)) == {"a"}


async def test_a_representative_that_fails_where_the_new_program_answers_is_set_aside() -> None:
    bad = drawn(5)[-1]

    def crashes(n: int) -> int:
        if n == bad:
            raise CrashError
        return n

    bench, index = Functions(a=crashes, b=differs_at()), ClassIndex("f")
    found = await placed(bench, index)
    assert found["a"].class_id != found["b"].class_id
    assert index.get_split_name(found["a"].class_id) == f"tiny/{bad}"


async def test_placing_a_program_again_changes_nothing_and_runs_nothing() -> None:
    bench, index = Functions(a=differs_at(), b=differs_at()), ClassIndex("f")
    before = await placed(bench, index)
    runs = len(bench.runs)
    again = await placed(bench, index)
    assert [found.class_id for found in again.values()] == [f.class_id for f in before.values()]
    assert (len(bench.runs), list(index.iter_members(before["a"].class_id))) == (runs, ["a", "b"])


async def test_programs_in_another_language_or_of_another_format_are_in_other_classes() -> None:
    bench = Functions(a=differs_at(), b=differs_at())
    one, other = ClassIndex("f"), ClassIndex("g")
    names = {
        (await place_program(one, "a", "cpp17", bench, first=FIRST, runs=9)).class_id,
        (await place_program(one, "b", "python", bench, first=FIRST, runs=9)).class_id,
        (await place_program(other, "a", "cpp17", bench, first=FIRST, runs=9)).class_id,
    }
    assert len(names) == 3


@pytest.mark.parametrize("size", [50, 400])
async def test_the_cost_of_a_program_does_not_grow_with_the_number_of_programs(size: int) -> None:
    programs = {f"p{n:03}": differs_at(n % 20, n % 7) for n in range(size)}
    bench, index = Functions(**programs), ClassIndex("f")
    await placed(bench, index, runs=16)
    assert len(bench.runs) / size < 24


def test_one_output_for_all_inputs_ignores_the_input() -> None:
    assert has_constant_output(["x", "x", "x"])
    assert not has_constant_output(["x", "y", "x"])
    assert not has_constant_output(["x"])


def test_an_inputs_number_is_given_once() -> None:
    index = ClassIndex("f")
    assert (
        index.number_input(digest(b"1"))
        == index.number_input(digest(b"1"))
        != index.number_input(digest(b"2"))
    )


async def test_an_index_survives_a_json_round_trip() -> None:
    draw = random.Random(11)
    programs = {f"p{n:02}": differs_at(*draw.sample(range(100), n % 3)) for n in range(40)}
    bench, index = Functions(**programs), ClassIndex("f")
    names = list(programs)
    await placed(bench, index, runs=14, names=names[:25])
    index.mark("p00", "first")
    copy = ClassIndex.load(json.loads(json.dumps(index.dump())))
    went_on = [await placed(bench, each, runs=14, names=names[25:]) for each in (index, copy)]
    assert went_on[0] == went_on[1]
    assert json.dumps(copy.dump()) == json.dumps(index.dump())
    assert copy.list_marked(copy.get_class("p00"), "first") == ["p00"]
    assert copy.list_programs() == index.list_programs() == names


def test_strata_take_turns_and_those_that_distinguished_before_get_more() -> None:
    names = [f"{kind}/{n}" for kind in ("ladder", "tiny") for n in range(4)]
    inputs = [NamedInput(name, name.encode()) for name in names]
    power = SplitStatistics()
    turns = [item.name for item in power.sort_inputs(inputs)]
    assert turns == [f"{kind}/{n}" for n in range(4) for kind in ("ladder", "tiny")]
    for _ in range(30):
        power.record_trial("ladder/0", separated=False)
        power.record_trial("tiny/0", separated=True)
    learned = [item.name for item in SplitStatistics.load(power.dump()).sort_inputs(inputs)]
    assert learned[:2] == ["ladder/0", "tiny/0"]
    assert learned[2:5] == ["tiny/1", "tiny/2", "tiny/3"]


def test_inputs_that_split_most_lead() -> None:
    power = SplitStatistics()
    for sha in ("a", "b", "b", "c", "c", "c"):
        power.record_split(sha, f"tiny/{sha}")
    assert list(power.list_best_inputs()) == ["c", "b", "a"]
