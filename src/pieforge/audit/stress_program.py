"""Search for the inputs on which one program is slow. For people, outside a run."""

from functools import partial
from pathlib import Path

from pieforge.audit.compare_programs import check_compiles, read_program
from pieforge.errors import UserInputError
from pieforge.executors.cached import CachedExecutor
from pieforge.graphs.evidence.stress_inputs import (
    StressSearchResult,
    find_stress_inputs,
    generate_largest_inputs,
)
from pieforge.graphs.problems.suites import (
    collect_accepted,
    create_input_check,
    create_output_rules,
)
from pieforge.inputs import NamedInput
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.validation.limits import generalize_grammar
from pieforge.problems import Problem


async def stress_file(
    executor: CachedExecutor, problem: Problem, path: Path, *, cpu_s: float
) -> StressSearchResult:
    """Search for valid inputs of a problem on which a program does the most work.

    Raises:
        UserInputError: The program cannot be read, does not compile, or is in a language whose
            work is not counted.
        PackageError: The package's generators or validators fail.
    """
    program = await read_program(executor, problem, path)
    language = executor.languages[program.language]
    if not language.counting_command:
        counted = sorted(it.title for it in executor.languages.values() if it.counting_command)
        raise UserInputError(
            f"the work of {language.title} programs is not counted",
            where=str(path),
            fix=f"take a program in one of: {', '.join(counted)}",
        )
    await check_compiles(executor, path, program)
    accepted = await collect_accepted(executor, problem)
    check = create_input_check(executor, problem, create_output_rules(problem), accepted)
    valid = partial(executor.check_inputs, check)
    tests = [NamedInput(test.name, test.input) for test in problem.tests]
    tests.sort(key=lambda test: (-len(test.data), test.data))
    grammar = infer_grammar([test.data for test in tests])
    grammar = await generalize_grammar(grammar, valid, seed=problem.problem_id)
    given = [*tests, *await generate_largest_inputs(executor, problem, check, seed=1)]
    found = await find_stress_inputs(executor, program, given, grammar, check, cpu_s=cpu_s)
    if not found.is_counted:
        raise UserInputError(
            "the program compiles, but not together with the code that counts its work",
            where=str(path),
            fix="rename what begins with pf_ or __wrap_ in it",
        )
    return found
