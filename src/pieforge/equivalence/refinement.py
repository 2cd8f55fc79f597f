"""Find a program's class: descend its language's tree, then compare it with one representative.

A new program descends by its outputs. At a class, inputs are tried on it and on the class's first
member: first those that split other classes before, then new ones generated for the two. The first
input on which they differ becomes an inner node of the tree; without one the program joins the
class. The cost does not depend on the number of members, except that all members are run, once, on
an input that splits their class.
"""

from collections.abc import Awaitable, Callable, Sequence, Set
from typing import Protocol

from pieforge.equivalence.class_tree import ClassIndex
from pieforge.equivalence.observation import RunOutcome
from pieforge.inputs import NamedInput
from pieforge.records import FrozenModel, Verdict, digest

_BATCH_SIZE = 4
"""Inputs that a newcomer is run on between two looks at its outputs: starting a sandbox costs more
than a few runs."""

_UNKNOWNS = 2
"""After this many unknown outputs a program is compared on no further inputs."""

_PROVEN = 2
"""An input that caused this many splits is tried on every newcomer, before new ones."""

_MEMBERS = 12
"""Members of a class, the first and the latest, whose texts are compared with a newcomer's."""

_SPARE = 2
"""This many times more inputs are generated than run: the best are chosen by past splits."""


_ASKED = 8
"""Inputs of a model that are tried."""

AskForInputs = Callable[[str, str], Awaitable[Sequence[NamedInput]]]
"""Asks a model for valid inputs that distinguish two programs."""


class ClassRunner(Protocol):
    """What the search needs from outside."""

    async def run(self, program: str, inputs: Sequence[NamedInput]) -> Sequence[RunOutcome]:
        """Run a program on inputs, in order, up to its first failure."""

    def find_nearest(self, newcomer: str, members: Sequence[str]) -> tuple[str, float]:
        """Return the member whose text is most similar to a newcomer's, and a factor of the budget.

        The factor is 1 where nothing is known.
        """

    async def draw(
        self, newcomer: str, member: str, count: int, excluded: frozenset[bytes]
    ) -> Sequence[NamedInput]:
        """Return about `count` valid inputs that may distinguish two programs, best first."""

    def store_input(self, sha: str, item: NamedInput) -> None:
        """Keep a distinguishing input."""

    def load_input(self, sha: str) -> NamedInput:
        """Return an input that was kept."""


class Placement(FrozenModel):
    """The class that a program was placed in.

    Attributes:
        class_id: Its class; empty where it has none, because it failed on a valid input.
        new: Whether it is the first of its class.
        failure: Its outcome on the input that it failed on.
        failed_on: That input's name.
        reclassified: Programs that moved to another class because of it.
        runs: Runs made for it, of itself and of others.
    """

    class_id: str = ""
    new: bool = False
    failure: RunOutcome | None = None
    failed_on: str = ""
    reclassified: tuple[str, ...] = ()
    runs: int = 0


async def place_program(
    index: ClassIndex,
    program: str,
    language: str,
    runner: ClassRunner,
    *,
    first: Sequence[NamedInput],
    runs: int,
    ask: AskForInputs | None = None,
) -> Placement:
    """Find a program's class and put the program there; doing it again changes nothing.

    Args:
        index: Classes so far, of the program's input format.
        program: Its identity.
        language: Key of its language; classes hold programs of one language.
        runner: Runs programs and draws inputs.
        first: Inputs that every program of the format is run on first.
        runs: Budget: once the program and the representatives that it is compared with have had
            this many runs, times the runner's factor, no further input is tried. The way down the
            tree is always run whole.
        ask: Asked once for the program, where no other input distinguished it from a class.
    """
    if program in index.graph:
        return Placement(class_id=index.get_class(program))
    return await _PlacementSearch(index, program, language, runner, runs, ask).search(first)


