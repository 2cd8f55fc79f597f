"""The pairs of run folders as training data: selected, split, and each with what its rows need.

Only the exported files of the runs are read. Of each pair a few columns stay in memory, the rest is
read again when its rows are written: a run of any size is exported in little memory.
"""

import hashlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from operator import eq, ge, gt, le, lt, ne
from pathlib import Path
from typing import Any, BinaryIO, get_origin

from networkx.utils import UnionFind
from pydantic import TypeAdapter, ValidationError

from pieforge import earlier_schemas
from pieforge.agents.fences import format_block
from pieforge.agents.optimizer import OptimizerTask
from pieforge.agents.prompts import render
from pieforge.agents.replies import LanguageNames
from pieforge.errors import UserInputError
from pieforge.graphs.language_names import name_language
from pieforge.plugins import choose, suggest
from pieforge.records import FrozenModel, RejectReason
from pieforge.rows import CallRow, Content, Pair, PairTests, ProblemRow, ProgramRow, Reject
from pieforge.sandbox.languages import discover_languages
from pieforge.stored_rows import (
    find_pairs,
    iter_lines,
    iter_rows,
    iter_stored_rows,
    parse_pair,
    require_pair,
)

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    ">=": ge,
    "<=": le,
    "!=": ne,
    "=": eq,
    ">": gt,
    "<": lt,
}
_CONDITION = re.compile(rf"\s*(\w+)\s*({'|'.join(_OPERATORS)})\s*(.*?)\s*", re.DOTALL)
_JUDGING_STAGES = frozenset({"check_outputs", "measure", "stress", "sanitize", "confirm"})
"""Stages that refuse a candidate for what it does, not for how the answer was written."""


class Joined(FrozenModel):
    """What other files of the run say about a pair; columns for conditions."""

    run: str
    """Name of the run folder."""
    license: str
    """Of the problem package."""
    author_model: str
    """Model that wrote the slow program; empty where the run does not say."""
    optimizer_model: str
    """Model that wrote the fast program."""


@dataclass(frozen=True)
class Lesson:
    """One pair with what training rows need.

    Attributes:
        pair: The row.
        joined: What other files say about it.
        title: The problem's title.
        statement: The problem's statement, which defines the input format of both programs.
        license_name: The license in the problem package's words.
        prompt: What the optimizer is asked, without examples, as in the loop.
        rejects: Judged programs that were to replace its slow program and were refused.
        names: Its language in prompts.
        read_tests: Returns input and output of each test of the pair, by name; none for a run of an
            earlier row schema version.
    """

    pair: Pair
    joined: Joined
    title: str
    statement: str
    license_name: str
    prompt: str
    rejects: tuple[Reject, ...]
    names: LanguageNames
    read_tests: Callable[[], Mapping[str, tuple[bytes, bytes]]]

    @property
    def answer(self) -> str:
        """The answer that was wanted: the fast program."""
        return self.format_answer(self.pair.tgt_code)

    @property
    def bad_rejects(self) -> tuple[Reject, ...]:
        """The rejects that are wrong, too slow or not allowed."""
        return tuple(it for it in self.rejects if it.reason is not RejectReason.NOT_THE_FASTEST)

    def format_answer(self, code: str) -> str:
        """Return a program as the prompt asks for it."""
        return format_block(code, self.names.fence)


@dataclass(frozen=True)
class Criterion:
    """A condition on a column, such as `speedup>=10`."""

    column: str
    operator: str
    value: Any

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Return whether a pair's columns fulfill it."""
        found = values[self.column]
        return bool(_OPERATORS[self.operator](found, self.value))


@dataclass(frozen=True)
class Selection:
    """Which pairs are exported, and to which file each goes.

    Attributes:
        conditions: All of them hold.
        most: At most so many pairs, the fastest first, by column, for each value of it.
        weights: Shares of the splits by name.
        seed: Of the order of pairs, and of the division into splits.
        with_surplus: Whether pairs count that are surplus in their edit cluster.
        tag_speed: Whether prompts ask for a score from 1 to 10, as PIE's do.
    """

    conditions: tuple[Criterion, ...] = ()
    most: Mapping[str, int] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=lambda: {"train": 1.0})
    seed: int = 0
    with_surplus: bool = False
    tag_speed: bool = False


