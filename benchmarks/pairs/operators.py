"""Make frozen sets of mutants with published operators, C++ and Python, before anything reads them.

The operators are those of Mothra and Proteum (King and Offutt, 1991; Offutt et al., TOSEM 1996):
statement deletion; replacement of relational, arithmetic and logical operators and of constants;
and one more or one less in a bound. The programs are the fast submissions of the bundled packages
and of those in `unread/`, which nobody used to develop anything.

`python -m benchmarks.pairs.operators SEED FILE` writes a set. Mutants are chosen at random, one of
each operator in turn; there is no manual step, and `pieforge.inputs`, which the set is to test, is
not used. A mutant counts as different when a sampled input shows it (the smallest is its witness),
as equal when none of 4,000 (Python: 1,000) does, and as unresolved when a run reached its limit
before. Mutants that do not compile, or fail on a sampled input, are left out: no method gives them
a class.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from random import Random

import tree_sitter_cpp
import tree_sitter_python
from tree_sitter import Language, Node, Parser

from benchmarks.pairs import lines
from benchmarks.pairs.making import Pair
from benchmarks.pairs.mutating import run_in_process
from benchmarks.pairs.sampling import SAMPLERS, Sampler
from pieforge.problems import BUNDLED, SubmissionRole, load_problem
from pieforge.records import Verdict, digest
from pieforge.sandbox.languages import get_language
from pieforge.sandbox.sandbox import Limits, Sandbox

UNREAD = Path(__file__).with_name("unread")
_LANGUAGES = {".cpp": "cpp17", ".py": "python"}
_INPUTS = {".cpp": 4000, ".py": 1000}
_PARTS = (0, 10, 200, None)
"""Bounds of the parts of the sampled inputs that a mutant is run on, until it differs."""
_QUOTA = 3
_LIMITS = Limits(cpu_s=0.5)
_GROUPS = (
    ("relational", ("<", "<=", ">", ">=", "==", "!=")),
    ("arithmetic", ("+", "-", "*", "/", "//", "%")),
    ("logical", ("&&", "||")),
    ("logical", ("and", "or")),
)
_BINARY = ("binary_expression", "comparison_operator", "binary_operator", "boolean_operator")


def _refills(rng: Random, share: float) -> str:
    n = rng.randint(0, 4 if share < 0.5 else 1000)
    most = rng.choice((3 * n + 5, 100 * n + 50, 10**9))
    *places, goal = sorted(rng.sample(range(1, most + 1), n + 1))
    capacity = max(1, min(10**9, rng.choice((most // (n + 1) * 3, most // 2, most, n + 3))))
    return lines((n, goal, capacity), places)


def _brackets(rng: Random, share: float) -> str:
    n = rng.randint(1, 8 if share < 0.5 else 1000)
    word, opened = "", ""
    while len(word) + len(opened) < n:
        if opened and rng.random() < 0.5:
            word, opened = word + opened[-1], opened[:-1]
        else:
            kind = rng.randrange(2)
            word, opened = word + "(["[kind], opened + ")]"[kind]
    word += opened[::-1]
    if rng.random() < 0.4:
        at = rng.randrange(len(word))
        word = word[:at] + rng.choice("()[]") + word[at + 1 :]
    return lines(word[: rng.choice((n, n, max(1, n - 1)))] or "(")


def _oneroom(rng: Random, share: float) -> str:
    n = rng.randint(1, 4 if share < 0.5 else 400)
    most = rng.choice((6, 4 * n + 4, 10**6))
    rows = []
    for _ in range(n):
        start = rng.randint(0, most - 1)
        end = rng.randint(start + 1, min(most, start + rng.choice((1, 3, most))))
        rows.append((start, end, rng.choice((1, rng.randint(1, 9), rng.randint(1, 10**6)))))
    return lines((n,), *rows)


ALL_SAMPLERS: dict[str, Sampler] = {
    **SAMPLERS,
    "brackets": _brackets,
    "oneroom": _oneroom,
    "refills": _refills,
}


def find_package(problem: str) -> Path:
    """Return the folder of a bundled package, or of one that nobody used."""
    unread = UNREAD / problem
    return unread if unread.exists() else BUNDLED / problem


@dataclass(frozen=True)
class OperatorMutant:
    """One change of a program: what stands at `start` is replaced."""

    operator: str
    start: int
    old: str
    new: str

    def apply(self, text: str) -> str:
        """Return the changed program."""
        assert text.startswith(self.old, self.start), "the program is not that of the set"
        return text[: self.start] + self.new + text[self.start + len(self.old) :]


def list_mutants(text: str, suffix: str) -> Iterator[OperatorMutant]:
    """Yield every mutant of an ASCII program."""
    assert text.isascii()  # so that bytes are characters
    grammar = tree_sitter_cpp if suffix == ".cpp" else tree_sitter_python
    parser = Parser(Language(grammar.language()))
    nodes = [parser.parse(text.encode()).root_node]
    empty = ";" if suffix == ".cpp" else "pass"
    while nodes:
        node = nodes.pop()
        nodes += reversed(node.children)
        for operator, at, new in _list_changes(node, empty):
            old = text[at.start_byte : at.end_byte]
            if old != new:
                yield OperatorMutant(operator, at.start_byte, old, new)


def _list_changes(node: Node, empty: str) -> Iterator[tuple[str, Node, str]]:
    text = (node.text or b"").decode()
    if node.type == "expression_statement" or (
        node.type in ("break_statement", "continue_statement")
    ):
        yield "statement deletion", node, empty
    elif node.type in ("number_literal", "integer") and text.isdigit():
        for value in (int(text) + 1, max(0, int(text) - 1), 0):
            yield "constant", node, str(value)
    elif node.type in _BINARY and len(node.children) == 3:
        sign = node.children[1].type
        for operator, group in _GROUPS:
            for other in group if sign in group else ():
                # Python has no `//` for what C++ writes `/`, and the other way round.
                if ("//" in (sign, other) and "/" in (sign, other)) or (
                    other in ("/", "//") and (other == "//") != (empty == "pass")
                ):
                    continue
                yield operator, node.children[1], other
            right = node.children[2]
            if operator == "relational" and sign in group and right.type in ("identifier", "call"):
                bound = (right.text or b"").decode()
                yield "off by one", right, f"{bound} + 1"
                yield "off by one", right, f"{bound} - 1"


def choose_mutants(text: str, suffix: str, rng: Random) -> Iterator[OperatorMutant]:
    """Yield the mutants in random order, one of each operator in turn."""
    by_operator: dict[str, list[OperatorMutant]] = {}
    for mutant in list_mutants(text, suffix):
        by_operator.setdefault(mutant.operator, []).append(mutant)
    for each in by_operator.values():
        rng.shuffle(each)
    turns = [by_operator[name] for name in sorted(by_operator)]
    rng.shuffle(turns)
    yield from (one for turn in zip_longest(*turns) for one in turn if one is not None)


Outputs = list[str | None]
"""Digest of each output; None where a run failed, an empty text where it reached its limit."""


async def _run(sandbox: Sandbox, text: str, suffix: str, inputs: Sequence[bytes]) -> Outputs | None:
    """Return what a program gives; None if it does not compile."""
    if suffix == ".py":
        return [found for found, _ in await run_in_process(sandbox, text, inputs)]
    compiled = await sandbox.compile(get_language(_LANGUAGES[suffix]), text)
    if compiled.executable is None:
        return None
    runs = await sandbox.run(compiled.executable, inputs, _LIMITS)
    outputs = {Verdict.TLE: ""}
    return [r.output.digest if r.verdict is Verdict.AC else outputs.get(r.verdict) for r in runs]


async def _make(sandbox: Sandbox, problem: str, suffix: str, seed: str) -> list[dict[str, object]]:
    submission = load_problem(find_package(problem)).find_submission(SubmissionRole.FAST, suffix)
    if submission is None:
        return []
    rng = Random(f"{seed}/{problem}{suffix}")
    count = _INPUTS[suffix]
    shares = [number / count for number in range(count)]
    rng.shuffle(shares)
    inputs = [ALL_SAMPLERS[problem](rng, share).encode() for share in shares]
    expected = await _run(sandbox, submission.code, suffix, inputs)
    assert expected is not None
    rows: list[dict[str, object]] = []
    for mutant in choose_mutants(submission.code, suffix, rng):
        changed = mutant.apply(submission.code)
        found: Outputs | None = []
        for begin, end in pairwise(_PARTS):
            more = await _run(sandbox, changed, suffix, inputs[begin:end])
            found = None if more is None or found is None else [*found, *more]
            if found is None or None in found or found != expected[: len(found)]:
                break
        if found is None or None in found:
            continue
        differ = [i for i, (a, b) in enumerate(zip(found, expected, strict=False)) if a and a != b]
        truth = "different" if differ else "unresolved" if "" in found else "equal"
        witness = min((inputs[i] for i in differ), key=len, default=b"").decode()
        rows.append(
            {
                "problem": problem,
                "suffix": suffix,
                "operator": mutant.operator,
                "start": mutant.start,
                "old": mutant.old,
                "new": mutant.new,
                "truth": truth,
                "witness": witness,
                "rate": len(differ) / len(found),
            }
        )
        if len(rows) == _QUOTA:
            break
    print(f"{problem}{suffix}: {[row['truth'] for row in rows]}", flush=True)
    return rows


FROZEN: Mapping[int, str] = {
    1: "09702cc7e5157f1d8a4abe00e03a544066a3b99f60d0dad6816b218ef264c5c3",  # seed "first"
    2: "80bd977a9c696d03da0e29d2b94ddba41f6c81928c7679c0dd1907aa09bbdeae",  # seed "second"
}
"""Digests of the frozen sets, by number."""


def load_set(number: int) -> tuple[list[Pair], int]:
    """Return the pairs of a frozen set whose truth is known, and the number of the others."""
    path = Path(__file__).with_name(f"operators_{number}.json")
    text = path.read_text()
    assert digest(text) == FROZEN[number], f"{path.name} is not the frozen one"
    pairs = []
    rows = json.loads(text)
    for at, row in enumerate(rows):
        package = load_problem(find_package(row["problem"]))
        submission = package.find_submission(SubmissionRole.FAST, row["suffix"])
        assert submission is not None
        mutant = OperatorMutant(row["operator"], row["start"], row["old"], row["new"])
        if row["truth"] == "unresolved":
            continue
        pairs.append(
            Pair(
                name=f"{row['problem']}{row['suffix']}/{number}-{at}",
                problem=row["problem"],
                language=_LANGUAGES[row["suffix"]],
                kind=row["operator"],
                why=f"`{row['new']}` for `{row['old']}`, differs on {row['rate']:.2%}",
                left=submission.code,
                right=mutant.apply(submission.code),
                witness=row["witness"].encode() if row["truth"] == "different" else None,
                fresh=True,
            )
        )
    return pairs, len(rows) - len(pairs)


async def make_set(seed: str) -> list[dict[str, object]]:
    """Return the rows of a set."""
    async with Sandbox.open() as sandbox:
        return [
            row
            for problem in sorted(ALL_SAMPLERS)
            for suffix in _LANGUAGES
            for row in await _make(sandbox, problem, suffix, seed)
        ]


def main(seed: str, path: Path) -> None:
    """Make a set and write it."""
    rows = asyncio.run(make_set(seed))
    path.write_text(json.dumps(rows, indent=1) + "\n")
    print(len(rows), Counter(row["truth"] for row in rows), digest(path.read_text()))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
