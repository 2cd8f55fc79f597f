"""The embedded optimizer: carries the step from a slow to a fast program over to another one.

Base is an example's slow program, theirs its fast one, ours the program to make
faster. Lines are merged first, tokens where lines conflict; where tokens conflict
too, theirs is taken and what ours had changed there is made again wherever
the same tokens stand in a like context.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from pieforge.agents.embedded.grammar import EditGrammar
from pieforge.agents.embedded.threeway import MergeRegion, merge_three_way
from pieforge.syntax.tree import MAX_PARSED_BYTES

_MIN_SIMILARITY = 40.0
"""Below this similarity, in percent, an example has nothing to say."""


@dataclass(frozen=True)
class MergeCandidate:
    """A program that may be the faster one."""

    code: str
    example: int
    """Number of the example that it follows, counted from 1."""
    explanation: str
    """How it follows it, in words."""


def merge_examples(
    program: str, examples: Sequence[tuple[str, str]], grammar: EditGrammar, *, n: int
) -> list[MergeCandidate]:
    """Return up to `n` different programs, the most plausible first.

    Each parses without an error node and differs from the program and from
    every example's slow one. Examples are followed in order of their
    likeness to the program; an example is passed over where a program in it, or the
    program itself, is larger than `MAX_PARSED_BYTES`.

    Args:
        program: The slow program.
        examples: Known (slow, fast) pairs, in the prompt's order.
        grammar: Language of all of them.
        n: Programs asked for.
    """
    likeness = [
        fuzz.ratio(program, slow)
        if max(len(program), len(slow), len(fast)) <= MAX_PARSED_BYTES
        else 0.0
        for slow, fast in examples
    ]
    order = sorted(range(len(examples)), key=lambda index: -likeness[index])
    refused = {_normalize(program), *(_normalize(slow) for slow, _ in examples)}
    found: dict[str, MergeCandidate] = {}
    for index in order:
        if likeness[index] < _MIN_SIMILARITY:
            break
        slow, fast = examples[index]
        for code, how in _follow_example(program, slow, fast):
            bare = _normalize(code)
            if bare in refused or not grammar.has_valid_syntax(code.encode()):
                continue
            found.setdefault(bare, MergeCandidate(code, index + 1, how))
            if len(found) == n:
                return list(found.values())
    return list(found.values())


def _normalize(code: str) -> str:
    return "\n".join(line.rstrip() for line in code.splitlines() if line.strip())


def _follow_example(program: str, slow: str, fast: str) -> Iterator[tuple[str, str]]:
    """Yield what following one example may give, the most plausible first."""
    if _normalize(program) == _normalize(slow):
        yield fast, "it is the same slow program"
        return
    regions = merge_three_way(*(text.splitlines(keepends=True) for text in (slow, program, fast)))
    if not any(region.conflict for region in regions):
        yield _join(regions), "both changes lie apart"
        yield from _apply_elsewhere(regions, slow, program)
        return
    finer = _merge_tokens(regions)
    if not any(region.conflict for region in finer):
        yield _join(finer), "both changed the same lines, but not the same words"
    yield from _reapply_conflicts(regions, slow, program)
    yield _join(regions), "both changed the same part; the example's version of it is taken"
    kept = "".join("".join(r.ours if r.conflict else r.merged) for r in regions)
    yield kept, "both changed the same part; the slow program's version of it is kept"


def _reapply_conflicts(
    regions: list[MergeRegion], slow: str, program: str
) -> Iterator[tuple[str, str]]:
    """Take the example's version of what both changed, and make the change again in it."""
    theirs = _tokenize(_join(regions))
    lost = {
        change.get_replacement()
        for region in regions
        if region.conflict
        for change in _diff_texts("".join(region.base), "".join(region.ours))
    }
    # The whole programs give the changes more context than the conflicts alone.
    whole = _diff_texts(slow, program)
    changes = [change for change in whole if change.get_replacement() in lost] or whole
    for rank, place in enumerate(("the likeliest place", "the second likeliest place")):
        again = _apply_once(theirs, changes, rank)
        if again is not None:
            yield "".join(again), f"both changed the same part; the change is made again in {place}"
    everywhere = _apply_everywhere(theirs, changes)
    if everywhere is not None:
        yield "".join(everywhere), "both changed the same part; the change is made wherever it fits"


