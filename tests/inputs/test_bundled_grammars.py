"""Every bundled problem: its grammar, generated inputs, learned limits, drawn inputs."""

import random

import pytest

from pieforge.inputs.generation.building import build_input
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.generation.values import FractionFill
from pieforge.inputs.grammar.inference import infer_grammar
from pieforge.inputs.validation.limits import generalize_grammar
from pieforge.inputs.validation.validators import InputValidators
from pieforge.problems import BUNDLED, Problem, list_packages, load_problem
from pieforge.sandbox.sandbox import Sandbox
from pieforge.syntax.tokens import SourceText

pytestmark = pytest.mark.slow

EACH = pytest.mark.parametrize(
    "problem",
    [load_problem(BUNDLED / name) for name in list_packages(BUNDLED)],
    ids=lambda p: p.problem_id,
)
LANGUAGES = {".cpp": "cpp17", ".py": "python"}
FLOOR = 0.95
"""Least share of generated inputs that the validator must accept; 1.0 was measured for all."""


@EACH
async def test_its_grammar_reads_its_tests_and_generates_what_its_validator_accepts(
    problem: Problem, sandbox: Sandbox
) -> None:
    examples = [test.input for test in problem.tests]
    grammar = infer_grammar(examples)
    assert not grammar.unstructured
    for data in examples:
        document = grammar.parse(data)
        assert document is not None
        assert grammar.render(document) == data
    valid = InputValidators(sandbox, problem.validators).validate_inputs
    grammar = await generalize_grammar(grammar, valid, seed="test")
    fractions = [random.Random(number).random() ** 3 for number in range(60)]
    built = [
        build_input(grammar, FractionFill(random.Random(at), one))
        for at, one in enumerate(fractions)
    ]
    accepted = await valid([data for data in built if data is not None])
    assert sum(accepted) >= FLOOR * len(built)


@EACH
async def test_drawn_inputs_are_valid_distinct_and_of_several_strata(
    problem: Problem, sandbox: Sandbox
) -> None:
    examples = [test.input for test in problem.tests]
    validation = InputValidators(sandbox, problem.validators)
    texts = [SourceText(LANGUAGES[one.path.suffix], one.code) for one in problem.submissions][:2]
    source = Portfolio(infer_grammar(examples), examples, validation.validate_inputs, seed="test")
    drawn = await source.draw(24, programs=texts)
    assert len({item.data for item in drawn} - set(examples)) == 24
    assert all(await validation.validate_inputs([item.data for item in drawn]))
    assert len({item.name.partition("/")[0] for item in drawn}) >= 5
