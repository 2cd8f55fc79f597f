"""Words that a program has no honest use for, as a table by language."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from pieforge.integrity.analysis.lexing import lexed
from pieforge.integrity.analysis.names import foreign_uses, read
from pieforge.integrity.analysis.python_names import assigned, full_names, imports
from pieforge.integrity.check import Suspect


@dataclass(frozen=True)
class Forbidden:
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

    def seen(self, suspect: Suspect) -> Iterator[str]:
        """Yield what a program uses of it."""
        if suspect.family == "c":
            yield from self._seen_in_c(suspect)
        elif suspect.family == "python":
            yield from self._seen_in_python(suspect)
        else:
            yield from self._seen_elsewhere(suspect)

    def _seen_in_c(self, suspect: Suspect) -> Iterator[str]:
        source = read(suspect.text, trigraphs=suspect.trigraphs)
        for header in source.includes:
            if (name := header.strip('<>"')) in self.headers:
                yield f"{header}: {self.headers[name]}"
        for use in foreign_uses(suspect.text, self.c, trigraphs=suspect.trigraphs):
            yield f"{use.name}: {self.c[use.name]}"
        for before, word in zip(source.words, source.words[1:], strict=False):
            if before.text in (".", "->") and word.text in self.members:
                yield f".{word.text}: {self.members[word.text]}"

    def _seen_in_python(self, suspect: Suspect) -> Iterator[str]:
        own = assigned(suspect.text) - {i.alias for i in imports(suspect.text)}
        named = [(f"{i.module}.{i.name}" if i.name else i.module) for i in imports(suspect.text)]
        named += [n for n in full_names(suspect.text) if n.split(".")[0] not in own]
        for name in named:
            parts = name.split(".")
            for length in range(len(parts), 0, -1):
                if (known := ".".join(parts[:length])) in self.python:
                    yield f"{name}: {self.python[known]}"
                    break

    def _seen_elsewhere(self, suspect: Suspect) -> Iterator[str]:
        phrases = self.phrases.get(suspect.language, {})
        words = [word.text for word in lexed(suspect.text).words if word.kind != "line"]
        said = f" {' '.join(words)} " if phrases else ""
        for phrase, what in phrases.items():
            if f" {phrase} " in said:
                yield f"{phrase.replace(' ', '')}: {what}"


def each(what: str, *names: str) -> dict[str, str]:
    """Return the same description for several names, given apart or in one string."""
    return {name: what for part in names for name in part.split()}


def phrases(what: str, *sequences: str) -> dict[str, str]:
    """Return the same description for several sequences of tokens, a blank between two tokens."""
    return dict.fromkeys(sequences, what)


def looks_for(forbidden: Forbidden) -> Callable[[Suspect], Iterator[str]]:
    """Return a look for forbidden words and nothing else."""
    return forbidden.seen