def parse_condition(text: str, columns: Mapping[str, Any] | None = None) -> Criterion:
    """Return the condition that a text such as `language=cpp17` states.

    Args:
        text: The condition.
        columns: Types of the columns that it may name; by default those of pairs.

    Raises:
        UserInputError: It is no condition, there is no such column, or the value is of another
            type than the column.
    """
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise UserInputError(
            f"{text!r} is no condition", where="--where", fix="write COLUMN>=VALUE, with = or !="
        )
    column, operator, value = match.groups()
    kind = find_column(column, "--where", columns)
    if operator not in {"=", "!="} and kind not in {int, float}:
        raise UserInputError(
            f"{column} is no number", where=f"--where {text}", fix="compare it with = or !="
        )
    try:
        # Lax for numbers, so that "10" is 10.
        found = TypeAdapter(kind).validate_strings(value)
    except ValidationError as error:
        raise UserInputError(
            f"{value!r} is no value of {column}: {error.errors()[0]['msg']}",
            where=f"--where {text}",
            fix="docs/reference/columns.md has the values of every column",
        ) from error
    return Criterion(column, operator, found)


def find_column(name: str, where: str, columns: Mapping[str, Any] | None = None) -> Any:  # noqa: ANN401  a type
    """Return the type of a column that conditions may name.

    Raises:
        UserInputError: There is none.
    """
    if columns is None:
        columns = {key: it.annotation for key, it in Pair.model_fields.items()}
        columns |= {key: it.annotation for key, it in Joined.model_fields.items()}
    scalar = {key: kind for key, kind in columns.items() if get_origin(kind) is not tuple}
    scalar.pop("speedup_estimate", None)
    if name not in scalar:
        raise UserInputError(
            f"there is no column {name!r} to select by",
            where=where,
            fix=f"{suggest(name, scalar)}docs/reference/exports.md lists the columns",
        )
    return scalar[name]


@dataclass(frozen=True, slots=True)
class _PairEntry:
    """What stays in memory of a pair: where it is, and what selects and divides."""

    run: int
    offset: int
    number: int
    record_id: str
    speedup: float
    most: tuple[str, ...]


class _Run:
    """The exported files of one run folder, opened to look rows up."""

    def __init__(self, folder: Path) -> None:
        self.path = find_pairs(folder)
        self.folder = self.path.parent
        self.name = self.folder.resolve().name
        self._files: dict[str, BinaryIO] = {}
        first = next(iter_stored_rows(self.path), None)
        # Of a run of an earlier schema version, only pairs can be read.
        self._is_old = first is not None and (
            first.values.get("schema_version") in earlier_schemas.VERSIONS
        )
        self.problems = {row.problem_id: row for _, row in self._iter("problems", ProblemRow)}
        models = {row.call_id: row.model for _, row in self._iter("calls", CallRow)}
        self._models: dict[str, str] = {}
        """Model that wrote a program, by its id."""
        for _, row in self._iter("programs", ProgramRow):
            if row.call_id in models:
                self._models[row.program_id] = models[row.call_id]
        self._rejects: dict[str, list[int]] = {}
        for offset, reject in self._iter("rejects", Reject):
            # Where a simulator gave up, nothing is known of the candidate.
            judged = reject.reason is not RejectReason.SIMULATOR_LIMIT
            judged = judged and reject.stage in _JUDGING_STAGES
            if reject.code and reject.for_program_id and judged:
                self._rejects.setdefault(reject.for_program_id, []).append(offset)

    def _iter(self, name: str, model: type[Any]) -> Iterator[tuple[int, Any]]:
        return iter(()) if self._is_old else iter_rows(self.folder / f"{name}.jsonl", model)

    def join(self, pair: Pair) -> Joined:
        problem = self.problems.get(pair.problem_id)
        return Joined(
            run=self.name,
            license=problem.license if problem else "",
            author_model=self._models.get(pair.src_id, ""),
            optimizer_model=self._models.get(pair.tgt_id, ""),
        )

    def read_pair(self, entry: _PairEntry) -> Pair:
        return require_pair(
            parse_pair(entry.number, self._read(self.path, entry.offset)), self.path
        )

    def read_rejects(self, program_id: str) -> tuple[Reject, ...]:
        path = self.folder / "rejects.jsonl"
        return tuple(
            Reject.model_validate_json(self._read(path, offset))
            for offset in self._rejects.get(program_id, ())
        )

    def read_tests(self, record_id: str) -> dict[str, tuple[bytes, bytes]]:
        if record_id not in self._tests:
            return {}
        line = self._read(self.folder / "tests.jsonl", self._tests[record_id])
        return {
            it.test: (self._read_content(it.input), self._read_content(it.output))
            for it in PairTests.model_validate_json(line).tests
        }

    @cached_property
    def _tests(self) -> dict[str, int]:
        return {row.record_id: offset for offset, row in self._iter("tests", PairTests)}

    @cached_property
    def _contents(self) -> dict[str, int]:
        return {row.content_id: offset for offset, row in self._iter("contents", Content)}

    def _read_content(self, name: str) -> bytes:
        line = self._read(self.folder / "contents.jsonl", self._contents[name])
        return Content.model_validate_json(line).decode()

    def _read(self, path: Path, offset: int) -> bytes:
        if path.name not in self._files:
            self._files[path.name] = path.open("rb")
        stream = self._files[path.name]
        stream.seek(offset)
        return stream.readline()

    def close(self) -> None:
        while self._files:
            self._files.popitem()[1].close()


