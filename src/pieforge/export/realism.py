"""How far the programs of a run are from programs that people wrote, and how much they repeat.

After KetGPT, which judges synthetic programs by features of their structure and by whether a
classifier can distinguish them from real ones.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import fmean, median

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit
from scipy.stats import binomtest, ks_2samp

from pieforge.errors import UserInputError
from pieforge.files import decode_source, translate_os_errors
from pieforge.records import FrozenModel, digest
from pieforge.rows import Pair, PairTests
from pieforge.sandbox.languages import discover_languages, map_suffixes
from pieforge.similarity import find_nearest, list_words
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tokens import SourceText, tokenize
from pieforge.syntax.tree import MAX_PARSED_BYTES, collect_identifiers, parse

NEAR_DUPLICATE = 0.9
"""Similarity from which a program is a near duplicate of another."""
MAX_COMPARED = 50
"""Programs of a group that are compared with each other: all pairs are formed."""
_NEARLY_CONSTANT = 0.9
_MAX_REFERENCE = 2000
"""Reference programs of a language that are read."""
_LEAST_PROGRAMS = 10
_FOLDS = 5
_PENALTY = 1.0
"""Weight of the squared coefficients in the classifier's loss."""
_Array = NDArray[np.float64]


class GroupedProgram(FrozenModel):
    """A program, and what it has in common with others."""

    group: str
    """Its problem, or the folder that it is in: programs of one group resemble each other."""
    language: str
    code: str


class FeatureDistance(FrozenModel):
    """One feature of the programs of a run, and of a reference."""

    name: str
    run: float
    """Median."""
    reference: float
    distance: float
    """Largest difference of the two distribution functions (Kolmogorov and Smirnov), 0 to 1."""


class LanguageRealism(FrozenModel):
    """The programs of a language in a run, compared with a reference."""

    language: str
    programs: int
    reference: int
    features: tuple[FeatureDistance, ...]
    """The most different first."""
    accuracy: float | None
    """Share of programs that a classifier, fitted to other groups, assigns correctly to run or
    reference; 0.5 where it cannot distinguish them. None with too few programs or groups."""
    low: float | None
    """Bounds of the 95 % interval (Wilson) of `accuracy`."""
    high: float | None
    duplicates: float
    """Share of near duplicates in the run."""
    reference_duplicates: float
    """The same of the reference."""


class Repetition(FrozenModel):
    """How much the programs and the outputs of a run repeat."""

    programs: int
    """Slow programs that were compared."""
    similarity: float
    """Median similarity to the nearest other one of its problem and language; 0 for none."""
    near_duplicates: int
    """Those whose nearest one has at least the similarity `NEAR_DUPLICATE`."""
    pairs: int
    """Pairs with at least two tests."""
    constant: int
    """Pairs with one output on all tests."""
    nearly_constant: int
    """Pairs with one output on nine of ten tests or more."""


def list_slow_programs(pairs: Iterable[Pair]) -> list[GroupedProgram]:
    """Return the slow programs of some pairs, each once."""
    found = {
        pair.src_id: GroupedProgram(
            group=pair.problem_id, language=pair.language, code=pair.src_code
        )
        for pair in pairs
    }
    return list(found.values())


def measure_repetition(pairs: Sequence[Pair], tests: Iterable[PairTests]) -> Repetition:
    """Return how much the slow programs of pairs, and the outputs on their tests, repeat."""
    nearest = find_similarities(list_slow_programs(pairs))
    shares = [
        max(Counter(test.output for test in row.tests).values()) / len(row.tests)
        for row in tests
        if len(row.tests) > 1
    ]
    return Repetition(
        programs=len(nearest),
        similarity=median(nearest) if nearest else 0.0,
        near_duplicates=sum(it >= NEAR_DUPLICATE for it in nearest),
        pairs=len(shares),
        constant=sum(it == 1 for it in shares),
        nearly_constant=sum(it >= _NEARLY_CONSTANT for it in shares),
    )


