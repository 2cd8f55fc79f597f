"""Words that a program has no honest use for, as a table by language."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pieforge.integrity.analysis.lexing import tokenize_source
from pieforge.integrity.analysis.names import expand_source, iter_foreign_uses
from pieforge.integrity.analysis.python_names import (
    find_assigned_names,
    list_full_names,
    list_imports,
)
from pieforge.integrity.check import CheckedProgram


@dataclass(frozen=True)
class ForbiddenNames:
    """What is forbidden, and what it is, by language.

    Attributes:
        c: Names of C and C++ that are not the source's own.
        members: Names of C++ that count behind a dot or an arrow as well.
        headers: Headers of C and C++.
        python: Modules, functions and attributes, by their full names; what lies below one is
            forbidden with it.
        phrases: Sequences of tokens of the other languages, by the language's key.
    """

    c: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    python: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def find_uses(self, checked: CheckedProgram) -> Iterator[str]:
        """Yield what a program uses of it."""
        if checked.family == "c":
            yield from self._find_in_c(checked)
        elif checked.family == "python":
            yield from self._find_in_python(checked)
        else:
            yield from self._find_in_tokens(checked)

    def _find_in_c(self, checked: CheckedProgram) -> Iterator[str]:
        source = expand_source(checked.text, trigraphs=checked.trigraphs)
        for header in source.includes:
            if (name := header.strip('<>"')) in self.headers:
                yield f"{header}: {self.headers[name]}"
        for use in iter_foreign_uses(checked.text, self.c, trigraphs=checked.trigraphs):
            yield f"{use.name}: {self.c[use.name]}"
        for before, word in zip(source.tokens, source.tokens[1:], strict=False):
            if before.text in (".", "->") and word.text in self.members:
                yield f".{word.text}: {self.members[word.text]}"

    def _find_in_python(self, checked: CheckedProgram) -> Iterator[str]:
        own = find_assigned_names(checked.text) - {i.alias for i in list_imports(checked.text)}
        named = [
            (f"{i.module}.{i.name}" if i.name else i.module) for i in list_imports(checked.text)
        ]
        named += [n for n in list_full_names(checked.text) if n.split(".")[0] not in own]
        for name in named:
            parts = name.split(".")
            for length in range(len(parts), 0, -1):
                if (known := ".".join(parts[:length])) in self.python:
                    yield f"{name}: {self.python[known]}"
                    break

    def _find_in_tokens(self, checked: CheckedProgram) -> Iterator[str]:
        phrases = self.phrases.get(checked.language, {})
        words = [word.text for word in tokenize_source(checked.text).tokens if word.kind != "line"]
        said = f" {' '.join(words)} " if phrases else ""
        for phrase, what in phrases.items():
            if f" {phrase} " in said:
                yield f"{phrase.replace(' ', '')}: {what}"


def describe_names(what: str, *names: str) -> dict[str, str]:
    """Return the same description for several names, given apart or in one string."""
    return {name: what for part in names for name in part.split()}


def describe_phrases(what: str, *sequences: str) -> dict[str, str]:
    """Return the same description for several sequences of tokens, a blank between two tokens."""
    return dict.fromkeys(sequences, what)


def create_look(forbidden: ForbiddenNames) -> Callable[[CheckedProgram], Iterator[str]]:
    """Return a look for forbidden words and nothing else."""
    return forbidden.find_uses
