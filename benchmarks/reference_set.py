"""Make or check the frozen set of slow programs that `pieforge eval` asks about.

    python -m benchmarks.reference_set --check        # verify problems/reference.jsonl
    python -m benchmarks.reference_set --write FILE   # make the set again

Per validation and held-out problem and language: the package's slow submissions, then the fast one
with a function of reference_functions.toml (both `hand`), then accepted submissions with one or two
anti-patterns of the dictionary (`dictionary`), up to five in all. Each has the fast submission's
output on every test and hidden input, passes the hack checks and the runs of `vet`, and takes at
least 5 times the fast submission's counted cycles on the timed tests. As an answer to it, the fast
submission passes the hack checks. No optimizer is asked.
"""

import argparse
import asyncio
import random
import tomllib
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

from pieforge.config import Config
from pieforge.evaluation.reference import REFERENCE_FILE, ReferenceProgram, read_reference
from pieforge.executors.cached import CachedExecutor
from pieforge.files import write_jsonl
from pieforge.graphs.evidence.hack_detection import (
    check_costs,
    check_embedded_answers,
    check_fast_text,
    check_fresh_input,
    check_slow_text,
)
from pieforge.graphs.evidence.output_equivalence import compare_outputs
from pieforge.graphs.evidence.sanitizer_runs import vet_program
from pieforge.graphs.problems.preparation import prepare_problem
from pieforge.graphs.results import PreparedProblem
from pieforge.graphs.run import open_executor
from pieforge.ledger import Ledger
from pieforge.lessons.patterns import list_rewrites
from pieforge.measurement.cost import compute_speedup
from pieforge.problems import BUNDLED, Problem, SubmissionRole, list_packages, load_named_problem
from pieforge.problems.split import SplitPart, read_split
from pieforge.records import ProgramText, Verdict
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tree import find_nodes, get_declared_name, get_text, parse

FUNCTIONS = Path(__file__).with_name("reference_functions.toml")
MOST = 5
LEAST_RATIO = 5.0
TRIED = 16
"""Rewrites that are tried per problem and language."""


async def verify(
    executor: CachedExecutor, problem: Problem, prepared: PreparedProblem, slow: ProgramText
) -> tuple[float, str]:
    """Return a program's counted time over the fast submission's, and what is wrong with it."""
    fast, rules = prepared.get_fast(slow.language), prepared.output_rules
    hack = check_slow_text(slow) or await check_fast_text(executor, problem, slow, fast)
    if hack is not None:
        return 0.0, f"{hack.reason}: {hack.detail}"
    found = await compare_outputs(executor, rules, fast, slow, prepared.all_inputs)
    if found.reason is not None:
        return 0.0, f"{found.reason} {found.detail}"
    names = prepared.timed[slow.language]
    costs = [await executor.measure(it, prepared.selection, names) for it in (slow, fast)]
    if any(cost.verdict is not Verdict.AC for cost in costs):
        return 0.0, f"counting: {costs[0].verdict}"
    net = executor.languages[slow.language].net_of_startup
    ratio = compute_speedup(*costs, net_of_startup=net)
    if ratio < LEAST_RATIO:
        return ratio, f"only {ratio:.2f}x"
    hack = (
        check_costs(*costs)
        or await check_embedded_answers(executor, prepared.all_inputs, slow, fast)
        or await check_fresh_input(executor, prepared, costs[1], slow, fast)
    )
    if hack is not None:
        return ratio, f"{hack.reason}: {hack.detail}"
    vet = await vet_program(executor, slow, prepared.hidden, rules)
    return ratio, f"{vet.reason}: {vet.detail}" if vet.reason is not None else ""


def iter_rewrites(problem: Problem, language: str, suffix: str) -> Iterator[ReferenceProgram]:
    """Yield accepted submissions with one or two anti-patterns, in seeded order."""
    found = []
    for submission in problem.submissions:
        if submission.role is SubmissionRole.FAST and submission.suffix == suffix:
            once = list_rewrites(submission.code, language)
            found += [((it.pattern,), it.code) for it in once]
            for first, second in combinations(sorted({it.pattern for it in once}), 2):
                base = next(it.code for it in once if it.pattern == first)
                again = [it for it in list_rewrites(base, language) if it.pattern == second]
                found += [((first, second), it.code) for it in again[:1]]
    random.Random(f"{problem.problem_id}/{language}").shuffle(found)
    for patterns, code in found:
        yield create(problem, language, code, "dictionary", patterns)