class _PlacementSearch:
    """The search for one program's class."""

    def __init__(
        self,
        index: ClassIndex,
        program: str,
        language: str,
        runner: ClassRunner,
        runs: int,
        ask: AskForInputs | None = None,
    ) -> None:
        self.index = index
        self.program = program
        self.language = language
        self.runner = runner
        self.budget = runs
        self.ask = ask
        self.runs = 0
        self.items: dict[int, NamedInput] = {}
        """The inputs that it was run on, by number."""
        self.outputs: dict[int, str | None] = {}
        self.failed: tuple[str, RunOutcome] | None = None
        self.moved: list[str] = []

    async def search(self, first: Sequence[NamedInput]) -> Placement:
        """Find the class."""
        await self._run_on(
            {self._number_input(item): item for item in first}, unknown_is_failure=True
        )
        tree_node = await self._descend(self.index.get_root(self.language))
        while (
            tree_node is not None and (class_id := self.index.get_class_at(tree_node)) is not None
        ):
            number = await self._find_distinguishing_input(class_id)
            if number is None and self.failed is None:
                number = await self._ask_for_difference(class_id)
            if self.failed is not None:
                break
            if number is None:
                self.index.join_class(class_id, self.program, self.outputs)
                return self._create_placement(class_id)
            await self._split_class(tree_node, class_id, number)
            tree_node = await self._descend(tree_node)
        if self.failed is not None or tree_node is None:
            name, outcome = self.failed or ("", None)
            return Placement(
                failure=outcome, failed_on=name, reclassified=tuple(self.moved), runs=self.runs
            )
        class_id = self.index.create_class(tree_node, self.program, self.outputs)
        return self._create_placement(class_id, new=True)

    def _create_placement(self, class_id: str, *, new: bool = False) -> Placement:
        return Placement(class_id=class_id, new=new, reclassified=tuple(self.moved), runs=self.runs)

    def _number_input(self, item: NamedInput) -> int:
        return self.index.number_input(digest(item.data))

    async def _descend(self, tree_node: str) -> str | None:
        """Return the leaf that the program's outputs lead to; None where it fails on the way."""
        while self.failed is None:
            number = self.index.get_split_input(tree_node)
            if number is None:
                return tree_node
            if number not in self.outputs:
                item = self.runner.load_input(self.index.get_input_sha(number))
                await self._run_on({number: item}, unknown_is_failure=True)
            label = self.outputs[number]
            if self.failed is not None:
                break
            if label is None:
                self.failed = self.items[number].name, RunOutcome(verdict=Verdict.TLE)
                break
            following = self.index.get_child(tree_node, label)
            if following is None:
                self.index.power.record_split(
                    self.index.get_input_sha(number), self.items[number].name
                )
                following = self.index.add_child(tree_node, label)
            tree_node = following
        return None

    async def _run_on(
        self, items: dict[int, NamedInput], *, unknown_is_failure: bool = False
    ) -> None:
        """Run the program; stop at its first failure, and remember it."""
        outcomes = await self.runner.run(self.program, list(items.values()))
        self.runs += len(outcomes)
        for (number, item), outcome in zip(items.items(), outcomes, strict=False):
            self.items[number] = item
            self.outputs[number] = outcome.label
            known = outcome.output is not None
            if not known and (unknown_is_failure or not outcome.unknown):
                self.failed = item.name, outcome
                return

    async def _find_distinguishing_input(self, class_id: str) -> int | None:
        """Return the number of an input on which the program and a class differ, if one is found.

        Inputs that the program was run on already come first. Then come inputs that split other
        classes, for at most half of the remaining budget, then new ones, generated for the program
        and the member with the most similar text; all members behave like the representative.
        """
        await self._run_representative(class_id, self.items)
        known = self._find_known_difference(class_id)
        if known is not None:
            return known
        member, worth = self.runner.find_nearest(self.program, self._sample_members(class_id))
        budget = round(self.budget * worth)
        found = await self._try_inputs(
            class_id, self._load_best_inputs(), (budget + self.runs) // 2
        )
        if found is not None or self.failed is not None or self._is_budget_spent(budget):
            return found
        count = budget - self.runs
        drawn = await self.runner.draw(
            self.program,
            member,
            _SPARE * count,
            frozenset(item.data for item in self.items.values()),
        )
        return await self._try_inputs(class_id, self.index.power.sort_inputs(drawn)[:count], budget)

    def _sample_members(self, class_id: str) -> list[str]:
        members = list(self.index.iter_members(class_id))
        return [members[0], *members[1:][1 - _MEMBERS :]]

    async def _ask_for_difference(self, class_id: str) -> int | None:
        """Ask for inputs that distinguish the program from the first class that it would join."""
        if self.ask is None:
            return None
        ask, self.ask = self.ask, None
        given = await ask(self.program, self.index.get_representative(class_id))
        return await self._try_inputs(class_id, given[:_ASKED], self.runs + 2 * _ASKED)

    def _find_known_difference(self, class_id: str) -> int | None:
        seen = self.index.get_outputs(class_id)
        differ = [n for n, label in self.outputs.items() if _are_different(label, seen.get(n))]
        splits = self.index.power.splits
        return max(differ, key=lambda n: splits[self.index.get_input_sha(n)], default=None)

    def _load_best_inputs(self) -> list[NamedInput]:
        power = self.index.power
        # An input with a single split may have been generated for those two programs.
        shas = [sha for sha in power.list_best_inputs() if power.splits[sha] >= _PROVEN]
        untried = [sha for sha in shas if self.index.number_input(sha) not in self.outputs]
        return [self.runner.load_input(sha) for sha in untried[: self.budget]]

    def _is_budget_spent(self, budget: int) -> bool:
        unknown = sum(label is None for label in self.outputs.values())
        return self.runs >= budget or unknown >= _UNKNOWNS

    async def _try_inputs(
        self, class_id: str, items: Sequence[NamedInput], budget: int
    ) -> int | None:
        """Try inputs on the program and a class's representative, until they differ.

        Args:
            class_id: The class.
            items: Inputs, in the order in which to try them.
            budget: Total of the program's runs at which to stop.
        """
        waiting = {self._number_input(item): item for item in items}
        untried = waiting.keys() - self.outputs.keys()
        while not self._is_budget_spent(budget):
            waiting = {n: item for n, item in waiting.items() if n not in self.outputs}
            chunk = self._take_affordable(class_id, waiting, budget)
            if not chunk:
                break
            await self._run_on(chunk)
            if self.failed is not None:
                return None
            tried = {n: item for n, item in chunk.items() if n in self.outputs}
            await self._run_representative(class_id, tried)
            found = self._find_known_difference(class_id)
            if found is not None:
                self._record_splits(class_id, untried)
                return found
        return None

    def _take_affordable(
        self, class_id: str, waiting: dict[int, NamedInput], budget: int
    ) -> dict[int, NamedInput]:
        """Return the next few inputs within the budget."""
        seen = self.index.get_outputs(class_id)
        left = budget - self.runs
        chunk: dict[int, NamedInput] = {}
        for number, item in waiting.items():
            cost = 1 if number in seen else 2
            if cost <= left and len(chunk) < _BATCH_SIZE:
                left -= cost
                chunk[number] = item
        return chunk

    async def _run_representative(self, class_id: str, items: dict[int, NamedInput]) -> None:
        """Run a class's representative on the inputs that it was not run on yet."""
        seen = self.index.get_outputs(class_id)
        fresh = {n: i for n, i in items.items() if n not in seen and self.outputs[n] is not None}
        representative = self.index.get_representative(class_id)
        while fresh:
            outcomes = await self.runner.run(representative, list(fresh.values()))
            self.runs += len(outcomes)
            labels = {n: o.label for n, o in zip(fresh, outcomes, strict=False)}
            self.index.record_outputs(class_id, labels)
            # A failure ends a series: it counts as one more output, the rest is run again.
            fresh = {n: i for n, i in fresh.items() if n not in labels}

    def _record_splits(self, class_id: str, chosen: Set[int]) -> None:
        """Count which of the chosen inputs distinguished the two programs."""
        seen = self.index.get_outputs(class_id)
        for number, item in self.items.items():
            mine, other = self.outputs[number], seen.get(number)
            if number not in chosen:
                continue
            if mine is not None and other is not None:
                self.index.power.record_trial(item.name, separated=mine != other)

    async def _split_class(self, tree_node: str, class_id: str, number: int) -> None:
        """Split a class by one input: its leaf becomes an inner node."""
        item = self.items[number]
        labels = {}
        for member in list(self.index.iter_members(class_id)):
            if number not in self.index.get_compared_inputs(member):
                (outcome,) = await self.runner.run(member, [item])
                self.runs += 1
                labels[member] = outcome.label
        self.runner.store_input(self.index.get_input_sha(number), item)
        self.index.power.record_split(self.index.get_input_sha(number), item.name)
        moved = self.index.split_class(tree_node, number, labels)
        self.moved += [member for member in moved if member not in self.moved]
        self.index.add_child(tree_node, self.outputs[number] or "")


