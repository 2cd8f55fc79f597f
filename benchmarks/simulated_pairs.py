"""Pairs for simulation, read from `gem5_pairs`: one file for each bundled problem."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pieforge.inputs import NamedInput
from pieforge.inputs.generation.package_generators import run_generator
from pieforge.problems import BUNDLED, Problem, SubmissionRole, load_problem
from pieforge.sandbox.sandbox import Limits, Sandbox

FOLDER = Path(__file__).parent / "gem5_pairs"
_GENERATED = "gen.py "
_SUBMITTED = {"slow": SubmissionRole.SLOW, "fast": SubmissionRole.FAST}
_LANGUAGE, _SUFFIX = "cpp17", ".cpp"
_SCRIPT = Limits(cpu_s=10.0)


@dataclass(frozen=True)
class Program:
    """One program of a pair; its name is unique within the problem."""

    problem: str
    name: str
    language: str
    code: str


@dataclass(frozen=True)
class Pair:
    """A slow and a fast program of one problem."""

    slow: Program
    fast: Program

    @property
    def problem(self) -> str:
        """Name of the bundled package."""
        return self.slow.problem

    @property
    def name(self) -> str:
        """Both programs' names."""
        return f"{self.slow.name}/{self.fast.name}"


@dataclass(frozen=True)
class Collection:
    """The pairs of one problem, and the inputs for their simulation.

    Attributes:
        inputs: Names of the package's tests, and calls of its generator with a fixed seed.
    """

    problem: Problem
    inputs: tuple[str, ...]
    pairs: tuple[Pair, ...]

    async def suite(self, sandbox: Sandbox) -> list[NamedInput]:
        """Return the inputs; run the generator for those that it writes."""
        tests = {test.name: test.input for test in self.problem.tests}
        return [
            await self._generated(sandbox, name)
            if name.startswith(_GENERATED)
            else NamedInput(name=name, data=tests[name])
            for name in self.inputs
        ]

    async def _generated(self, sandbox: Sandbox, name: str) -> NamedInput:
        script, *arguments = name.split()
        files = self.problem.generator_files
        return await run_generator(
            sandbox, files, script, arguments, name=name, salt="", limits=_SCRIPT
        )


def collections(folder: Path = FOLDER) -> list[Collection]:
    """Return all collections, in the order of their files.

    Raises:
        ValueError: An edit in a file cannot be applied.
    """
    return [_collection(path) for path in sorted(folder.glob("*.toml"))]


def _collection(path: Path) -> Collection:
    table = tomllib.loads(path.read_text())
    problem = load_problem(BUNDLED / path.stem)
    programs: dict[str, Program] = {}
    for name, role in _SUBMITTED.items():
        submission = problem.find_submission(role, _SUFFIX)
        assert submission is not None, f"{path.stem} has no {name} {_SUFFIX}"
        programs[name] = Program(path.stem, name, _LANGUAGE, submission.code)
    for name, made in table["programs"].items():
        try:
            code = made["text"].lstrip("\n") if "text" in made else _edited(made, programs)
        except ValueError as error:
            raise ValueError(f"{path}: {name}: {error}") from error
        programs[name] = Program(path.stem, name, made.get("language", _LANGUAGE), code)
    pairs = tuple(Pair(programs[slow], programs[fast]) for slow, fast in table["pairs"])
    return Collection(problem, tuple(table["inputs"]), pairs)


def _edited(made: Mapping[str, Any], programs: Mapping[str, Program]) -> str:
    """Return the text of the base program with all edits applied and functions replaced."""
    code = programs[made["base"]].code
    for old, new in made.get("edits", ()):
        if code.count(old) != 1:
            raise ValueError(f"occurs {code.count(old)} times, not once: {old!r}")
        code = code.replace(old, new)
    for function, text in made.get("functions", {}).items():
        definition = rf"^\w[^\n;{{}}]*\b{function}\([^;{{]*\{{\n.*?^\}}\n"
        pattern = re.compile(definition, re.MULTILINE | re.DOTALL)
        if len(pattern.findall(code)) != 1:
            raise ValueError(f"the function {function} is not defined exactly once")
        code = pattern.sub(lambda _, text=text: text.lstrip("\n"), code)  # type: ignore[misc]
    return code
