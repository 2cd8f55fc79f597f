"""The dictionary of anti-patterns: each makes a fast program slow, as people write slow programs.

One file per anti-pattern. Each finds its sites in a program and gives the program with one of them
rewritten; the rewritten program has the same outputs and does more work. Programs are also
recognized: `identify_patterns` says which rewrites lead from a fast program to a slow one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from pieforge.lessons.rewriting.program import RewritableProgram, TextEdit, apply_edits
from pieforge.plugins import discover
from pieforge.records import EditKind
from pieforge.similarity import compute_fingerprint, compute_similarity
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tokens import SourceText
from pieforge.syntax.tree import MAX_PARSED_BYTES, parse

FAMILY = {"cpp17": "cpp", "cpp20": "cpp", "python": "python"}
"""The form of an anti-pattern that applies to a language."""


@dataclass(frozen=True)
class PatternForm:
    """An anti-pattern in one family of languages.

    Attributes:
        find: Yields, for each site in a program, the edits that rewrite it.
        example: A whole program with a site. It reads one integer from 1 to 2000, and does work
            that grows with it.
    """

    find: Callable[[RewritableProgram], Iterator[Sequence[TextEdit]]]
    example: str


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """The declaration of an anti-pattern; its key is the stem of its file.

    Attributes:
        title: What the slow program does, in a few words.
        description: Why people write it, what it costs, what the fast program does instead.
        source: Where it is described.
        kind: Whether the cost grows faster with the input, or by a constant factor.
        edit_kind: What makes the program fast that does without it.
        preconditions: What has to hold at a site.
        shown_by: Which inputs show the difference.
        forms: By family of languages, `cpp` or `python`.
    """

    title: str
    description: str
    source: str
    kind: Literal["asymptotic", "constant"]
    edit_kind: EditKind
    preconditions: str
    shown_by: str
    forms: Mapping[str, PatternForm]


@dataclass(frozen=True)
class Rewrite:
    """A program with an anti-pattern put in at one site.

    Attributes:
        pattern: Key of the anti-pattern.
        start: First byte of the site in the program as it was.
        end: The byte after it.
        depth: The loops that repeat the site, at most.
        code: The rewritten program.
    """

    pattern: str
    start: int
    end: int
    depth: int
    code: str


@cache
def discover_patterns() -> Mapping[str, Pattern]:
    """Return all anti-patterns by key, sorted."""
    return discover("pieforge.lessons.patterns", "PATTERN", Pattern)


def find_rewrites(key: str, code: str, language: str) -> list[Rewrite]:
    """Return the rewrites of a program by one anti-pattern, each at one site, in source order.

    None for a language without a form of the pattern, and for a program that is too large to parse
    or has a syntax error.
    """
    form = discover_patterns()[key].forms.get(FAMILY.get(language, ""))
    if form is None or len(code) > MAX_PARSED_BYTES:
        return []
    program = _parse_program(code, language)
    if program.root.has_error:
        return []
    found: dict[str, Rewrite] = {}
    for edits in form.find(program):
        text = apply_edits(program.code, edits)
        if text != code and not parse(text, find_syntax(language)).has_error:
            start, end = min(it.start for it in edits), max(it.end for it in edits)
            depth = max(program.count_loops(it.start) for it in edits)
            found.setdefault(text, Rewrite(key, start, end, depth, text))
    return list(found.values())


@lru_cache(maxsize=4)
def _parse_program(code: str, language: str) -> RewritableProgram:
    """Return a parsed program: all patterns ask the same of it."""
    return RewritableProgram(code, language)


@lru_cache(maxsize=512)
def list_rewrites(code: str, language: str) -> tuple[Rewrite, ...]:
    """Return the rewrites of a program by all anti-patterns."""
    return tuple(it for key in discover_patterns() for it in find_rewrites(key, code, language))


def identify_patterns(fast: str, slow: str, language: str) -> tuple[str, ...]:
    """Return the anti-patterns that make a fast program the slow one: one or two, at one site each.

    Comments and layout do not count. Empty if there are no such anti-patterns.
    """
    wanted = compute_fingerprint(slow, language)
    once = list_rewrites(fast, language)
    for rewrite in once:
        if compute_fingerprint(rewrite.code, language) == wanted:
            return (rewrite.pattern,)
    target = SourceText(language, slow)
    similarity = compute_similarity(SourceText(language, fast), target)
    for rewrite in once:
        # A rewrite that is part of the way leads nearer to the slow program: few do.
        if compute_similarity(SourceText(language, rewrite.code), target) <= similarity:
            continue
        for second in list_rewrites(rewrite.code, language):
            if compute_fingerprint(second.code, language) == wanted:
                return (rewrite.pattern, second.pattern)
    return ()


def find_edit_kind(patterns: Sequence[str]) -> EditKind | None:
    """Return the kind of the edit that removes anti-patterns; None where none is known.

    One that changes how the cost grows decides, because it gains most.
    """
    declared = [discover_patterns()[key] for key in patterns]
    ordered = sorted(declared, key=lambda it: it.kind == "constant")
    return ordered[0].edit_kind if ordered else None


@cache
def show_example(key: str, language: str) -> tuple[str, str]:
    """Return a fast and a slow program as an example of an anti-pattern in a language.

    Raises:
        KeyError: The anti-pattern has no form in the language.
    """
    fast = discover_patterns()[key].forms[FAMILY[language]].example
    return fast, find_rewrites(key, fast, language)[0].code
