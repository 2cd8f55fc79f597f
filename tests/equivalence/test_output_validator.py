"""The default output validator of the problem package format, by its arguments."""

import pytest

from pieforge.equivalence.output_validator import OutputRules, create_default_checker
from pieforge.errors import PackageError
from pieforge.sandbox.sandbox import Limits, Sandbox

CASES = [
    ((), b"Yes  1\n", b"yes 1", True),
    ((), b"1.0", b"1", False),
    (("case_sensitive",), b"Yes", b"yes", False),
    (("case_sensitive",), b"yes\n\n1", b"yes 1", True),
    (("case_sensitive", "space_change_sensitive"), b"a  b", b"a b", False),
    (("case_sensitive", "space_change_sensitive"), b"a b", b"a b", True),
    (("float_tolerance", "1e-3"), b"1000.5 YES", b"1000 yes", True),
    (("float_absolute_tolerance", "1e-3"), b"1000.5", b"1000", False),
    (("float_relative_tolerance", "1e-3"), b"1000.5", b"1000", True),
    (("float_relative_tolerance", "1e-3"), b"0.0005", b"0", False),
    (("float_absolute_tolerance", "1e-3", "case_sensitive"), b"0.0005 A", b"0 a", False),
]


@pytest.mark.parametrize(("arguments", "output", "answer", "right"), CASES)
def test_the_default_validator_does_what_its_arguments_say(
    arguments: tuple[str, ...], output: bytes, answer: bytes, *, right: bool
) -> None:
    assert (create_default_checker(arguments)([output], [answer]) == "") is right


@pytest.mark.parametrize(
    "arguments",
    [
        ("float_tolerance",),
        ("float_tolerance", "-1"),
        ("float_tolerance", "inf"),
        ("float_tolerance", "nan"),
        ("sensitive",),
        ("space_change_sensitive",),
        ("space_change_sensitive", "case_sensitive", "float_tolerance", "1"),
    ],
)
def test_unknown_arguments_are_refused(arguments: tuple[str, ...]) -> None:
    with pytest.raises(PackageError):
        create_default_checker(arguments)


def test_other_bytes_match_only_with_a_tolerance_or_a_validator() -> None:
    assert not OutputRules(arguments=("case_sensitive",)).lenient
    assert OutputRules(arguments=("float_tolerance", "1e-6")).lenient
    assert OutputRules(validator={"v.py": ""}).lenient


@pytest.mark.parametrize("name", ["../supervisor", "/supervisor.py", "data/../../supervisor.py"])
async def test_a_validators_name_from_a_ledger_replaces_no_file_of_the_sandbox(
    name: str, sandbox: Sandbox
) -> None:
    rules = OutputRules(validator={"judge.py": "raise SystemExit(42)", name: "#!/bin/sh\n"})
    if name.endswith(".py"):
        rules = OutputRules(validator={name: "raise SystemExit(42)"})
    with pytest.raises(PackageError, match="cannot be the name"):
        await rules.check_output(sandbox, b"1", b"1", b"1", Limits())
