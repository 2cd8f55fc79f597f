"""A corpus: problems, programs, classes, pairs, rejects and measurements of all runs that share it.

A run sees the corpus as it was when the run began, and adds to it when it ends. The class trees are
kept in versions, so that a resumed run reads the version that it began with; rows are only added.
Each row says which run added it, and which one judged it last.
"""

import asyncio
import json
import logging
import secrets
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from pieforge.corpus.database import Database, PostgresDatabase, SqliteDatabase
from pieforge.errors import CorpusError, DatabaseError
from pieforge.records import digest

CORPUS_VERSION = 1
"""Version of the tables; it changes when an older pieforge would misread them."""

RowKind = Literal["problem", "program", "pair", "reject", "sample"]
"""What a row is. A sample is a simulated run that a prediction of speedups is fitted on."""
ExcludedKind = Literal["problem", "class", "pair"]

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
    run TEXT PRIMARY KEY, name TEXT NOT NULL, saw BIGINT NOT NULL, added BIGINT,
    tools TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS nights (
    seed BIGINT, night BIGINT, name TEXT NOT NULL, PRIMARY KEY (seed, night));
CREATE TABLE IF NOT EXISTS rows (
    kind TEXT, id TEXT, problem_id TEXT NOT NULL, language TEXT NOT NULL, parent TEXT NOT NULL,
    run TEXT NOT NULL, judged_by TEXT NOT NULL, state BIGINT NOT NULL, stale TEXT NOT NULL,
    data TEXT NOT NULL, PRIMARY KEY (kind, id));
CREATE INDEX IF NOT EXISTS rows_by_problem ON rows (kind, problem_id);
CREATE INDEX IF NOT EXISTS rows_by_parent ON rows (kind, parent);
CREATE INDEX IF NOT EXISTS rows_by_judge ON rows (judged_by);
CREATE TABLE IF NOT EXISTS trees (
    format_id TEXT, state BIGINT, problems TEXT NOT NULL, first TEXT NOT NULL, tree BYTES NOT NULL,
    PRIMARY KEY (format_id, state));
CREATE TABLE IF NOT EXISTS inputs (sha TEXT PRIMARY KEY, name TEXT NOT NULL, data BYTES NOT NULL);
CREATE TABLE IF NOT EXISTS exclusions (
    kind TEXT, id TEXT, reason TEXT NOT NULL, PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS measurements (
    name TEXT PRIMARY KEY, sha TEXT NOT NULL, data BYTES NOT NULL, used BIGINT NOT NULL);
CREATE INDEX IF NOT EXISTS measurements_by_use ON measurements (used);
CREATE TABLE IF NOT EXISTS lock (id BIGINT PRIMARY KEY, owner TEXT NOT NULL, ends BIGINT NOT NULL)
"""

_COPIED = {
    "runs": ("run", "name", "saw", "added", "tools"),
    "nights": ("seed", "night", "name"),
    "exclusions": ("kind", "id", "reason"),
    "measurements": ("name", "sha", "data", "used"),
}
"""Columns of the tables that a merge takes over as they are."""

_LEASE_S = 120
"""A lock that its owner has not renewed for this long is free: the owner was killed."""
_RENEW_S = 20
_WAIT_S = 3600
"""How long a run waits for the lock before it gives up, to be resumed later."""
_NO_VERDICT = frozenset({"langgraph", "openai"})
"""Tools of a run without influence on any verdict."""
_CHUNK = 500
"""Values of one statement; SQLite takes at most 999 in old builds."""
_SPARE = 0.9
"""Share of the cache's limit that is filled after rows were removed."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class CorpusRow:
    """A row to add.

    Attributes:
        kind: What it is.
        row_id: Its id: of the problem, program, pair, reject or sample.
        data: Its columns.
        problem_id: Its problem.
        language: Its language.
        parent: A program's class, a pair's slow program, a problem's hash of its package, a
            sample's digest of the two simulators.
        found_by: The run that found it; by default the one that adds it.
        judged_by: The run that judged it last; by default the same.
        stale: Why it has to be judged again; empty if it does not.
    """

    kind: RowKind
    row_id: str
    data: Mapping[str, Any]
    problem_id: str = ""
    language: str = ""
    parent: str = ""
    found_by: str = ""
    judged_by: str = ""
    stale: str = ""


@dataclass(frozen=True)
class StoredTree:
    """The class tree of an input format.

    Attributes:
        problems: The problems that share the format.
        first: Digests of the inputs on which every program of the format is run first.
        tree: A `ClassIndex` as `dump` gives it.
        state: The state of the corpus that it was added in.
    """

    problems: Sequence[str]
    first: Sequence[str]
    tree: Mapping[str, Any]
    state: int = 0


@dataclass(frozen=True)
class Addition:
    """What a run adds.

    Attributes:
        rows: Rows; those that are there already stay as they are.
        trees: Class trees by format id, which replace those that are there.
        inputs: Inputs that they name, by digest: name and content.
        classes: Classes of programs, by program id.
    """

    rows: Iterable[CorpusRow] = ()
    trees: Mapping[str, StoredTree] = field(default_factory=dict)
    inputs: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)


