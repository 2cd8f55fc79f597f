"""Classes of programs with equal outputs, as the leaves of decision trees over inputs.

One index holds the programs of one input format: one tree for each language, all in one networkx
graph. The graph's nodes are tree nodes, classes and programs. An inner tree node has an input to
run; an edge to a child carries the output that leads there. A leaf holds at most one class, a class
its members. Every member was run on every input of its path, so that two equivalent programs are
never in two classes. A member was also compared with the class's first member on further inputs: so
each is known to be "equal on k inputs", never "equivalent".

Nothing is run here; `refinement` finds a program's class.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import networkx as nx

from pieforge.equivalence.discriminating_inputs import SplitStatistics
from pieforge.records import digest


class ClassIndex:
    """The programs of one input format, by behavior.

    A class is named by the format, the language and its first member, which stays in it
    when it is split: a name, once given, is never taken by other programs.

    Attributes:
        format_id: Identity of the input format (the digest of what accepts an input).
        power: Which inputs have split classes so far.
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
        """Return the root of a language's tree."""
        tree_node = "t" + digest(self.format_id, language)[:24]
        self.graph.add_node(tree_node, kind="tree_node", language=language)
        return tree_node

    def get_split_input(self, tree_node: str) -> int | None:
        """Return the number of a tree node's input; None for a leaf."""
        return self._get_node(tree_node).get("input")

    def get_child(self, tree_node: str, label: str) -> str | None:
        """Return the child that an output leads to, if any program had that output."""
        following = self._get_child_name(tree_node, label)
        return following if following in self.graph else None

    def get_class_at(self, tree_node: str) -> str | None:
        """Return the class that a leaf holds."""
        return self._get_node(tree_node).get("class_id")

    def get_leaf(self, class_id: str) -> str:
        """Return the leaf that holds a class."""
        [tree_node] = self.graph.predecessors(class_id)
        return str(tree_node)

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
        (tree_node,) = self.graph.predecessors(self.get_class(program))
        return str(self._get_node(tree_node)["language"])

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
        """Return the outputs of a class's representative, by input."""
        seen: Mapping[int, str | None] = self._get_node(class_id)["seen"]
        return seen

    def mark(self, program: str, mark: str) -> None:
        """Mark a member, so that its class can list the marked ones."""
        self._get_node(self.get_class(program))["marks"][program] = mark

    def get_mark(self, program: str) -> str | None:
        """Return a member's mark."""
        marks: dict[str, str] = self._get_node(self.get_class(program))["marks"]
        return marks.get(program)

    def list_marked(self, class_id: str, mark: str) -> list[str]:
        """Return the members of a class that have a mark."""
        marks: dict[str, str] = self._get_node(class_id)["marks"]
        return [program for program, its_mark in marks.items() if its_mark == mark]

    def list_path_inputs(self, program: str) -> list[str]:
        """Return the digests of the inputs that lead to a program's class."""
        found: list[str] = []
        tree_nodes = list(self.graph.predecessors(self.get_class(program)))
        while tree_nodes := list(self.graph.predecessors(tree_nodes[0])):
            found.append(self.get_input_sha(self._get_node(tree_nodes[0])["input"]))
        return found[::-1]

    def get_split_name(self, class_id: str) -> str:
        """Return the name of the input that split a class from the nearest other one.

        Empty where a tree has only one class.
        """
        (tree_node,) = self.graph.predecessors(class_id)
        for before in self.graph.predecessors(tree_node):
            return self.power.names[self.get_input_sha(self._get_node(before)["input"])]
        return ""

    def record_outputs(self, class_id: str, outputs: Mapping[int, str | None]) -> None:
        """Add outputs of a class's representative."""
        self._get_node(class_id)["seen"].update(outputs)

    def add_child(self, tree_node: str, label: str) -> str:
        """Return the child for an output; add it where there is none."""
        following = self._get_child_name(tree_node, label)
        if following not in self.graph:
            self.graph.add_node(
                following, kind="tree_node", language=self._get_node(tree_node)["language"]
            )
            self.graph.add_edge(tree_node, following, output=label)
        return following

    def create_class(self, tree_node: str, program: str, outputs: Mapping[int, str | None]) -> str:
        """Make a program the first member of a new class; return the class."""
        node = self._get_node(tree_node)
        class_id = "c" + digest(self.format_id, node["language"], program)[:16]
        node["class_id"] = class_id
        self.graph.add_node(class_id, kind="class", seen=dict(outputs), marks={}, next_rank=1)
        self.graph.add_edge(tree_node, class_id)
        return self.join_class(class_id, program, outputs)

    def join_class(self, class_id: str, program: str, outputs: Mapping[int, str | None]) -> str:
        """Put a program into a class whose representative gave the same outputs."""
        seen = self.get_outputs(class_id)
        compared = [n for n, label in outputs.items() if label is not None and seen.get(n) == label]
        self.graph.add_node(program, kind="program", class_id=class_id, compared=compared)
        # Ranks are never given twice, also after members have moved to another class.
        rank = self._get_node(class_id)["next_rank"]
        self._get_node(class_id)["next_rank"] = rank + 1
        self.graph.add_edge(class_id, program, rank=rank)
        return class_id

    def split_class(
        self, tree_node: str, number: int, labels: Mapping[str, str | None]
    ) -> list[str]:
        """Split the class at a leaf by its members' outputs on one input.

        The representative keeps its class; so do the members whose output is unknown.

        Args:
            tree_node: The leaf of the class.
            number: The input.
            labels: Outputs on it of the members that were not compared on it before.

        Returns:
            The members that are in another class now, first come first.
        """
        node = self._get_node(tree_node)
        class_id = node.pop("class_id")
        node["input"] = number
        stays = self.get_outputs(class_id)[number]
        if stays is None:
            raise ValueError(f"{class_id} cannot be split where its first member is unknown")
        # The leaf becomes an inner node; its class moves to the child for its own output.
        self.graph.remove_edge(tree_node, class_id)
        kept = self.add_child(tree_node, stays)
        self._get_node(kept)["class_id"] = class_id
        self.graph.add_edge(kept, class_id)
        moved = [m for m, label in labels.items() if label not in (None, stays)]
        self.record_equal(number, [member for member, label in labels.items() if label == stays])
        for member in moved:
            self._move_members(
                class_id, member, self.add_child(tree_node, labels[member] or ""), number, labels
            )
        return moved

    def record_equal(self, number: int, members: Iterable[str]) -> None:
        """Note that members have their representative's output on an input."""
        for member in members:
            self._get_node(member)["compared"].append(number)

    def _move_members(
        self,
        class_id: str,
        member: str,
        tree_node: str,
        number: int,
        labels: Mapping[str, str | None],
    ) -> None:
        known = self.get_outputs(class_id)
        outputs = {other: known[other] for other in self.get_compared_inputs(member)}
        outputs[number] = labels[member]
        self.graph.remove_edge(class_id, member)
        mark = self._get_node(class_id)["marks"].pop(member, None)
        there = self.get_class_at(tree_node)
        if there is None:
            self.create_class(tree_node, member, outputs)
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
                # JSON has string keys only.
                node["seen"] = {int(number): label for number, label in node["seen"].items()}
        return index

    def _get_child_name(self, tree_node: str, label: str) -> str:
        return "t" + digest(tree_node, label)[:24]

    def _get_node(self, name: str) -> dict[str, Any]:
        return self.graph.nodes[name]


def has_constant_output(outputs: Collection[str | None]) -> bool:
    """Say whether a program gave one and the same output on two or more inputs, all of them."""
    return len(outputs) > 1 and len(set(outputs)) == 1