class DataSet:
    """The selected pairs of some run folders, divided into splits.

    Attributes:
        selection: What was asked for.
        splits: Names of the splits, in order.
        left_out: Number of pairs that are not exported, by reason.
    """

    def __init__(self, folders: Sequence[Path], selection: Selection) -> None:
        """Read the runs' files once.

        Raises:
            RunFolderError: A folder is no run that has exported its files, or a line is no row.
            UserInputError: No pair is left, or there are fewer groups of pairs than splits.
        """
        self.selection = selection
        self.splits = tuple(selection.weights)
        self.left_out: Counter[str] = Counter()
        self._relatives: UnionFind[str] = UnionFind()
        self._runs = [_Run(folder) for folder in folders]
        entries = self._cap(list(self._iter_entries()))
        if not entries:
            why = ", ".join(f"{count} by {name}" for name, count in self.left_out.items())
            raise UserInputError(
                f"no pair is left to export{f': {why}' if why else ''}",
                where=", ".join(map(str, folders)),
                fix="choose other conditions",
            )
        self._entries = self._divide(entries)

    def close(self) -> None:
        """Close the runs' files."""
        for run in self._runs:
            run.close()

    def __len__(self) -> int:
        """Return the number of selected pairs."""
        return sum(map(len, self._entries.values()))

    @cached_property
    def sources(self) -> list[dict[str, str]]:
        """The name of each run folder and the SHA-256 of its pairs.jsonl."""
        found = []
        for run in self._runs:
            with run.path.open("rb") as stream:
                found.append(
                    {
                        "run": run.name,
                        "pairs_sha256": hashlib.file_digest(stream, "sha256").hexdigest(),
                    }
                )
        return found

    @property
    def problems(self) -> list[ProblemRow]:
        """The problems of all runs, sorted."""
        found = {name: it for run in self._runs for name, it in run.problems.items()}
        return [found[name] for name in sorted(found)]

    def iter_lessons(self, split: str) -> Iterator[Lesson]:
        """Yield the pairs of a split in a shuffled order that the seed determines."""
        languages = discover_languages()
        for entry in self._entries[split]:
            run = self._runs[entry.run]
            pair = run.read_pair(entry)
            names = name_language(choose("language", pair.language, languages))
            problem = run.problems.get(pair.problem_id)
            task = OptimizerTask(program=pair.src_code, language=names)
            template, values = "optimizer.md.j2", dict(task)
            if self.selection.tag_speed:
                template = "best_score.md.j2"
                values["score"] = pair.target_reward_updated_pct_bin
            yield Lesson(
                pair=pair,
                joined=run.join(pair),
                title=problem.title if problem else pair.problem_id,
                statement=problem.statement if problem else "",
                license_name=problem.license_name if problem else "unknown",
                prompt=render(template, values),
                rejects=run.read_rejects(pair.src_id),
                names=names,
                read_tests=partial(run.read_tests, pair.record_id),
            )

    def _iter_entries(self) -> Iterator[_PairEntry]:
        seen: set[str] = set()
        for index, run in enumerate(self._runs):
            for number, (offset, line) in enumerate(iter_lines(run.path), 1):
                pair = require_pair(parse_pair(number, line), run.path)
                values = dict(pair) | dict(run.join(pair))
                failed = next(
                    (it for it in self.selection.conditions if not it.holds(values)), None
                )
                if pair.record_id in seen:
                    self.left_out["being in an earlier run, too"] += 1
                elif pair.surplus and not self.selection.with_surplus:
                    self.left_out["being surplus"] += 1
                elif failed is not None:
                    self.left_out[f"not {failed.column}{failed.operator}{failed.value}"] += 1
                else:
                    seen.add(pair.record_id)
                    self._relatives.union(pair.record_id, *_list_relatives(pair))
                    yield _PairEntry(
                        run=index,
                        offset=offset,
                        number=number,
                        record_id=pair.record_id,
                        speedup=pair.speedup,
                        most=tuple(f"{key}={values[key]}" for key in self.selection.most),
                    )

    def _cap(self, entries: list[_PairEntry]) -> list[_PairEntry]:
        """Return at most so many entries for each value of a column, the fastest first."""
        limits = list(self.selection.most.items())
        counts: Counter[str] = Counter()
        kept = []
        for entry in sorted(entries, key=lambda it: (-it.speedup, it.record_id)):
            full = [key for at, key in enumerate(entry.most) if counts[key] >= limits[at][1]]
            if full:
                column = full[0].partition("=")[0]
                self.left_out[f"at most {dict(limits)[column]} for each {column}"] += 1
                continue
            counts.update(entry.most)
            kept.append(entry)
        return kept

    def _divide(self, entries: list[_PairEntry]) -> dict[str, list[_PairEntry]]:
        """Divide entries so that related ones are in one split.

        The largest group goes first, each to the split that has least of its share.
        """
        generator = random.Random(self.selection.seed)  # noqa: S311
        entries = sorted(entries, key=lambda it: it.record_id)
        by_root: dict[str, list[_PairEntry]] = {}
        for entry in entries:
            by_root.setdefault(self._relatives[entry.record_id], []).append(entry)
        # Roots depend on the order of the rows, the groups do not.
        groups = list(by_root.values())
        if len(groups) < len(self.splits):
            raise UserInputError(
                f"there are {len(self.splits)} splits, and {len(groups)} of the groups of pairs"
                " that share problems, classes or ancestors",
                where="--split",
                fix="ask for fewer splits, or export more runs at once",
            )
        generator.shuffle(groups)
        groups.sort(key=len, reverse=True)
        weights = self.selection.weights
        found: dict[str, list[_PairEntry]] = {name: [] for name in self.splits}
        for at, group in enumerate(groups):
            # Every split gets a group, however small its share.
            empty = [name for name in self.splits if not found[name]]
            names = empty if len(empty) >= len(groups) - at else self.splits
            least = min(names, key=lambda name: (len(found[name]) + len(group)) / weights[name])
            found[least] += group
        for each in found.values():
            generator.shuffle(each)
        return found


