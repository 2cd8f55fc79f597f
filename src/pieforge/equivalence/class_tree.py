"""Classes of programs that behave alike, as the leaves of decision trees over inputs.

One index holds the programs of one input format, one tree for each language, all of them in
one networkx graph. Nodes are places of a tree, classes and programs. A place that programs
part at has an input to run; an edge to the next place carries the output that leads there.
Any other place holds at most one class, a class holds its members. Every member was run on
every input of its path, so that two programs which really behave alike are never in two
classes; and it was compared with the class's first member on further inputs, so "equal on k
inputs" is known of each, and never "equivalent".

Nothing is run here: see `refinement`, which finds a program's place.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import networkx as nx

from pieforge.equivalence.discriminating_inputs import SplitStatistics
from pieforge.records import digest


class ClassIndex:
    """The programs of one input format, by behaviour.

    A class is named by the format, the language and its first member, which stays in it
    when it is split: a name, once given, is never taken by other programs.

    Attributes:
        format_id: Identity of the input format (the digest of what accepts an input).
        power: Which inputs separated programs so far.
    """

    def __init__(self, format_id: str) -> None:
        self.format_id = format_id
        self.graph: nx.DiGraph[str] = nx.DiGraph()
        self.power = SplitStatistics()
        self._shas: list[str] = []
        self._numbers: dict[str, int] = {}

    def number_input(self, sha: str) -> int:
        """Return the number by which an input, given by its digest, is known here."""
        if sha not in self._numbers:
            self._numbers[sha] = len(self._shas)
            self._shas.append(sha)
        return self._numbers[sha]

    def get_input_sha(self, number: int) -> str:
        """Return the digest of a numbered input."""
        return self._shas[number]

    def get_root(self, language: str) -> str:
        """Return the first place of a language's tree."""
        place = "t" + digest(self.format_id, language)[:24]
        self.graph.add_node(place, kind="place", language=language)
        return place

    def get_split_input(self, place: str) -> int | None:
        """Return the number of the input that programs part at here; None where they do not."""
        return self._get_node(place).get("input")

    def get_child(self, place: str, label: str) -> str | None:
        """Return where an output leads to, if a program ever took that way."""
        following = self._get_child_name(place, label)
        return following if following in self.graph else None

    def get_class_at(self, place: str) -> str | None:
        """Return the class that a place holds."""
        return self._get_node(place).get("class_id")

    def get_class(self, program: str) -> str:
        """Return the class that a program is in.

        Raises:
            KeyError: It is not in the index.
        """
        return str(self._get_node(program)["class_id"])

    def list_programs(self) -> list[str]:
        """Return all programs, in the order in which they were placed."""
        return [name for name in self.graph if self._get_node(name)["kind"] == "program"]

    def get_language(self, program: str) -> str:
        """Return the language whose tree a program is in."""
        (place,) = self.graph.predecessors(self.get_class(program))
        return str(self._get_node(place)["language"])

    def iter_members(self, class_id: str) -> Iterator[str]:
        """Yield a class's members, first come first."""
        yield from self.graph.successors(class_id)

    def get_representative(self, class_id: str) -> str:
        """Return the first member: newcomers are compared with it alone."""
        return next(self.iter_members(class_id))

    def get_rank(self, program: str) -> int:
        """Return a member's place in its class: 1 for the first."""
        return int(self.graph.edges[self.get_class(program), program]["rank"])

    def count_equal_inputs(self, program: str) -> int:
        """Return on how many inputs a program and the first member of its class are equal."""
        return len(self.get_compared_inputs(program))

    def get_compared_inputs(self, program: str) -> Collection[int]:
        """Return those inputs, by number; for a first member those that it was run on."""
        node = self._get_node(program)
        if program == self.get_representative(node["class_id"]):
            seen = self.get_outputs(node["class_id"])
            return [number for number, label in seen.items() if label is not None]
        compared: Collection[int] = node["compared"]
        return compared

    def get_outputs(self, class_id: str) -> Mapping[int, str | None]:
        """Return what a class's representative did on each input that it was run on."""
        seen: Mapping[int, str | None] = self._get_node(class_id)["seen"]
        return seen

    def mark(self, program: str, mark: str) -> None:
        """Note something about a member that its class has to know without asking all."""
        self._get_node(self.get_class(program))["marks"][program] = mark

    def get_mark(self, program: str) -> str | None:
        """Return what was noted about a member."""
        marks: dict[str, str] = self._get_node(self.get_class(program))["marks"]
        return marks.get(program)

    def list_marked(self, class_id: str, mark: str) -> list[str]:
        """Return the members of a class that bear a mark."""
        marks: dict[str, str] = self._get_node(class_id)["marks"]
        return [program for program, its_mark in marks.items() if its_mark == mark]

    def list_path_inputs(self, program: str) -> list[str]:
        """Return the digests of the inputs that lead to a program's class."""
        found: list[str] = []
        places = list(self.graph.predecessors(self.get_class(program)))
        while places := list(self.graph.predecessors(places[0])):
            found.append(self.get_input_sha(self._get_node(places[0])["input"]))
        return found[::-1]

    def get_split_name(self, class_id: str) -> str:
        """Return the name of the input that set a class apart from its nearest neighbours.

        Empty where a tree has but one class.
        """
        (place,) = self.graph.predecessors(class_id)
        for before in self.graph.predecessors(place):
            return self.power.names[self.get_input_sha(self._get_node(before)["input"])]
        return ""

    def record_outputs(self, class_id: str, outputs: Mapping[int, str | None]) -> None:
        """Remember what a class's representative did."""
        self._get_node(class_id)["seen"].update(outputs)

    def add_child(self, place: str, label: str) -> str:
        """Lead an output to a place of its own, where it does not lead anywhere yet."""
        following = self._get_child_name(place, label)
        if following not in self.graph:
            self.graph.add_node(following, kind="place", language=self._get_node(place)["language"])
            self.graph.add_edge(place, following, output=label)
        return following

    def create_class(self, place: str, program: str, outputs: Mapping[int, str | None]) -> str:
        """Make a program the first member of a new class; return the class."""
        node = self._get_node(place)
        class_id = "c" + digest(self.format_id, node["language"], program)[:16]
        node["class_id"] = class_id
        self.graph.add_node(class_id, kind="class", seen=dict(outputs), marks={}, next_rank=1)
        self.graph.add_edge(place, class_id)
        return self.join_class(class_id, program, outputs)

    def join_class(self, class_id: str, program: str, outputs: Mapping[int, str | None]) -> str:
        """Put a program into a class whose representative gave the same outputs."""
        seen = self.get_outputs(class_id)
        compared = [n for n, label in outputs.items() if label is not None and seen.get(n) == label]
        self.graph.add_node(program, kind="program", class_id=class_id, compared=compared)
        rank = self._get_node(class_id)["next_rank"]
        self._get_node(class_id)["next_rank"] = rank + 1
        self.graph.add_edge(class_id, program, rank=rank)
        return class_id

    def split_class(self, place: str, number: int, labels: Mapping[str, str | None]) -> list[str]:
        """Part the members of the class at a place by their outputs on one input.

        The representative keeps its class; so do the members whose output is unknown.

        Args:
            place: Place of the class.
            number: The input.
            labels: What the members did on it that were not compared on it before.

        Returns:
            The members that are in another class now, first come first.
        """
        node = self._get_node(place)
        class_id = node.pop("class_id")
        node["input"] = number
        stays = self.get_outputs(class_id)[number]
        if stays is None:
            raise ValueError(f"{class_id} cannot be split where its first member is unknown")
        self.graph.remove_edge(place, class_id)
        kept = self.add_child(place, stays)
        self._get_node(kept)["class_id"] = class_id
        self.graph.add_edge(kept, class_id)
        moved = [m for m, label in labels.items() if label not in (None, stays)]
        for member, label in labels.items():
            if label == stays:
                self._get_node(member)["compared"].append(number)
        for member in moved:
            self._move_members(
                class_id, member, self.add_child(place, labels[member] or ""), number, labels
            )
        return moved

    def _move_members(
        self,
        class_id: str,
        member: str,
        place: str,
        number: int,
        labels: Mapping[str, str | None],
    ) -> None:
        known = self.get_outputs(class_id)
        outputs = {other: known[other] for other in self.get_compared_inputs(member)}
        outputs[number] = labels[member]
        self.graph.remove_edge(class_id, member)
        mark = self._get_node(class_id)["marks"].pop(member, None)
        there = self.get_class_at(place)
        if there is None:
            self.create_class(place, member, outputs)
        else:
            self.join_class(there, member, outputs)
        if mark is not None:
            self.mark(member, mark)

    def dump(self) -> dict[str, Any]:
        """Return everything as plain JSON types."""
        return {
            "format_id": self.format_id,
            "inputs": self._shas,
            "power": self.power.dump(),
            "graph": nx.node_link_data(self.graph, edges="edges"),
        }

    @classmethod
    def load(cls, kept: dict[str, Any]) -> "ClassIndex":
        """Return what `dump` gave, as it comes back from JSON."""
        index = cls(kept["format_id"])
        index.power = SplitStatistics.load(kept["power"])
        index._shas = list(kept["inputs"])
        index._numbers = {sha: number for number, sha in enumerate(index._shas)}
        index.graph.update(nx.node_link_graph(kept["graph"], edges="edges"))
        for _, node in index.graph.nodes(data=True):
            if node["kind"] == "class":
                # JSON has turned the numbers into words.
                node["seen"] = {int(number): label for number, label in node["seen"].items()}
        return index

    def _get_child_name(self, place: str, label: str) -> str:
        return "t" + digest(place, label)[:24]

    def _get_node(self, name: str) -> dict[str, Any]:
        return self.graph.nodes[name]


def has_constant_output(outputs: Collection[str | None]) -> bool:
    """Say whether a program gave one and the same output on two or more inputs, all of them."""
    return len(outputs) > 1 and len(set(outputs)) == 1
