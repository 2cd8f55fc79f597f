"""The tests of a package: inputs, answers, and what their groups say about validators.

Source: the problem package format, section test data; `testdata.yaml` in the legacy version,
`test_group.yaml` and a `.yaml` next to a test in 2025-09.
"""

import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pieforge.errors import PackageError
from pieforge.problems import ProblemTest
from pieforge.problems.package_files import PackageFiles, show_path

_Value = TypeVar("_Value")

Words = tuple[str, ...]
_MAX_WORDS = 100
_MAX_WORD_CHARACTERS = 4096
_GROUP_FILES = ("testdata.yaml", "test_group.yaml")


@dataclass(frozen=True)
class _TestConfig:
    """What a test inherits from its groups.

    Attributes:
        input_validators: Arguments by the name of the validator; under the empty name, of all.
        output_validator: Arguments of the output validator.
    """

    input_validators: Mapping[str, Words] = field(default_factory=dict)
    output_validator: Words = ()


def read_tests(
    files: PackageFiles, folder: Path, output_args: Words = (), *, has_answers: bool = True
) -> tuple[ProblemTest, ...]:
    """Return the tests below a folder, sorted by path.

    Args:
        files: Reads them.
        folder: The folder of samples, secret tests or invalid inputs.
        output_args: Arguments of the output validator that the whole package has.
        has_answers: Whether each input has an answer.

    Raises:
        PackageError: A test has no answer, or needs more than its standard input; or a file cannot
            be read.
    """
    reader = _TestReader(files, folder, output_args, has_answers=has_answers)
    found = tuple(reader.read())
    names = Counter(test.name for test in found)
    if twice := [name for name, count in names.items() if count > 1]:
        raise PackageError(
            f"there are several tests called {twice[0]}",
            where=show_path(folder),
            fix="rename all but one",
        )
    return found


def choose_usual(values: Iterable[_Value], default: _Value) -> _Value:
    """Return the most frequent value, the first of those equally frequent."""
    return next((value for value, _ in Counter(values).most_common(1)), default)


def split_words(value: Any, where: Path, key: str) -> Words:  # noqa: ANN401 - any YAML value
    """Return the words of a YAML value, which is a list of words or a string of them.

    Raises:
        PackageError: It is neither, has an open quote, or is too long for a command line.
    """
    words: Words | None = None
    why = "neither text nor a list of texts"
    if isinstance(value, list) and all(isinstance(word, str | None) for word in value):
        words = tuple(word or "" for word in value)
    elif isinstance(value, str | None):
        try:
            words = tuple(shlex.split(value or ""))
        except ValueError as error:
            why = str(error).lower()
    if words is not None:
        if len(words) <= _MAX_WORDS and sum(map(len, words)) <= _MAX_WORD_CHARACTERS:
            return words
        why = f"more than {_MAX_WORDS} words or {_MAX_WORD_CHARACTERS} characters"
    raise PackageError(
        f"{key} cannot be read: {why}", where=show_path(where), fix="correct the value"
    )


class _TestReader:
    def __init__(
        self, files: PackageFiles, folder: Path, output_args: Words, *, has_answers: bool
    ) -> None:
        self.files = files
        self.folder = folder
        self.output_args = output_args
        self.has_answers = has_answers
        top = _TestConfig(output_validator=output_args)
        self.groups = {folder.parent: self._read_group(folder.parent, top)}

    def read(self) -> Iterator[ProblemTest]:
        paths = sorted(self.files.walk(self.folder))
        answers = {path.with_suffix(""): path for path in paths if path.suffix.lower() == ".ans"}
        for path in paths:
            if path.parent.suffix == ".files":
                raise PackageError(
                    "the test has files besides its standard input, which is not supported",
                    where=show_path(path.parent),
                    fix="leave the package out",
                )
            if path.suffix.lower() == ".in":
                yield self._read_test(path, answers.get(path.with_suffix("")))

    def _read_test(self, path: Path, answer: Path | None) -> ProblemTest:
        if self.has_answers and answer is None:
            raise PackageError(
                "a test has no answer",
                where=show_path(path.with_suffix(".ans")),
                fix="add it; `bt generate` of BAPCtools creates it by the accepted submission",
            )
        config = self._read_config(path.with_suffix(".yaml"), self._find_group(path.parent))
        inside = path.relative_to(self.folder).with_suffix("")
        return ProblemTest(
            name=f"{self.folder.name}/{inside}",
            input=self.files.read_bytes(path),
            answer=self.files.read_bytes(answer) if answer and self.has_answers else b"",
            input_validator_args=config.input_validators,
            output_validator_args=config.output_validator,
        )

    def _find_group(self, folder: Path) -> _TestConfig:
        """Return what the tests of a folder inherit."""
        if folder not in self.groups:
            self.groups[folder] = self._read_group(folder, self._find_group(folder.parent))
        return self.groups[folder]

    def _read_group(self, folder: Path, config: _TestConfig) -> _TestConfig:
        for name in _GROUP_FILES:
            config = self._read_config(folder / name, config)
        return config

    def _read_config(self, path: Path, config: _TestConfig) -> _TestConfig:
        """Return a configuration with what a file adds to it, if the file is there."""
        if not path.is_file():
            return config
        given = self.files.read_yaml(path)
        if split_words(given.get("args"), path, "args"):
            raise PackageError(
                "the test has command-line arguments (args), which is not supported",
                where=show_path(path),
                fix="leave the package out",
            )
        if "input_validator_args" in given or "input_validator_flags" in given:
            key = "input_validator_" + ("args" if "input_validator_args" in given else "flags")
            config = replace(config, input_validators=_read_map(given[key], path, key))
        if "output_validator_args" in given:
            words = split_words(given["output_validator_args"], path, "output_validator_args")
            config = replace(config, output_validator=words)
        elif "output_validator_flags" in given:
            # In the legacy format they follow those of problem.yaml.
            key = "output_validator_flags"
            words = tuple(w for ws in _read_map(given[key], path, key).values() for w in ws)
            config = replace(config, output_validator=(*self.output_args, *words))
        return config


def _read_map(value: Any, where: Path, key: str) -> dict[str, Words]:  # noqa: ANN401 - any YAML value
    """Return arguments by validator: a list or a text for all, or a mapping of either version."""
    if not isinstance(value, dict):
        return {"": split_words(value, where, key)}
    if value.keys() <= {"name", "flags"}:
        return {str(value.get("name") or ""): split_words(value.get("flags"), where, key)}
    return {name: split_words(words, where, key) for name, words in value.items()}
