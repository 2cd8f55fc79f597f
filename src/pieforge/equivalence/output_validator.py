"""How a problem wants outputs compared: its package's own validator, or the format's default one.

Source: the problem package format, section output validator: the default validator and its
arguments.
"""

import math
from collections.abc import Sequence

from pydantic import Field

from pieforge.equivalence.checkers import (
    Checker,
    Pieces,
    compare_exactly,
    compare_tokens,
    create_float_checker,
)
from pieforge.errors import PackageError
from pieforge.inputs.validation.programs import run_program
from pieforge.records import FrozenModel, PackageProgram, digest
from pieforge.sandbox.sandbox import Limits, RunResult, Sandbox

_RIGHT, _WRONG = 42, 43
"""Exit statuses of an output validator (problem package format, section output validator)."""
_SWITCHES = ("case_sensitive", "space_change_sensitive")
_TOLERANCES = ("float_tolerance", "float_absolute_tolerance", "float_relative_tolerance")


class OutputRules(FrozenModel):
    """What a package says about right outputs.

    Attributes:
        arguments: Of the output validator, its own or the default one.
        validator: Texts of the package's own output validator by file name; empty for none.
        main: Which of them is the program; the only one if empty.
        by_input: Arguments for the package's tests that have others, by the digest of the input.
    """

    arguments: tuple[str, ...] = ()
    validator: dict[str, str] = Field(default_factory=dict)
    main: str = ""
    by_input: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @property
    def lenient(self) -> bool:
        """Whether two outputs of other bytes can both be right: only then are they looked at."""
        words = (word for each in (self.arguments, *self.by_input.values()) for word in each)
        return bool(self.validator) or any(word in _TOLERANCES for word in words)

    def select(self, stdin: bytes) -> "OutputRules":
        """Return the rules for one input."""
        if not self.by_input:
            return self
        arguments = self.by_input.get(digest(stdin), self.arguments)
        return self.model_copy(update={"arguments": arguments, "by_input": {}})

    async def check_output(
        self, sandbox: Sandbox, stdin: bytes, answer: bytes, output: bytes, limits: Limits
    ) -> str:
        """Return what is wrong with an output, or an empty string.

        A package's own validator is called with the paths of input and answer, a folder for its
        messages and its arguments; the output is its standard input. What it writes on standard
        error is its message.

        Raises:
            PackageError: The arguments are unknown, or the validator ends neither with 42 nor 43.
            SandboxError: The sandbox failed twice.
        """
        rules = self.select(stdin)
        if not self.validator:
            return create_default_checker(rules.arguments)([output], [answer])
        program = PackageProgram(files=self.validator, main=self.main or next(iter(self.validator)))
        data = {"data/input": stdin, "data/answer": answer}
        arguments = (*data, "feedback/", *rules.arguments)
        result = await run_program(
            sandbox, program, arguments, output, limits, data=data, writable="feedback"
        )
        return _describe_rejection(program.main, result)


def _describe_rejection(script: str, result: RunResult) -> str:
    """Return why a validator that ended rejects an output; empty where it accepts it."""
    message = result.stderr.decode(errors="replace").strip()
    if result.exit_code == _RIGHT:
        return ""
    if result.exit_code == _WRONG:
        return message or "the output validator rejects it"
    raise PackageError(
        f"the output validator {script} ended with {result.verdict}, "
        f"exit status {result.exit_code}: {message[-200:]}",
        fix="it has to exit with 42 (right) or 43 (wrong)",
    )


def create_default_checker(arguments: Sequence[str]) -> Checker:
    """Return the default output validator for its arguments.

    Words are compared, blanks and case aside unless a switch says otherwise; numbers may differ
    where a tolerance is given.

    Raises:
        PackageError: An argument is unknown, or is no tolerance.
    """
    switches = dict.fromkeys(_SWITCHES, False)
    tolerance: dict[str, float] = {}
    words = iter(arguments)
    for word in words:
        if word in _TOLERANCES:
            tolerance[word] = _parse_tolerance(word, next(words, ""))
        elif word in switches:
            switches[word] = True
        else:
            known = ", ".join((*_SWITCHES, *_TOLERANCES))
            raise PackageError(
                f"the default output validator has no argument {word!r}", fix=f"known: {known}"
            )
    both = tolerance.get("float_tolerance", 0.0)
    absolute = tolerance.get("float_absolute_tolerance", both)
    relative = tolerance.get("float_relative_tolerance", both)
    if switches["space_change_sensitive"]:
        if tolerance or not switches["case_sensitive"]:
            raise PackageError(
                "space_change_sensitive is known only together with case_sensitive, and without "
                "a tolerance",
                fix="drop it, or bring an output validator",
            )
        return compare_exactly
    compare = (
        create_float_checker(absolute=absolute, relative=relative) if tolerance else compare_tokens
    )
    return compare if switches["case_sensitive"] else _ignore_case(compare)


def _parse_tolerance(name: str, value: str) -> float:
    try:
        found = float(value)
    except ValueError:
        found = math.nan
    if not 0 <= found < math.inf:
        raise PackageError(f"{name} {value!r} is no tolerance", fix="a number such as 1e-6")
    return found


def _ignore_case(compare: Checker) -> Checker:
    def check(output: Pieces, answer: Pieces) -> str:
        return compare((p.lower() for p in output), (p.lower() for p in answer))

    return check
