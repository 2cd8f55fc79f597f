"""The embedded optimizer: applies the edit from a slow to a fast program to another program.

It is a three-way merge: base is an example's slow program, theirs its fast program, ours the
program to make faster. Lines are merged first, and tokens where lines conflict. Where tokens
conflict too, theirs is taken, and the changes of ours are applied again where the same tokens
occur in a similar context.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz

from pieforge.agents.embedded.grammar import EditGrammar
from pieforge.agents.embedded.lost_names import uses_lost_name
from pieforge.agents.embedded.threeway import MergeRegion, merge_three_way
from pieforge.syntax.tree import MAX_PARSED_BYTES

_MIN_SIMILARITY = 70.0
"""Least similarity, in percent, of an example's slow program to the program. Slow programs of
different bundled problems have at most 65: a merge of those mixes the functions of both."""


@dataclass(frozen=True)
class MergeCandidate:
    """A program that may be faster and have the same outputs."""

    code: str
    example: int
    """Number of the example that it follows, counted from 1."""
    explanation: str
    """How it follows the example, in words."""


def merge_examples(
    program: str, examples: Sequence[tuple[str, str]], grammar: EditGrammar, *, n: int
) -> list[MergeCandidate]:
    """Return up to `n` different programs, the most plausible first.

    Each parses without an error node, declares the variables that it uses, and differs from the
    program and from the slow program of every example. Examples are tried in order of their
    similarity to the program; one is skipped if a program in it, or the program itself, is larger
    than `MAX_PARSED_BYTES`.

    Args:
        program: The slow program.
        examples: Kept (slow, fast) pairs, in the prompt's order.
        grammar: Language of all of them.
        n: Number of programs.
    """
    similarity = [
        fuzz.ratio(program, slow)
        if max(len(program), len(slow), len(fast)) <= MAX_PARSED_BYTES
        else 0.0
        for slow, fast in examples
    ]
    order = sorted(range(len(examples)), key=lambda index: -similarity[index])
    refused = {_normalize(program), *(_normalize(slow) for slow, _ in examples)}
    candidates: dict[str, MergeCandidate] = {}
    for index in order:
        if similarity[index] < _MIN_SIMILARITY:
            break
        slow, fast = examples[index]
        for code, how in _follow_example(program, slow, fast):
            bare = _normalize(code)
            if (
                bare in refused
                or not grammar.has_valid_syntax(code.encode())
                or uses_lost_name(code, (program, slow, fast), grammar)
            ):
                continue
            candidates.setdefault(bare, MergeCandidate(code, index + 1, how))
            if len(candidates) == n:
                return list(candidates.values())
    return list(candidates.values())


def _normalize(code: str) -> str:
    return "\n".join(line.rstrip() for line in code.splitlines() if line.strip())


def _follow_example(program: str, slow: str, fast: str) -> Iterator[tuple[str, str]]:
    """Yield the programs of one example, each with its explanation, the most plausible first."""
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
    """Yield the example's version of the conflicts, with the program's changes applied again."""
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
    """Yield the merge with the program's changes applied to every similar place of it.

    The fast program may contain the changed code a second time, which the merge leaves unchanged.
    """
    everywhere = _apply_everywhere(_tokenize(_join(regions)), _diff_texts(slow, program))
    if everywhere is not None:
        yield "".join(everywhere), "the change is made in like places too"


def _merge_tokens(regions: list[MergeRegion]) -> list[MergeRegion]:
    """Merge the conflicting regions again, token by token."""
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
    """Split into tokens, each with the blanks after it; joined they are the text again."""
    return _TOKEN.findall(text)


_CONTEXT_TOKENS = 6
"""Number of tokens on each side that make up a change's context."""


@dataclass(frozen=True)
class _TokenChange:
    """A replacement of tokens, with the tokens around it."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    before: tuple[str, ...]
    """Nearest first."""
    after: tuple[str, ...]

    def get_replacement(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the old and the new tokens, without the context."""
        return self.old, self.new

    def score_context(self, tokens: Sequence[str], at: int) -> float:
        """Return how well the context matches at a position: 1 / distance for each equal token.

        0 if the tokens to be replaced are not there.
        """
        if tuple(tokens[at : at + len(self.old)]) != self.old:
            return 0.0
        before = tokens[max(0, at - _CONTEXT_TOKENS) : at][::-1]
        after = tokens[at + len(self.old) : at + len(self.old) + _CONTEXT_TOKENS]
        return _score_overlap(self.before, before) + _score_overlap(self.after, after)


def _score_overlap(one: Sequence[str], other: Sequence[str]) -> float:
    pairs = zip(one, other, strict=False)
    return sum(1 / rank for rank, (a, b) in enumerate(pairs, 1) if a.strip() == b.strip())


def _diff_texts(before: str, after: str) -> list[_TokenChange]:
    """Return the changes from one text to another, token by token."""
    base, ours = _tokenize(before), _tokenize(after)
    # Without difflib's heuristic that ignores frequent elements: most tokens of code are frequent.
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
"""Least score of a matching context: two equal tokens on one side, or one on each."""


def _find_matches(tokens: Sequence[str], change: _TokenChange) -> list[int]:
    """Return the positions where a change matches, in descending order of score."""
    scored = [(change.score_context(tokens, at), at) for at in range(len(tokens))]
    ordered = sorted(scored, key=lambda pair: (-pair[0], pair[1]))
    return [at for score, at in ordered if score >= _MIN_CONTEXT_SCORE]


def _apply_once(
    tokens: Sequence[str], changes: Sequence[_TokenChange], rank: int
) -> list[str] | None:
    """Apply each change once, at its match with the given rank; None if one has no such match."""
    result = list(tokens)
    for change in changes:
        positions = _find_matches(result, change)
        if rank >= len(positions):
            return None
        at = positions[rank]
        result[at : at + len(change.old)] = change.new
    return result


def _apply_everywhere(tokens: Sequence[str], changes: Sequence[_TokenChange]) -> list[str] | None:
    """Apply each change at all of its matches; None if no change has any."""
    result = list(tokens)
    made = False
    for change in changes:
        # From the end, so that positions stay valid; overlapping matches are skipped.
        last = len(result) + 1
        for at in sorted(_find_matches(result, change), reverse=True):
            if at + len(change.old) <= last:
                result[at : at + len(change.old)] = change.new
                last = at
                made = True
    return result if made else None
