"""Every bundled problem: its shape, what is built of it, what the validator teaches, a draw."""

import random

import pytest

from pieforge.inputs.generation.building import build
from pieforge.inputs.generation.portfolio import Portfolio
from pieforge.inputs.generation.values import Scaled
from pieforge.inputs.grammar.inference import infer
from pieforge.inputs.validation.limits import explored
from pieforge.inputs.validation.validators import Validation
from pieforge.problems import BUNDLED, Problem, load_all
from pieforge.sandbox.sandbox import Sandbox

EACH = pytest.mark.parametrize("problem", load_all(BUNDLED), ids=lambda p: p.problem_id)
FLOOR = 0.95
"""Least part of freshly built inputs that the validator has to accept; 1.0 was measured for all."""


@EACH
async def test_its_shape_reads_its_tests_and_builds_what_its_validator_accepts(
    problem: Problem, sandbox: Sandbox
) -> None:
    examples = [test.input for test in problem.tests]
    shape = infer(examples)
    assert not shape.plain
    for data in examples:
        document = shape.read(data)
        assert document is not None
        assert shape.render(document) == data
    valid = Validation(sandbox, problem.validators).accepts
    shape = await explored(shape, valid, seed="test")
    fractions = [random.Random(number).random() ** 3 for number in range(60)]
    built = [build(shape, Scaled(random.Random(at), one)) for at, one in enumerate(fractions)]
    accepted = await valid([data for data in built if data is not None])
    assert sum(accepted) >= FLOOR * len(built)


@EACH
async def test_a_draw_gives_valid_inputs_of_several_strata_and_none_twice(
    problem: Problem, sandbox: Sandbox
) -> None:
    examples = [test.input for test in problem.tests]
    validation = Validation(sandbox, problem.validators)
    texts = [submission.code for submission in problem.submissions][:2]
    source = Portfolio(infer(examples), examples, validation.accepts, seed="test")
    drawn = await source.draw(24, programs=texts)
    assert len({item.data for item in drawn} - set(examples)) == 24
    assert all(await validation.accepts([item.data for item in drawn]))
    assert len({item.name.partition("/")[0] for item in drawn}) >= 5