def create(
    problem: Problem, language: str, code: str, made_by: str, patterns: tuple[str, ...] = ()
) -> ReferenceProgram:
    """Return a program that is not verified yet."""
    return ReferenceProgram.model_validate(
        {
            "program_id": ProgramText.create(problem.problem_id, language, code).program_id,
            "problem_id": problem.problem_id,
            "language": language,
            "made_by": made_by,
            "patterns": patterns,
            "speedup": 0.0,
            "code": code,
        }
    )


def iter_hand(problem: Problem, language: str, suffix: str) -> Iterator[ReferenceProgram]:
    """Yield the programs that people wrote: submissions, and the fast one with a slow function."""
    for submission in problem.submissions:
        if submission.role is SubmissionRole.SLOW and submission.suffix == suffix:
            yield create(problem, language, submission.code, "hand")
    fast = problem.find_submission(SubmissionRole.FAST, suffix)
    for it in tomllib.loads(FUNCTIONS.read_text())["function"]:
        if fast is not None and (it["problem"], it["language"]) == (problem.problem_id, language):
            root = parse(fast.code, find_syntax(language))
            [old] = [
                get_text(node)
                for node in find_nodes(root, find_syntax(language).functions)
                if get_declared_name(node) == it["name"]
            ]
            yield create(problem, language, fast.code.replace(old, it["code"].strip()), "hand")


async def make_group(
    executor: CachedExecutor, problem: Problem, prepared: PreparedProblem, language: str
) -> list[ReferenceProgram]:
    """Return the verified programs of one problem and language."""
    suffix = executor.languages[language].suffix
    hand = iter_hand(problem, language, suffix)
    chosen: list[ReferenceProgram] = []
    for tried, program in enumerate((*hand, *iter_rewrites(problem, language, suffix))):
        if len(chosen) == MOST or tried == TRIED:
            break
        # Each anti-pattern once: the set is worth the number of different lessons in it.
        if program.patterns and any(set(program.patterns) & set(it.patterns) for it in chosen):
            continue
        ratio, wrong = await verify(executor, problem, prepared, program.text)
        print(problem.problem_id, language, program.made_by, *program.patterns, wrong or ratio)
        if not wrong:
            chosen.append(program.model_copy(update={"speedup": round(ratio, 3)}))
    return chosen


async def main(write: Path | None, only: list[str]) -> int:
    """Make the set, or check it; return the number of wrong programs."""
    config, wrong = Config(), 0
    split = read_split(BUNDLED, list_packages(BUNDLED))
    names = sorted(name for name, part in split.items() if part is not SplitPart.TRAIN)
    names = [name for name in names if not only or name in only]
    found: list[ReferenceProgram] = []
    known = [] if write else read_reference(BUNDLED / REFERENCE_FILE)
    with TemporaryDirectory() as place:
        ledger = Ledger(Path(place) / "ledger.sqlite")
        loaded = {name: load_named_problem(BUNDLED, name) for name in names}
        limits = {name: problem.limits for name, problem in loaded.items()}
        async with open_executor(config, ledger, package_limits=limits) as executor:
            for name, problem in loaded.items():
                prepared = await prepare_problem(executor, problem, config)
                if write:
                    for language in config.run.languages:
                        if language in prepared.slow and language in prepared.fast:
                            found += await make_group(executor, problem, prepared, language)
                for program in (it for it in known if it.problem_id == name):
                    _, fault = await verify(executor, problem, prepared, program.text)
                    wrong += bool(fault)
                    print(name, program.program_id, fault or "right")
        ledger.close()
    if write:
        write_jsonl(write, (it.model_dump(mode="json") for it in found))
    return wrong


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--check", action="store_true")
    chosen.add_argument("--write", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="problems")
    given = parser.parse_args()
    raise SystemExit(min(1, asyncio.run(main(given.write, given.only))))