def _list_relatives(pair: Pair) -> tuple[str, ...]:
    """Return what a pair shares with related ones: problem, class, programs that it came from."""
    ids = (pair.src_id, pair.tgt_id, *pair.parent_ids[:1], pair.base_slow_id, pair.base_fast_id)
    return tuple(filter(None, (f"problem {pair.problem_id}", f"class {pair.class_id}", *ids)))


def parse_weights(texts: Sequence[str]) -> dict[str, float]:
    """Return the shares of splits from texts such as `train=0.8`; one split `train` for none.

    Raises:
        UserInputError: A text is no name with a number above 0, or a name comes twice.
    """
    found: dict[str, float] = {}
    for text in texts:
        name, _, share = text.partition("=")
        match = re.fullmatch(r"[a-z][a-z0-9_]*", name)
        try:
            value = float(share)
        except ValueError:
            value = 0.0
        if match is None or name in found or not 0 < value < float("inf"):
            raise UserInputError(
                f"{text!r} is no split",
                where="--split",
                fix="write NAME=SHARE once for each split, such as train=0.8",
            )
        found[name] = value
    return found or {"train": 1.0}


def parse_limits(texts: Sequence[str]) -> dict[str, int]:
    """Return limits by column from texts such as `problem_id=4`.

    Raises:
        UserInputError: A text is no column with a number above 0.
    """
    found = {}
    for text in texts:
        column, _, number = text.partition("=")
        find_column(column, "--at-most")
        if not (number.isascii() and number.isdigit() and int(number)):
            raise UserInputError(
                f"{text!r} is no limit", where="--at-most", fix="write COLUMN=N with N from 1"
            )
        found[column] = int(number)
    return found
