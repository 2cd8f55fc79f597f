"""The contract of anti-patterns: sites, and rewrites with equal outputs that cost more."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pieforge import problems
from pieforge.config import Config, RunSection
from pieforge.executors.cached import CachedExecutor
from pieforge.inputs import NamedInput
from pieforge.lessons.patterns import (
    FAMILY,
    Rewrite,
    discover_patterns,
    find_rewrites,
    identify_patterns,
    list_rewrites,
    show_example,
)
from pieforge.problems import SubmissionRole
from pieforge.problems.split import SplitPart, read_split
from pieforge.records import ProgramText, Verdict
from pieforge.similarity import compute_fingerprint

LANGUAGES = {"cpp": "cpp17", "python": "python"}
FORMS = [(key, LANGUAGES[form]) for key, it in discover_patterns().items() for form in it.forms]
EACH = pytest.mark.parametrize(("key", "language"), FORMS)
WITHOUT_A_SITE = {
    "cpp17": '#include <cstdio>\n\nint main() {\n    puts("hello");\n    return 0;\n}\n',
    "python": 'print("hello")\n',
}
INPUTS = [NamedInput(str(n), b"%d\n" % n) for n in (1, 2, 7, 50, 2000)]
SUFFIXES = {".cpp": "cpp17", ".py": "python"}
SAMPLE = 24


@pytest.fixture
def config() -> Config:
    return Config(run=RunSection(languages=("cpp17", "python")))


@pytest.mark.parametrize("key", discover_patterns())
def test_a_pattern_says_what_it_is(key: str) -> None:
    pattern = discover_patterns()[key]
    texts = (pattern.title, pattern.description, pattern.source, pattern.preconditions)
    assert all(texts)
    assert pattern.shown_by
    assert pattern.kind in ("asymptotic", "constant")
    assert pattern.forms
    assert set(pattern.forms) <= set(FAMILY.values())


def test_titles_of_patterns_differ() -> None:
    titles = [pattern.title for pattern in discover_patterns().values()]
    assert len(set(titles)) == len(titles)


@EACH
def test_the_example_has_a_site_and_its_rewrite_is_recognized(key: str, language: str) -> None:
    fast, slow = show_example(key, language)
    assert identify_patterns(fast, slow, language) == (key,)
    assert identify_patterns(slow, fast, language) == ()


@EACH
def test_a_program_without_a_site_is_left_alone(key: str, language: str) -> None:
    assert find_rewrites(key, WITHOUT_A_SITE[language], language) == []


@EACH
def test_a_program_with_a_syntax_error_is_left_alone(key: str, language: str) -> None:
    broken = show_example(key, language)[0] + "\n)("
    assert find_rewrites(key, broken, language) == []


@EACH
def test_only_the_recorded_site_changes(key: str, language: str) -> None:
    fast = show_example(key, language)[0].encode()
    for rewrite in find_rewrites(key, fast.decode(), language):
        slow = rewrite.code.encode()
        assert slow[: rewrite.start] == fast[: rewrite.start]
        assert slow.endswith(fast[rewrite.end :])


@pytest.mark.slow
@EACH
async def test_the_rewritten_example_has_equal_outputs_and_costs_more(
    key: str, language: str, executor: CachedExecutor
) -> None:
    suite = executor.store_suite(INPUTS)
    fast, slow = (ProgramText.create("", language, it) for it in show_example(key, language))
    seen = [await executor.observe(program, suite) for program in (fast, slow)]
    assert [it.verdict for it in seen] == [Verdict.AC, Verdict.AC], seen[1].detail
    assert seen[0].outputs == seen[1].outputs
    costs = [await executor.measure(program, suite, ["2000"]) for program in (fast, slow)]
    least = 2.0 if discover_patterns()[key].kind == "asymptotic" else 1.05
    assert costs[1].net / costs[0].net >= least


def iter_bundled() -> Iterator[tuple[str, str, str]]:
    """Yield problem, language and text of the right submissions; the held-out ones are not read."""
    packages = Path("problems")
    names = [it.name for it in packages.iterdir() if it.is_dir()]
    for name, part in read_split(packages, names).items():
        if part is SplitPart.HELD_OUT:
            continue
        for program in problems.load_problem(Path("problems") / name).submissions:
            if program.role is SubmissionRole.FAST:
                yield name, SUFFIXES[program.suffix], program.code


def list_sites() -> list[tuple[str, str, str, Rewrite]]:
    return [
        (name, language, code, rewrite)
        for name, language, code in iter_bundled()
        for rewrite in list_rewrites(code, language)
    ]


async def check_rewrite(
    executor: CachedExecutor, problem: str, language: str, code: str, slow: str
) -> str:
    """Run a rewritten bundled program on its package's tests; return what is wrong, or nothing."""
    tests = problems.load_problem(Path("problems") / problem).tests
    inputs = [NamedInput(test.name, test.input) for test in tests]
    ran = [
        await executor.run_inputs(ProgramText.create(problem, language, text), inputs)
        for text in (code, slow)
    ]
    for name, right, found in zip(inputs, *ran, strict=False):
        if found.verdict is Verdict.TLE:
            return ""  # slower than this test can wait for; what ran before was right
        if (found.verdict, found.output) != (right.verdict, right.output):
            return f"{name.name}: {found.verdict} {found.detail}"
    return ""


@pytest.mark.slow
async def test_rewrites_of_bundled_programs_behave_like_them(executor: CachedExecutor) -> None:
    """A sample over all patterns; `make test-long` runs all sites."""
    sites = list_sites()
    random.Random(1).shuffle(sites)
    by_form = {
        (rewrite.pattern, language): site for site in sites for *_, language, _, rewrite in [site]
    }
    assert len(by_form) >= 12
    for problem, language, code, rewrite in list(by_form.values())[:SAMPLE]:
        wrong = await check_rewrite(executor, problem, language, code, rewrite.code)
        assert not wrong, f"{rewrite.pattern} in {problem}: {wrong}\n{rewrite.code}"


@pytest.mark.long
async def test_all_rewrites_of_bundled_programs_behave_like_them(executor: CachedExecutor) -> None:
    for problem, language, code, rewrite in list_sites():
        wrong = await check_rewrite(executor, problem, language, code, rewrite.code)
        assert not wrong, f"{rewrite.pattern} in {problem}: {wrong}\n{rewrite.code}"


def test_two_patterns_in_one_program_are_recognized() -> None:
    fast = show_example("list_for_vector", "cpp17")[0]
    found = {
        (first.pattern, second.pattern): second.code
        for first in list_rewrites(fast, "cpp17")
        for second in list_rewrites(first.code, "cpp17")
        if first.pattern < second.pattern
    }
    for keys, slow in found.items():
        assert sorted(identify_patterns(fast, slow, "cpp17")) == sorted(keys)


@EACH
def test_other_names_and_layout_do_not_hide_a_site(key: str, language: str) -> None:
    fast = show_example(key, language)[0]
    commented = fast.replace("\nint main", "\n// main\nint main").replace("total", "overall")
    sites = find_rewrites(key, commented, language)
    assert len(sites) == len(find_rewrites(key, fast, language))
    assert all(
        compute_fingerprint(it.code, language) != compute_fingerprint(commented, language)
        for it in sites
    )
