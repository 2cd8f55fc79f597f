"""Measure edit ids and clusters on labelled edits: `python -m benchmarks.edit_identity [FILE ...]`.

Each pair of `labelled_pairs` is compared with itself in another form, and with other edits:

- `same`: other names, constants, context or order of functions; the id must be the same.
- `near`: another style, or other names in the fast program alone.
- `lesson`: the same lesson, written independently (`edit_identity.toml`).
- `different`: other versions of the same task.

Prints the shares whose similarity reaches a threshold, for the tuning part and the held-out part,
by which `SIMILARITY` was chosen: above it, different edits hardly share a cluster. Also prints the
numbers of distinct edits in files of pairs. The last line is JSON.
"""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path

from benchmarks.labelled_pairs import HELD_OUT, Labelled, labelled_pairs
from pieforge.lessons.clusters import cluster_edits, count_effective_edits
from pieforge.lessons.edit_identity import AbstractEdit, find_edit, measure_similarity
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tree import parse

LESSONS = Path(__file__).with_suffix(".toml")
THRESHOLDS = (0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
_CONTEXT = {
    "cpp17": "long long mean_of(long long first, long long last) {\n"
    "    long long both = first + last;\n    if (both < 0) return 0;\n    return both / 2;\n}\n",
    "python": "def mean_of(first, last):\n    both = first + last\n    return both // 2\n\n\n",
}


@dataclass(frozen=True)
class Comparison:
    """Two labelled edits.

    Attributes:
        relation: `same`, `near`, `lesson` or `different`.
        name: Which edits, and what is done to the second.
        held_out: Whether the threshold was chosen without it.
    """

    relation: str
    name: str
    a: AbstractEdit
    b: AbstractEdit
    held_out: bool


def list_comparisons() -> list[Comparison]:
    """Return all labelled pairs of edits."""
    pairs = {pair.name: pair for pair in labelled_pairs()}
    edits = {name: edit_of(pair) for name, pair in pairs.items()}
    lessons = tomllib.loads(LESSONS.read_text())
    together = {frozenset(names) for part in lessons.values() for names in part}
    found = []
    for name, pair in pairs.items():
        for relation, change, other in _iter_variants(pair):
            held_out = pair.part == HELD_OUT
            found.append(
                Comparison(relation, f"{name}, {change}", edits[name], edit_of(other), held_out)
            )
    for part, named in lessons.items():
        for a, b in named:
            found.append(Comparison("lesson", f"{a} and {b}", edits[a], edits[b], part == HELD_OUT))
    for a, b in combinations(pairs, 2):
        same_task = a.split("/")[0] == b.split("/")[0] and pairs[a].language == pairs[b].language
        if same_task and {a, b} not in together:
            held_out = pairs[a].part == HELD_OUT
            found.append(Comparison("different", f"{a} and {b}", edits[a], edits[b], held_out))
    return found


def edit_of(pair: Labelled) -> AbstractEdit:
    """Return the edit of a labelled pair."""
    edit = find_edit(pair.slow, pair.fast, pair.language)
    assert edit is not None, pair.name
    return edit


def _iter_variants(pair: Labelled) -> Iterator[tuple[str, str, Labelled]]:
    own = _list_own_names(pair)
    names = {name: f"renamed_{at}" for at, name in enumerate(sorted(own))}
    word = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
    yield "same", "other names", _rewrite(pair, lambda text: word.sub(lambda m: names[m[1]], text))
    yield (
        "same",
        "other constants",
        _rewrite(
            pair, lambda text: re.sub(r"(?<![\w.'\"])\d{2,}\b", lambda m: f"{int(m[0]) + 17}", text)
        ),
    )
    yield "same", "other context", _rewrite(pair, lambda text: _add_function(text, pair.language))
    yield (
        "same",
        "functions in reverse",
        _rewrite(pair, lambda text: _reverse_functions(text, pair.language)),
    )
    yield (
        "near",
        "other names in the fast program",
        replace(pair, fast=word.sub(lambda m: names[m[1]], pair.fast)),
    )
    restyled = _rewrite(pair, _restyle)
    if restyled != pair:
        yield "near", "other style", restyled


def _rewrite(pair: Labelled, change: Callable[[str], str]) -> Labelled:
    return replace(pair, slow=change(pair.slow), fast=change(pair.fast))


def _list_own_names(pair: Labelled) -> set[str]:
    """Return names that the programs declare and that are no names of members, in any case."""
    text = f"{pair.slow}\n{pair.fast}"
    declared = re.findall(
        r"\b(?:int|long|auto|bool|char|double|string|>)[&*]? (\w+)\b(?! *<)"
        r"|^ *(\w+) = |\bfor (\w+) in",
        text,
        re.MULTILINE,
    )
    found = {name for names in declared for name in names if name}
    members = set(re.findall(r"(?:\.|->|::)\s*(\w+)", text))
    return found - members - {"main", "long", "int", "operator"}


def _add_function(text: str, language: str) -> str:
    syntax = find_syntax(language)
    root = parse(text, syntax)
    first = next((node.start_byte for node in root.children if node.type in syntax.functions), None)
    at = len(text.encode()) if first is None else first
    data = text.encode()
    return (data[:at] + _CONTEXT[language].encode() + data[at:]).decode()


def _reverse_functions(text: str, language: str) -> str:
    """Return a text with its functions in reverse order; it need not compile."""
    syntax = find_syntax(language)
    data = text.encode()
    places = [n for n in parse(text, syntax).children if n.type in syntax.functions]
    for place, other in reversed(list(zip(places, reversed(places), strict=True))):
        data = data[: place.start_byte] + (other.text or b"") + data[place.end_byte :]
    return data.decode()


def _restyle(text: str) -> str:
    text = re.sub(r"\b(\w+)\+\+(?=[;)])", r"\1 += 1", text)
    text = re.sub(r"\b(\w+) \+= (?!1[;)\n])(\w+)(?=[;\n])", r"\1 = \1 + \2", text)
    text = re.sub(r"\b(\w+) < (\w+)\b(?![.(\[>])", r"\2 > \1", text)
    return re.sub(r"\brange\((\w+)\)", r"range(0, \1)", text)


def share_at(comparisons: list[Comparison], relation: str, threshold: float) -> float:
    """Return the share of the comparisons of a relation whose similarity reaches a threshold."""
    chosen = [c for c in comparisons if c.relation == relation]
    return sum(measure_similarity(c.a, c.b) >= threshold for c in chosen) / len(chosen)


def count_edits(path: Path) -> dict[str, float]:
    """Return the numbers of pairs, distinct and effective edits of a file of rows in PIE's columns.

    Rows have `src_code` and `tgt_code`, as in `pairs.jsonl`, or `input` and `target`, as in the
    sample that PIE's authors published; without a column `language` they are Python.
    """
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    names = ("src_code", "tgt_code") if "src_code" in rows[0] else ("input", "target")
    edits = [
        edit
        for row in rows
        if (edit := find_edit(*(row[name] for name in names), row.get("language", "python")))
    ]
    clusters = cluster_edits(edits)
    return {
        "pairs": len(rows),
        "distinct_edits": len({edit.edit_id for edit in edits}),
        "clusters": len(set(clusters)),
        "effective_edits": round(count_effective_edits(clusters), 1),
    }


def main(arguments: list[str]) -> None:
    """Print all measurements."""
    comparisons = list_comparisons()
    same = [c for c in comparisons if c.relation == "same"]
    for c in same:
        if c.a.edit_id != c.b.edit_id:
            print(f"another id: {c.name}: {measure_similarity(c.a, c.b):.2f}")
    for held_out in (False, True):
        part = [c for c in comparisons if c.held_out == held_out]
        print(f"{'held out' if held_out else 'tuning'}: {len(part)} labelled pairs of edits")
        for threshold in THRESHOLDS:
            shares = {r: share_at(part, r, threshold) for r in ("near", "lesson", "different")}
            print(f"  {threshold:.2f} " + "  ".join(f"{r} {s:6.1%}" for r, s in shares.items()))
    numbers = {
        "labelled": len(comparisons),
        "same_id": sum(c.a.edit_id == c.b.edit_id for c in same) / len(same),
        "ids_of_different": sum(
            c.a.edit_id != c.b.edit_id for c in comparisons if c.relation == "different"
        ),
        "different": sum(c.relation == "different" for c in comparisons),
    }
    for name in arguments:
        numbers |= {name: count_edits(Path(name))}
    print(json.dumps(numbers))


if __name__ == "__main__":
    main(sys.argv[1:])
