import pytest

from pieforge.errors import PackageError
from pieforge.inputs.validation.validators import InputValidators
from pieforge.records import PackageProgram
from pieforge.sandbox.sandbox import Limits, Sandbox

POSITIVE = "import sys\nsys.exit(42 if int(input()) > 0 else 43)\n"
INPUTS = [b"1\n", b"0\n", b"7\n", b"-3\n"]


def create_validators(sandbox: Sandbox, texts: dict[str, str]) -> InputValidators:
    programs = {name: PackageProgram.create(name, text) for name, text in texts.items()}
    return InputValidators(sandbox, programs)


async def test_many_inputs_are_judged_at_once_and_each_has_its_own_verdict(
    sandbox: Sandbox,
) -> None:
    validation = create_validators(sandbox, {"check.py": POSITIVE})
    assert await validation.validate_inputs(INPUTS) == [True, False, True, False]


async def test_an_input_must_pass_every_validator(sandbox: Sandbox) -> None:
    odd = "import sys\nsys.exit(42 if int(sys.stdin.read()) % 2 else 43)\n"
    validation = create_validators(sandbox, {"check.py": POSITIVE, "odd.py": odd})
    assert await validation.validate_inputs([b"1\n", b"2\n", b"-1\n"]) == [True, False, False]


async def test_a_validator_that_crashes_on_one_input_refuses_that_one_alone(
    sandbox: Sandbox,
) -> None:
    validation = create_validators(sandbox, {"check.py": POSITIVE})
    assert await validation.run_validator("check.py", [b"1\n", b"x\n", b"5\n"]) == [42, 1, 42]


async def test_a_validator_that_kills_its_process_affects_no_other_input(sandbox: Sandbox) -> None:
    text = "import os, sys\nn = int(input())\nn == 2 and os._exit(43)\nsys.exit(42)\n"
    validation = create_validators(sandbox, {"check.py": text})
    found = await validation.run_validator("check.py", [b"1\n", b"2\n", b"3\n", b"2\n", b"4\n"])
    assert found == [42, 43, 42, 43, 42]


async def test_a_validator_that_prints_and_keeps_state_is_judged_as_when_alone(
    sandbox: Sandbox,
) -> None:
    text = (
        "import os, sys\nprint('42')\nos.write(1, b'42\\n')\n"
        "seen = globals().setdefault('seen', [])\nseen.append(input())\n"
        "sys.exit(42 if len(seen) == 1 and __name__ == '__main__' else 43)\n"
    )
    validation = create_validators(sandbox, {"check.py": text})
    assert await validation.validate_inputs(INPUTS) == [True] * 4


async def test_a_validator_that_reads_the_descriptor_itself_runs_alone(
    sandbox: Sandbox,
) -> None:
    text = "import os, sys\nsys.exit(42 if int(os.read(0, 99)) > 0 else 43)\n"
    validation = create_validators(sandbox, {"check.py": text})
    assert await validation.validate_inputs(INPUTS) == [True, False, True, False]


async def test_a_validator_in_another_language_gets_one_process_for_each_input(
    sandbox: Sandbox,
) -> None:
    text = (
        '#include <cstdio>\nint main() { int n; return scanf("%d", &n) == 1 && n > 0 ? 42 : 43; }'
    )
    validation = create_validators(sandbox, {"check.cpp": text})
    assert await validation.validate_inputs(INPUTS) == [True, False, True, False]


@pytest.mark.parametrize(
    ("name", "text"),
    [("spin.py", "while True:\n    pass\n"), ("spin.cpp", "int main() { for (;;) {} }\n")],
)
async def test_a_validator_that_does_not_end_is_named_after_a_few_inputs(
    sandbox: Sandbox, name: str, text: str
) -> None:
    programs = {name: PackageProgram.create(name, text)}
    validation = InputValidators(sandbox, programs, Limits(cpu_s=0.2))
    with pytest.raises(PackageError, match=f"validator {name} does not come to an end: 3 inputs"):
        await validation.validate_inputs([f"{n}\n".encode() for n in range(1000)])


async def test_a_validator_that_does_not_end_on_one_input_refuses_that_one(
    sandbox: Sandbox,
) -> None:
    text = "import sys\nn = int(input())\nwhile n == 7:\n    pass\nsys.exit(42)\n"
    programs = {"check.py": PackageProgram.create("check.py", text)}
    validation = InputValidators(sandbox, programs, Limits(cpu_s=0.5))
    assert await validation.validate_inputs(INPUTS) == [True, True, False, True]


async def test_a_batch_has_the_arguments_that_were_asked_for(sandbox: Sandbox) -> None:
    text = "import sys\nsys.exit(42 if int(input()) < int(sys.argv[1]) else 43)\n"
    program = PackageProgram(files={"check.py": text}, main="check.py", arguments=("5",))
    validation = InputValidators(sandbox, {"check.py": program})
    assert await validation.validate_inputs(INPUTS) == [True, True, False, True]
    assert await validation.run_validator("check.py", INPUTS, ["1"]) == [43, 42, 43, 42]