async def split_by_inputs(
    index: ClassIndex, program: str, runner: ClassRunner, inputs: Sequence[NamedInput]
) -> list[str]:
    """Run all members of a program's class on inputs, and split it where their outputs differ.

    A member whose output is unknown stays where it is.

    Returns:
        The programs that are in another class now.
    """
    moved: list[str] = []
    for item in inputs:
        class_id = index.get_class(program)
        sha = digest(item.data)
        number = index.number_input(sha)
        representative, *members = index.iter_members(class_id)
        if number not in index.get_outputs(class_id):
            [outcome] = await runner.run(representative, [item])
            index.record_outputs(class_id, {number: outcome.label})
        stays = index.get_outputs(class_id)[number]
        if stays is None:
            continue
        labels: dict[str, str | None] = {}
        for member in members:
            if number not in index.get_compared_inputs(member):
                [outcome] = await runner.run(member, [item])
                labels[member] = outcome.label
        if any(_are_different(label, stays) for label in labels.values()):
            runner.store_input(sha, item)
            index.power.record_split(sha, item.name)
            moved += index.split_class(index.get_leaf(class_id), number, labels)
        else:
            index.record_equal(number, [it for it, label in labels.items() if label == stays])
    return list(dict.fromkeys(moved))


def _are_different(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one != other