def _apply_elsewhere(
    regions: list[MergeRegion], slow: str, program: str
) -> Iterator[tuple[str, str]]:
    """The fast program may hold the changed code a second time: change it there too."""
    everywhere = _apply_everywhere(_tokenize(_join(regions)), _diff_texts(slow, program))
    if everywhere is not None:
        yield "".join(everywhere), "the change is made in like places too"


def _merge_tokens(regions: list[MergeRegion]) -> list[MergeRegion]:
    """Merge again, token by token, what conflicts."""
    finer: list[MergeRegion] = []
    for region in regions:
        if region.conflict:
            sides = (region.base, region.ours, region.theirs)
            finer += merge_three_way(*(_tokenize("".join(side)) for side in sides))
        else:
            finer.append(region)
    return finer


def _join(regions: list[MergeRegion]) -> str:
    return "".join("".join(r.theirs if r.conflict else r.merged) for r in regions)


_TOKEN = re.compile(
    r"""\n[ \t]*|(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\w+"""
    r"""|<<=|>>=|->|::|\+\+|--|&&|\|\||//|\*\*|<<|>>|[-+*/%&|^=!<>]=|[^\s\w])[ \t]*|[ \t\r\f\v]+"""
)


def _tokenize(text: str) -> list[str]:
    """Split into tokens, each with the space after it; joined they give the text again."""
    return _TOKEN.findall(text)


_CONTEXT_TOKENS = 6


@dataclass(frozen=True)
class _TokenChange:
    """Tokens replaced, with the tokens around them."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    before: tuple[str, ...]
    """Nearest first."""
    after: tuple[str, ...]

    def get_replacement(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What is replaced by what, without the context."""
        return self.old, self.new

    def score_context(self, tokens: Sequence[str], at: int) -> float:
        """Rate how well the context fits there; nearer tokens count more."""
        if tuple(tokens[at : at + len(self.old)]) != self.old:
            return 0.0
        before = tokens[max(0, at - _CONTEXT_TOKENS) : at][::-1]
        after = tokens[at + len(self.old) : at + len(self.old) + _CONTEXT_TOKENS]
        return _score_overlap(self.before, before) + _score_overlap(self.after, after)


def _score_overlap(one: Sequence[str], other: Sequence[str]) -> float:
    pairs = zip(one, other, strict=False)
    return sum(1 / rank for rank, (a, b) in enumerate(pairs, 1) if a.strip() == b.strip())


def _diff_texts(before: str, after: str) -> list[_TokenChange]:
    base, ours = _tokenize(before), _tokenize(after)
    matcher = SequenceMatcher(None, base, ours, autojunk=False)
    return [
        _TokenChange(
            tuple(base[i:ie]),
            tuple(ours[j:je]),
            tuple(base[max(0, i - _CONTEXT_TOKENS) : i][::-1]),
            tuple(base[ie : ie + _CONTEXT_TOKENS]),
        )
        for kind, i, ie, j, je in matcher.get_opcodes()
        if kind != "equal"
    ]


_MIN_CONTEXT_SCORE = 1.5


def _find_matches(tokens: Sequence[str], change: _TokenChange) -> list[int]:
    """Return the places where a change fits, the likeliest first."""
    rated = [(change.score_context(tokens, at), at) for at in range(len(tokens))]
    return [
        at for rate, at in sorted(rated, key=lambda r: (-r[0], r[1])) if rate >= _MIN_CONTEXT_SCORE
    ]


def _apply_once(
    tokens: Sequence[str], changes: Sequence[_TokenChange], rank: int
) -> list[str] | None:
    """Make each change once; None where one fits nowhere."""
    result = list(tokens)
    for change in changes:
        places = _find_matches(result, change)
        if rank >= len(places):
            return None
        at = places[rank]
        result[at : at + len(change.old)] = change.new
    return result


def _apply_everywhere(tokens: Sequence[str], changes: Sequence[_TokenChange]) -> list[str] | None:
    """Make each change wherever it fits; None where none fits."""
    result = list(tokens)
    made = False
    for change in changes:
        last = len(result) + 1
        for at in sorted(_find_matches(result, change), reverse=True):
            if at + len(change.old) <= last:
                result[at : at + len(change.old)] = change.new
                last = at
                made = True
    return result if made else None