def find_similarities(programs: Iterable[GroupedProgram]) -> list[float]:
    """Return the similarity of each program to the nearest other one of its group and language.

    A group's first `MAX_COMPARED` programs are compared; one that is alone is left out.
    """
    groups: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for number, program in enumerate(programs):
        group = groups[program.group, program.language]
        if len(group) < MAX_COMPARED:
            group[str(number)] = program.code
    return [
        score
        for (_, language), group in groups.items()
        for name, code in group.items()
        for _, score in find_nearest(
            code, language, {key: text for key, text in group.items() if key != name}, 1
        )
    ]


def read_reference(folder: Path, languages: Iterable[str]) -> list[GroupedProgram]:
    """Return the programs in a folder and below, by their suffixes; their folders group them.

    Of more than `_MAX_REFERENCE` programs of a language, those with the lowest hashes are taken.
    A link, and a file that is no text or is larger than what is parsed, is skipped.

    Raises:
        UserInputError: It is no folder, or has no program in any of the languages.
        StorageError: A file cannot be read.
    """
    if not folder.is_dir():
        raise UserInputError(
            "there is no such folder", where=str(folder), fix="name a folder with source files"
        )
    known = discover_languages()
    suffixes = map_suffixes({key: known[key] for key in sorted(set(languages))})
    found: dict[str, dict[str, GroupedProgram]] = defaultdict(dict)
    for path in sorted(folder.rglob("*")):
        language = suffixes.get(path.suffix)
        if language is None or path.is_symlink() or not path.is_file():
            continue
        with translate_os_errors(path, "cannot be read"), path.open("rb") as stream:
            data = stream.read(MAX_PARSED_BYTES + 1)
        try:
            code = decode_source(data)
        except UnicodeError:
            continue
        if len(data) <= MAX_PARSED_BYTES and list_words(code, language.key):
            found[language.key][digest(code)] = GroupedProgram(
                group=str(path.parent.relative_to(folder)), language=language.key, code=code
            )
    if not found:
        raise UserInputError(
            f"it has no program in {' or '.join(sorted(it.key for it in suffixes.values()))}",
            where=str(folder),
            fix=f"name a folder with files that end in {' or '.join(sorted(suffixes))}",
        )
    return [
        programs[key]
        for _, programs in sorted(found.items())
        for key in sorted(programs)[:_MAX_REFERENCE]
    ]


def compare_with_reference(
    programs: Sequence[GroupedProgram], reference: Sequence[GroupedProgram]
) -> list[LanguageRealism]:
    """Return how a run's programs differ from a reference, for each language of both."""
    languages = {it.language for it in programs} & {it.language for it in reference}
    return [
        _compare_language(
            language,
            [it for it in programs if it.language == language],
            [it for it in reference if it.language == language],
        )
        for language in sorted(languages)
    ]


def _compare_language(
    language: str, programs: Sequence[GroupedProgram], reference: Sequence[GroupedProgram]
) -> LanguageRealism:
    ours, theirs = ([measure_features(it) for it in part] for part in (programs, reference))
    features = [
        FeatureDistance(
            name=name,
            run=median(it[name] for it in ours),
            reference=median(it[name] for it in theirs),
            distance=float(
                ks_2samp([it[name] for it in ours], [it[name] for it in theirs]).statistic
            ),
        )
        for name in ours[0]
    ]
    answers = classify(
        [[list(it.values()) for it in part] for part in (ours, theirs)],
        [[it.group for it in part] for part in (programs, reference)],
    )
    interval = (
        binomtest(sum(answers), len(answers)).proportion_ci(method="wilson") if answers else None
    )
    shares = [_share_duplicates(part) for part in (programs, reference)]
    return LanguageRealism(
        language=language,
        programs=len(programs),
        reference=len(reference),
        features=tuple(sorted(features, key=lambda it: (-it.distance, it.name))),
        accuracy=fmean(answers) if answers else None,
        low=float(interval.low) if interval else None,
        high=float(interval.high) if interval else None,
        duplicates=shares[0],
        reference_duplicates=shares[1],
    )