class Corpus:
    """A corpus in a database.

    Args:
        database: The database.
        where: Its name in messages.
        cache_bytes: The most bytes of simulated runs that are kept.

    Raises:
        CorpusError: It is of another version.
        StorageError, DatabaseError: See `Database` (from any method).
    """

    def __init__(self, database: Database, where: str, cache_bytes: int = 1 << 30) -> None:
        self.database = database
        self.where = where
        with database.transaction():
            for statement in _TABLES.replace("BYTES", database.BYTES).split(";"):
                database.execute(statement)
            database.execute(
                "INSERT INTO meta VALUES ('version', ?), ('state', 0), ('identity', ?) "
                "ON CONFLICT DO NOTHING",
                *(CORPUS_VERSION, secrets.randbits(62)),
            )
        if (version := self._get_number("version")) != CORPUS_VERSION:
            database.close()
            raise CorpusError(
                f"the corpus has version {version}, this pieforge reads {CORPUS_VERSION}",
                where=where,
                fix="use the pieforge version that wrote it, or name another corpus",
            )
        self.measurements = MeasurementCache(database, cache_bytes)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def _get_number(self, name: str) -> int:
        [(value,)] = self.database.execute("SELECT value FROM meta WHERE name = ?", name)
        return int(value)

    @property
    def identity(self) -> int:
        """A number that no other corpus has, except for copies of its database."""
        return self._get_number("identity")

    def check_identity(self, expected: int) -> None:
        """Check that it is the corpus that a run began with.

        Raises:
            CorpusError: It is another one.
        """
        if self.identity != expected:
            raise CorpusError(
                "the run was begun with another corpus",
                where=self.where,
                fix="name that one in corpus.path or corpus.postgres, or start a new run",
            )

    @property
    def state(self) -> int:
        """Number of additions so far."""
        return self._get_number("state")

    def claim_night(self, seed: int, name: str) -> int:
        """Return the number of a new run among those with one seed, and take it.

        A run that was killed before it began gets the same number again.
        """
        with self.database.transaction():
            for (night,) in self.database.execute(
                "SELECT night FROM nights WHERE seed = ? AND name = ? "
                "AND name NOT IN (SELECT name FROM runs)",
                *(seed, name),
            ):
                return int(night)
            [(last,)] = self.database.execute(
                "SELECT COALESCE(MAX(night), 0) FROM nights WHERE seed = ?", seed
            )
            self.database.execute("INSERT INTO nights VALUES (?, ?, ?)", seed, last + 1, name)
        return int(last) + 1

    def begin_run(
        self, run: str, name: str, tools: Mapping[str, str], packages: Mapping[str, str]
    ) -> int:
        """Record a run that begins, and return the state that it sees.

        What other packages or tools have judged than the run's is marked as stale.

        Args:
            run: The run's id.
            name: Name of its folder.
            tools: Versions of its tools by name.
            packages: Hashes of its problem packages by problem id.
        """
        with self.database.transaction():
            state = self.state
            self.database.execute(
                "INSERT INTO runs VALUES (?, ?, ?, NULL, ?) "
                "ON CONFLICT (run) DO UPDATE SET saw = excluded.saw, tools = excluded.tools",
                *(run, name, state, json.dumps(dict(tools))),
            )
            self._mark_stale(tools, packages)
        return state

    def _mark_stale(self, tools: Mapping[str, str], packages: Mapping[str, str]) -> None:
        # Classes do not depend on it: another package's validators make another input format, and
        # what a program does on an input stays true.
        for problem_id, sha in packages.items():
            known = self.database.execute(
                "SELECT parent FROM rows WHERE kind = 'problem' AND id = ?", problem_id
            )
            if known and known[0][0] != sha:
                self.database.execute(
                    "UPDATE rows SET stale = ? WHERE kind IN ('pair', 'reject') "
                    "AND problem_id = ? AND stale = ''",
                    *(f"the package {problem_id} has changed", problem_id),
                )
                self.database.execute(
                    "UPDATE rows SET parent = ? WHERE kind = 'problem' AND id = ?", sha, problem_id
                )
        for run, listed in self.database.execute("SELECT run, tools FROM runs"):
            for name, version in json.loads(listed).items():
                if name in _NO_VERDICT or tools.get(name, version) == version:
                    continue
                # The names of a language's tools begin with its key.
                language = "".join(name.partition(mark)[0] for mark in "+@" if mark in name) or name
                only = language if self._has_language(language) else "%"
                self.database.execute(
                    "UPDATE rows SET stale = ? WHERE kind IN ('pair', 'reject') "
                    "AND judged_by = ? AND stale = '' AND language LIKE ?",
                    *(f"{name} was {version}, and is {tools[name]}", run, only),
                )

    def _has_language(self, name: str) -> bool:
        found = "SELECT 1 FROM rows WHERE kind = 'program' AND language = ? LIMIT 1"
        return bool(self.database.execute(found, name))

    def read_tree(self, format_id: str, state: int | None = None) -> StoredTree | None:
        """Return the class tree of a format as it was in a state; by default the present one.

        Raises:
            CorpusError: It cannot be read, or that version was removed.
        """
        found = self.database.execute(
            "SELECT state, problems, first, tree FROM trees WHERE format_id = ? "
            "AND state <= ? ORDER BY state DESC LIMIT 1",
            *(format_id, self.state if state is None else state),
        )
        if not found:
            return None
        at, problems, first, packed = found[0]
        try:
            tree = json.loads(zlib.decompress(bytes(packed)))
        except (ValueError, zlib.error) as error:
            raise CorpusError(
                f"the classes of the format {format_id} are damaged: {error}",
                where=self.where,
                fix="restore the corpus from a copy",
            ) from error
        return StoredTree(json.loads(problems), json.loads(first), tree, at)

    def list_formats(self) -> list[str]:
        """Return the formats that have a class tree."""
        return [it for (it,) in self.database.execute("SELECT DISTINCT format_id FROM trees")]

    def find_class(self, program_id: str) -> str | None:
        """Return the class that a program is in now; None if the corpus does not have it."""
        found = "SELECT parent FROM rows WHERE kind = 'program' AND id = ?"
        for (class_id,) in self.database.execute(found, program_id):
            return str(class_id)
        return None

    def get_row(self, kind: RowKind, row_id: str) -> dict[str, Any]:
        """Return a row's columns.

        Raises:
            CorpusError: There is none.
        """
        found = self.database.execute(
            "SELECT data FROM rows WHERE kind = ? AND id = ?", kind, row_id
        )
        if not found:
            raise CorpusError(
                f"the corpus has no {kind} {row_id!r}",
                where=self.where,
                fix=f"`pieforge corpus query {kind}` lists them",
            )
        return dict(json.loads(found[0][0]))

    def load_programs(self, names: Iterable[str]) -> Iterator[dict[str, Any]]:
        """Yield the columns of programs; those that are missing are left out."""
        wanted = list(names)
        for at in range(0, len(wanted), _CHUNK):
            some = wanted[at : at + _CHUNK]
            marks = ", ".join("?" * len(some))
            for (data,) in self.database.execute(
                f"SELECT data FROM rows WHERE kind = 'program' AND id IN ({marks})",  # noqa: S608
                *some,
            ):
                yield json.loads(data)

    def load_input(self, sha: str) -> tuple[str, bytes]:
        """Return an input's name and content.

        Raises:
            CorpusError: It is missing, or its content has another digest.
        """
        for name, data in self.database.execute("SELECT name, data FROM inputs WHERE sha = ?", sha):
            if digest(bytes(data)) == sha:
                return str(name), bytes(data)
        raise CorpusError(
            f"the input {sha} is missing or damaged",
            where=self.where,
            fix="restore the corpus from a copy",
        )

    def iter_rows(
        self,
        kind: RowKind,
        *,
        problem_id: str = "",
        parent: str = "",
        state: int | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield rows of a kind, sorted by id, each with what the corpus says about it.

        Args:
            kind: The kind.
            problem_id: Only those of this problem.
            parent: Only those of this parent; see `CorpusRow`.
            state: Only those that were there in this state.

        Yields:
            `id`, `found_by` (name of the run that added it), `stale` (why it has to be judged
            again, or empty), `excluded` (why, or empty), `class_id`, and the columns as `data`.
        """
        rows = self.database.execute(
            "SELECT rows.id, COALESCE(slow.parent, rows.parent), runs.name, rows.stale, rows.data, "
            "COALESCE(e.reason, c.reason, p.reason, '') FROM rows "
            "LEFT JOIN runs ON runs.run = rows.run "
            "LEFT JOIN rows slow ON rows.kind = 'pair' AND slow.kind = 'program' "
            "AND slow.id = rows.parent "
            "LEFT JOIN exclusions e ON e.kind = rows.kind AND e.id = rows.id "
            "LEFT JOIN exclusions c ON c.kind = 'class' "
            "AND c.id = COALESCE(slow.parent, rows.parent) "
            "LEFT JOIN exclusions p ON p.kind = 'problem' AND p.id = rows.problem_id "
            "WHERE rows.kind = ? AND rows.state <= ? AND (? = '' OR rows.parent = ?) "
            "AND (? = '' OR rows.problem_id = ?) ORDER BY rows.id",
            *(kind, self.state if state is None else state),
            *(parent, parent, problem_id, problem_id),
        )
        for row_id, class_id, run, stale, data, reason in rows:
            yield {
                "id": row_id,
                "class_id": class_id if kind in {"program", "pair"} else "",
                "found_by": run or "",
                "stale": stale,
                "excluded": reason,
                "data": json.loads(data),
            }

    def exclude(self, kind: ExcludedKind, name: str, reason: str) -> None:
        """Exclude a problem, a class or a pair by hand, or, without a reason, include it again.

        Raises:
            CorpusError: The corpus has none with that name.
        """
        if kind == "class":
            known = self.database.execute(
                "SELECT 1 FROM rows WHERE kind = 'program' AND parent = ? LIMIT 1", name
            )
            if not known:
                raise CorpusError(
                    f"the corpus has no class {name!r}",
                    where=self.where,
                    fix="`pieforge corpus query program` names the class of each program",
                )
        else:
            self.get_row(kind, name)
        with self.database.transaction():
            self.database.execute("DELETE FROM exclusions WHERE kind = ? AND id = ?", kind, name)
            if reason:
                self.database.execute("INSERT INTO exclusions VALUES (?, ?, ?)", kind, name, reason)

    def get_exclusions(self) -> dict[ExcludedKind, dict[str, str]]:
        """Return the reasons of what is excluded, by kind and name."""
        found: dict[ExcludedKind, dict[str, str]] = {kind: {} for kind in get_args(ExcludedKind)}
        for kind, name, reason in self.database.execute("SELECT kind, id, reason FROM exclusions"):
            found[kind][name] = reason
        return found

    def add(self, run: str, owner: str, addition: Addition) -> dict[str, int]:
        """Add what a run found, as a whole or not at all; return the number of new rows by kind.

        Args:
            run: The run's id.
            owner: Who holds the lock (`hold_lock`).
            addition: What it found.

        Raises:
            DatabaseError: The lock is not the owner's any more.
        """
        database = self.database
        with database.transaction():
            held = database.execute("SELECT 1 FROM lock WHERE owner = ?", owner)
            if not held:
                raise DatabaseError(
                    "the lock on the corpus was lost to another process",
                    where=self.where,
                    fix="try again: pieforge run --resume RUN",
                )
            before = self.count_rows()
            state = self.state + 1
            database.execute("UPDATE meta SET value = ? WHERE name = 'state'", state)
            database.execute_many(
                "INSERT INTO rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [
                    (
                        *(it.kind, it.row_id, it.problem_id, it.language, it.parent),
                        *(it.found_by or run, it.judged_by or run, state, it.stale),
                        json.dumps(it.data, sort_keys=True),
                    )
                    for it in addition.rows
                ],
            )
            database.execute_many(
                "INSERT INTO inputs VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                [(sha, *item) for sha, item in addition.inputs.items()],
            )
            database.execute_many(
                "INSERT INTO trees VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        *(name, state, json.dumps(list(it.problems)), json.dumps(list(it.first))),
                        zlib.compress(json.dumps(it.tree).encode(), 1),
                    )
                    for name, it in addition.trees.items()
                ],
            )
            self._set_classes(addition.classes)
            database.execute("UPDATE runs SET added = ? WHERE run = ?", state, run)
            after = self.count_rows()
        return {kind: after[kind] - before[kind] for kind in after}

    def _set_classes(self, classes: Mapping[str, str]) -> None:
        self.database.execute_many(
            "UPDATE rows SET parent = ? WHERE kind = 'program' AND id = ? AND parent <> ?",
            [(class_id, name, class_id) for name, class_id in classes.items()],
        )

    def count_rows(self) -> dict[str, int]:
        """Return the number of rows by kind."""
        counted = "SELECT kind, COUNT(*) FROM rows GROUP BY kind"
        return dict.fromkeys(get_args(RowKind), 0) | dict(self.database.execute(counted))

    def iter_corpus_rows(self) -> Iterator[CorpusRow]:
        """Yield all rows as they can be added to another corpus."""
        for kind, name, data, *rest in self.database.execute(
            "SELECT kind, id, data, problem_id, language, parent, run, judged_by, stale FROM rows"
        ):
            yield CorpusRow(kind, name, json.loads(data), *rest)

    def copy_from(self, other: "Corpus") -> None:
        """Take over another corpus's runs, nights, exclusions and measurements."""
        with self.database.transaction():
            for table, columns in _COPIED.items():
                names = ", ".join(columns)
                rows = other.database.execute(f"SELECT {names} FROM {table}")  # noqa: S608
                marks = ", ".join("?" * len(columns))
                self.database.execute_many(
                    f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING",  # noqa: S608
                    rows,
                )

    def iter_stale_pairs(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield the id and the columns of each stale pair, sorted by id."""
        for row_id, data in self.database.execute(
            "SELECT id, data FROM rows WHERE kind = 'pair' AND stale <> '' ORDER BY id"
        ):
            yield row_id, json.loads(data)

    def settle(self, run: str, record_id: str, refusal: str) -> None:
        """Record the new verdict on a stale pair.

        Args:
            run: Id of the run that judged it.
            record_id: The pair.
            refusal: Why it is refused; empty if it holds.
        """
        self.database.execute(
            "UPDATE rows SET stale = '', judged_by = ? WHERE kind = 'pair' AND id = ?",
            *(run, record_id),
        )
        if refusal:
            self.exclude("pair", record_id, refusal)

    def collect_statistics(self) -> dict[str, Any]:
        """Return how much the corpus has of what."""
        stale = self.database.execute("SELECT COUNT(*) FROM rows WHERE stale <> ''")
        classes = self.database.execute(
            "SELECT COUNT(DISTINCT parent) FROM rows WHERE kind = 'program' AND parent <> ''"
        )
        runs = self.database.execute("SELECT COUNT(*) FROM runs WHERE added IS NOT NULL")
        return {
            "state": self.state,
            "runs": runs[0][0],
            **{f"{kind}s": count for kind, count in self.count_rows().items()},
            "classes": classes[0][0],
            "stale": stale[0][0],
            "excluded": sum(map(len, self.get_exclusions().values())),
            "cached_measurements": self.measurements.count(),
            "cache_bytes": self.measurements.count_bytes(),
        }

    def collect_garbage(self) -> dict[str, int]:
        """Remove what no run needs any more; return how much of what.

        That is: versions of class trees that are neither the last one nor seen by a run that has
        not ended, inputs that only these name, and measurements beyond the cache's limit.
        """
        with self.database.transaction():
            [(oldest,)] = self.database.execute(
                "SELECT COALESCE(MIN(saw), ?) FROM runs WHERE added IS NULL", self.state
            )
            old = self.database.execute(
                "SELECT format_id, state FROM trees t WHERE state < "
                "(SELECT MAX(state) FROM trees l WHERE l.format_id = t.format_id AND l.state <= ?)",
                oldest,
            )
            self.database.execute_many("DELETE FROM trees WHERE format_id = ? AND state = ?", old)
            used: set[str] = set()
            for format_id, state in self.database.execute("SELECT format_id, state FROM trees"):
                tree = self.read_tree(format_id, state)
                used.update((*tree.tree["inputs"], *tree.first) if tree else ())
            unused = [
                (sha,)
                for (sha,) in self.database.execute("SELECT sha FROM inputs")
                if sha not in used
            ]
            self.database.execute_many("DELETE FROM inputs WHERE sha = ?", unused)
        removed = self.measurements.evict()
        self.database.compact()
        return {"trees": len(old), "inputs": len(unused), "measurements": removed}

    def end_run(self, run: str) -> None:
        """Record the end of a run that adds nothing."""
        self.database.execute("UPDATE runs SET added = saw WHERE run = ?", run)

    def forget_run(self, name: str) -> None:
        """Let go of a run that will not be resumed: garbage collection need not wait for it.

        Raises:
            CorpusError: No such run has begun and not ended.
        """
        where = "FROM runs WHERE name = ? AND added IS NULL"
        if not self.database.execute(f"SELECT 1 {where}", name):
            raise CorpusError(
                f"no run {name!r} has begun and not ended",
                where=self.where,
                fix="name the folder of such a run",
            )
        self.database.execute(f"DELETE {where}", name)

    @asynccontextmanager
    async def hold_lock(self, owner: str) -> AsyncIterator[None]:
        """Hold the lock on adding; wait while another process holds it.

        Raises:
            DatabaseError: Another process holds it for too long.
        """
        waited = 0.0
        while other := self._take_lock(owner):
            if not waited:
                _logger.info("waiting for the corpus, which %s has locked", other)
            if waited > _WAIT_S:
                raise DatabaseError(
                    f"{other} keeps the corpus locked",
                    where=self.where,
                    fix="wait for it to end, then: pieforge run --resume RUN",
                )
            waited += 0.2
            await asyncio.sleep(0.2)
        renewing = asyncio.create_task(self._renew_lock(owner))
        try:
            yield
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            self.database.execute("DELETE FROM lock WHERE owner = ?", owner)

    def _take_lock(self, owner: str) -> str:
        """Take the lock if it is free; return its owner if it is not."""
        now = self.database.NOW
        with self.database.transaction():
            self.database.execute(
                f"INSERT INTO lock VALUES (1, ?, {now} + ?) ON CONFLICT (id) DO UPDATE "  # noqa: S608
                "SET owner = excluded.owner, ends = excluded.ends "
                f"WHERE lock.ends < {now} OR lock.owner = excluded.owner",
                *(owner, _LEASE_S),
            )
            [(holder,)] = self.database.execute("SELECT owner FROM lock")
        return "" if holder == owner else str(holder)

    async def _renew_lock(self, owner: str) -> None:
        while True:
            await asyncio.sleep(_RENEW_S)
            self.database.execute(
                f"UPDATE lock SET ends = {self.database.NOW} + ? WHERE owner = ?",  # noqa: S608
                *(_LEASE_S, owner),
            )


class MeasurementCache:
    """Simulated runs by what they follow from; the least recently used ones go first.

    Args:
        database: Where they are.
        most_bytes: The most bytes that are kept.
    """

    def __init__(self, database: Database, most_bytes: int) -> None:
        self._database = database
        self._most = most_bytes
        self._bytes = -1

    def read(self, name: str) -> bytes | None:
        """Return a measurement; None if it is missing or damaged."""
        for sha, data in self._database.execute(
            "SELECT sha, data FROM measurements WHERE name = ?", name
        ):
            if digest(bytes(data)) == sha:
                now = self._database.NOW
                self._database.execute(
                    f"UPDATE measurements SET used = {now} WHERE name = ?",  # noqa: S608
                    name,
                )
                return bytes(data)
        return None

    def write(self, name: str, data: bytes) -> None:
        """Keep a measurement; it replaces an older one of the same name."""
        if self._bytes < 0:
            self._bytes = self.count_bytes()
        self._database.execute(
            f"INSERT INTO measurements VALUES (?, ?, ?, {self._database.NOW}) ON CONFLICT (name) "  # noqa: S608
            "DO UPDATE SET sha = excluded.sha, data = excluded.data, used = excluded.used",
            *(name, digest(data), data),
        )
        self._bytes += len(data)
        if self._bytes > self._most:
            self.evict()

    def count(self) -> int:
        """Return how many there are."""
        [(count,)] = self._database.execute("SELECT COUNT(*) FROM measurements")
        return int(count)

    def count_bytes(self) -> int:
        """Return their size."""
        [(size,)] = self._database.execute(
            "SELECT COALESCE(SUM(LENGTH(data)), 0) FROM measurements"
        )
        return int(size)

    def evict(self) -> int:
        """Remove the least recently used ones if all together are too large; return how many."""
        over, gone = self.count_bytes() - self._most, []
        if over > 0:
            over += int(self._most * (1 - _SPARE))
            for name, size in self._database.execute(
                "SELECT name, LENGTH(data) FROM measurements ORDER BY used, name"
            ):
                if over <= 0:
                    break
                gone.append((name,))
                over -= size
            self._database.execute_many("DELETE FROM measurements WHERE name = ?", gone)
        self._bytes = self.count_bytes()
        return len(gone)


def open_corpus(
    path: Path | None, postgres: str, cache_bytes: int, *, create: bool = True
) -> Corpus:
    """Open the corpus that a configuration names.

    Args:
        path: An SQLite file.
        postgres: Address of a PostgreSQL database, in place of the file.
        cache_bytes: See `Corpus`.
        create: Whether to create a file that is missing.

    Raises:
        CorpusError: There is none, or it cannot be read.
        StorageError, DatabaseError, MissingToolError: It cannot be opened.
    """
    if postgres and path is not None:
        raise CorpusError(
            "corpus.path and corpus.postgres exclude each other", fix="keep one of them"
        )
    if postgres:
        return Corpus(PostgresDatabase(postgres), "corpus.postgres", cache_bytes)
    if path is None:
        raise CorpusError(
            "the configuration names no corpus", fix="set corpus.path, or give --path FILE"
        )
    if not create and not path.exists():
        raise CorpusError(
            "there is no such corpus",
            where=str(path),
            fix="name the file that runs with this corpus.path have made",
        )
    return Corpus(SqliteDatabase(path), str(path), cache_bytes)
