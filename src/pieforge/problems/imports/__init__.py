"""Problems of other collections: one reader per kind of collection, which declares it as `IMPORT`.

A reader yields what it finds, one problem at a time, and runs nothing; what it cannot use is named.
`graphs/imported_problems.py` tests the claims and writes the packages.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pieforge.plugins import discover
from pieforge.problems import PackageLimits, SubmissionRole
from pieforge.records import FrozenModel

MAX_TESTS = 60
"""Tests of a problem that are used."""
MAX_TEST_BYTES = 8 << 20
"""Bytes of their inputs and answers together."""
MAX_PROGRAMS = 6
"""Programs of a problem that are used, of one role and suffix."""


class UnusedPart(FrozenModel):
    """A part of a problem that is not used."""

    part: str
    """`test`, `program`, `validator`, `statement` or `generator`."""
    name: str
    why: str
    """The reason, the same words for the same reason."""
    detail: str = ""


@dataclass(frozen=True)
class FoundTest:
    """A test; its answer is None where the collection has none.

    Attributes:
        name: Its name, unique in the problem.
        is_sample: Whether the statement shows it.
    """

    name: str
    input: bytes
    answer: bytes | None = None
    is_sample: bool = False


@dataclass(frozen=True)
class FoundProgram:
    """A program, with the role that the collection claims for it.

    Attributes:
        suffix: Stands for its language, as languages declare it.
        author: Who wrote it; empty if that is not known.
        time: When, in any unit that grows; None if that is not known.
        claimed_ms: CPU time by the collection's judge; None if that is not known.
    """

    name: str
    code: str
    suffix: str
    role: SubmissionRole
    author: str = ""
    time: float | None = None
    claimed_ms: float | None = None


@dataclass(frozen=True)
class FoundGenerator:
    """A program that writes an input when it reads a line of arguments.

    Attributes:
        lines: A line for each input that it is to make.
    """

    name: str
    code: str
    suffix: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class FoundProblem:
    """One problem of a collection.

    Attributes:
        source: Its place in the collection, unique there.
        name: Name for its package.
        files: Files of the package other than these, by path: validators.
        left_out: What the reader could not use.
        fault: Why the problem cannot be used at all; empty where it can.
    """

    source: str
    name: str = ""
    title: str = ""
    statement: str = ""
    license: str = "unknown"
    limits: PackageLimits = field(default_factory=PackageLimits)
    tests: tuple[FoundTest, ...] = ()
    programs: tuple[FoundProgram, ...] = ()
    generators: tuple[FoundGenerator, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    left_out: tuple[UnusedPart, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class ImportKind:
    """A kind of collection.

    Attributes:
        title: The collection, for people.
        layout: What is expected at its path.
        read: Yields the problems at a path; the same path gives the same ones in the same order.
            Raises `UserInputError` if nothing there is of this kind.
        read_submissions: Yields for some problems, named by their sources, all programs that are
            claimed to be right; None if the collection does not say who wrote them.
    """

    title: str
    layout: str
    read: Callable[[Path], Iterator[FoundProblem]]
    read_submissions: (
        Callable[[Path, Collection[str]], Iterator[tuple[str, list[FoundProgram]]]] | None
    ) = None


def discover_imports() -> Mapping[str, ImportKind]:
    """Return every kind that a module of this package declares, by name."""
    found = discover(__name__, "IMPORT", ImportKind)
    return {name.replace("_", "-"): kind for name, kind in found.items()}


def choose_programs(
    programs: Iterable[FoundProgram], left_out: list[UnusedPart]
) -> tuple[FoundProgram, ...]:
    """Return programs without repeated texts, up to `MAX_PROGRAMS` of a role and suffix."""
    seen: set[str] = set()
    counts: dict[tuple[SubmissionRole, str], int] = {}
    kept = []
    for program in programs:
        key = program.role, program.suffix
        if "".join(program.code.split()) in seen:
            left_out.append(UnusedPart(part="program", name=program.name, why="repeated"))
        elif counts.get(key, 0) == MAX_PROGRAMS:
            left_out.append(UnusedPart(part="program", name=program.name, why="more than are used"))
        else:
            counts[key] = counts.get(key, 0) + 1
            seen.add("".join(program.code.split()))
            kept.append(program)
    return tuple(kept)


def choose_tests(tests: Iterable[FoundTest], left_out: list[UnusedPart]) -> tuple[FoundTest, ...]:
    """Return tests, each input once, of all sizes, within the limits on number and bytes.

    Of an input with different answers none is used.
    """
    by_input: dict[bytes, FoundTest] = {}
    doubtful: set[bytes] = set()
    for test in tests:
        known = by_input.setdefault(test.input, test)
        if known is test:
            continue
        answers = {it.answer.strip() for it in (known, test) if it.answer is not None}
        why = "repeated"
        if len(answers) > 1:
            why = "its input has another answer, too"
            doubtful.add(test.input)
        elif known.answer is None:
            by_input[test.input] = test
        left_out.append(UnusedPart(part="test", name=test.name, why=why))
    usable = [test for data, test in by_input.items() if data not in doubtful]
    samples = [test for test in usable if test.is_sample]
    rest = sorted(
        (test for test in usable if not test.is_sample), key=lambda it: (len(it.input), it.input)
    )
    room = max(0, MAX_TESTS - len(samples))
    # Of every size, so that programs of different growth differ.
    spread = {round(at * (len(rest) - 1) / max(1, room - 1)) for at in range(room)} if rest else ()
    order = [*samples, *(rest[at] for at in sorted(spread))]
    kept: list[FoundTest] = []
    size = 0
    for test in order:
        bytes_of_it = len(test.input) + len(test.answer or b"")
        if len(kept) < MAX_TESTS and size + bytes_of_it <= MAX_TEST_BYTES:
            kept.append(test)
            size += bytes_of_it
    chosen = {id(test) for test in kept}
    left_out += [
        UnusedPart(part="test", name=test.name, why="more than are used")
        for test in usable
        if id(test) not in chosen
    ]
    return tuple(kept)