def _share_duplicates(programs: Sequence[GroupedProgram]) -> float:
    nearest = find_similarities(programs)
    return fmean(it >= NEAR_DUPLICATE for it in nearest) if nearest else 0.0


def measure_features(program: GroupedProgram) -> dict[str, float]:
    """Return features of a program's length, nesting, names and use of libraries."""
    syntax = find_syntax(program.language)
    kinds = Counter(it.kind for it in tokenize(SourceText(program.language, program.code)))
    words = list_words(program.code, program.language)
    root = parse(program.code, syntax)
    names = collect_identifiers(root)
    loops = branches = functions = imports = depth = 0
    waiting = [(root, 0)]
    while waiting:
        node, level = waiting.pop()
        nests = node.type in syntax.loops | syntax.branches
        loops += node.type in syntax.loops
        branches += node.type in syntax.branches
        functions += node.type in syntax.functions
        imports += node.type in syntax.inert - syntax.comments
        depth = max(depth, level + nests)
        waiting += [(child, level + nests) for child in node.children]
    return {
        "lines": float(sum(bool(line.strip()) for line in program.code.splitlines())),
        "tokens": float(len(words)),
        "different tokens": float(len(set(words))),
        "comments": float(kinds["comment"]),
        "numbers": float(kinds["number"]),
        "functions": float(functions),
        "loops": float(loops),
        "branches": float(branches),
        "nesting of loops and branches": float(depth),
        "imports, includes and directives": float(imports),
        "different identifiers": float(len(names)),
        "mean length of identifiers": fmean(map(len, names)) if names else 0.0,
        "share of identifiers with one letter": fmean(len(it) == 1 for it in names)
        if names
        else 0.0,
    }


def classify(
    features: Sequence[Sequence[Sequence[float]]], groups: Sequence[Sequence[str]]
) -> list[bool]:
    """Return which programs a classifier assigns correctly to the first or the second part.

    It is a logistic regression, and judges each program by a fit to groups other than its own:
    otherwise it would recognize problems. From the larger part, as many programs are taken as the
    smaller one has.

    Args:
        features: Of each program, by part.
        groups: Of each program, by part.

    Returns:
        Nothing with fewer than `_LEAST_PROGRAMS` programs or `_FOLDS` groups in a part.
    """
    size = min(map(len, features))
    if size < _LEAST_PROGRAMS or min(len(set(part)) for part in groups) < _FOLDS:
        return []
    random = np.random.default_rng(0)
    rows, folds = [], []
    for part, names in zip(features, groups, strict=True):
        places = {name: at % _FOLDS for at, name in enumerate(sorted(set(names)))}
        chosen = random.permutation(len(part))[:size]
        rows += [part[at] for at in chosen]
        folds += [places[names[at]] for at in chosen]
    values = np.log1p(np.array(rows, dtype=float))
    labels = np.repeat([0.0, 1.0], size)
    fold_of = np.array(folds)
    answers: list[bool] = []
    for fold in range(_FOLDS):
        held = fold_of == fold
        predict = _fit(values[~held], labels[~held])
        answers += ((predict(values[held]) > 0.5) == (labels[held] > 0.5)).tolist()
    return answers


def _fit(values: _Array, labels: _Array) -> Callable[[_Array], _Array]:
    """Return a logistic regression, as a function from features to the probability of a 1."""
    center, scale = values.mean(axis=0), values.std(axis=0)
    scale[scale == 0] = 1.0

    def prepare(raw: _Array) -> _Array:
        return np.column_stack([np.ones(len(raw)), (raw - center) / scale])

    inputs = prepare(values)

    def compute_loss(weights: _Array) -> tuple[float, _Array]:
        scores = inputs @ weights
        loss = np.sum(np.logaddexp(0, scores) - labels * scores)
        penalty = _PENALTY * weights
        penalty[0] = 0.0  # the intercept is free
        return float(loss + penalty @ weights / 2), inputs.T @ (expit(scores) - labels) + penalty

    fitted = minimize(compute_loss, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B")
    return lambda raw: np.asarray(expit(prepare(raw) @ fitted.x))
