"""Tables of names that an honest program does not use, by language."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pieforge.integrity.analysis.macros import expand_source
from pieforge.integrity.analysis.names import iter_library_uses
from pieforge.integrity.analysis.python_names import (
    find_assigned_names,
    list_full_names,
    list_imports,
)
from pieforge.syntax.declaration import find_syntax
from pieforge.syntax.tokens import SourceText, join_texts, list_code_tokens

Table = Mapping[str, str]
"""Maps what some names do, as a phrase for the finding, to the names, separated by blanks."""


@dataclass(frozen=True, eq=False)
class ForbiddenNames:
    """The forbidden names of one check.

    Attributes:
        c: Library names of C and C++; the same name declared by the source itself is allowed.
        members: Members of C++ library classes, which are forbidden after a dot or an arrow.
        headers: Headers of C and C++.
        python: Modules, functions and attributes by their full names. A name forbids everything
            below it: `os.path` forbids `os.path.getsize`.
        phrases: For each other language, by its key, token sequences: sequences are separated by a
            comma and a blank, tokens by a blank.
    """

    c: Table = field(default_factory=dict)
    members: Table = field(default_factory=dict)
    headers: Table = field(default_factory=dict)
    python: Table = field(default_factory=dict)
    phrases: Mapping[str, Table] = field(default_factory=dict)

    @cached_property
    def _by_name(self) -> dict[str, dict[str, str]]:
        tables = {"c": self.c, "members": self.members, "headers": self.headers}
        return {
            kind: {name: what for what, names in table.items() for name in names.split()}
            for kind, table in {**tables, "python": self.python}.items()
        }

    def find_uses(self, source: SourceText) -> Iterator[str]:
        """Yield a finding for each use of a forbidden name."""
        if find_syntax(source.language).preprocessed:
            yield from self._find_in_c(source)
        elif source.language == "python":
            yield from self._find_in_python(source.text)
        elif phrases := self.phrases.get(source.language):
            # Blanks at both ends, so that a phrase matches whole tokens only.
            code = f" {join_texts(list_code_tokens(source))} "
            for what, sequences in phrases.items():
                for phrase in sequences.split(", "):
                    if f" {phrase} " in code:
                        yield f"{phrase.replace(' ', '')}: {what}"

    def _find_in_c(self, source: SourceText) -> Iterator[str]:
        names, members, headers = (self._by_name[kind] for kind in ("c", "members", "headers"))
        expanded = expand_source(source)
        for header in expanded.includes:
            if (name := header.strip('<>"')) in headers:
                yield f"{header}: {headers[name]}"
        if names:  # most checks have none, and each would read every token
            for use in iter_library_uses(source, names):
                yield f"{use.name}: {names[use.name]}"
        if members:
            for before, word in zip(expanded.tokens, expanded.tokens[1:], strict=False):
                if before.text in (".", "->") and word.text in members:
                    yield f".{word.text}: {members[word.text]}"

    def _find_in_python(self, text: str) -> Iterator[str]:
        known = self._by_name["python"]
        imports = list_imports(text) if known else ()
        # A source cannot make an imported name its own by an assignment to it.
        own = find_assigned_names(text) - {i.alias for i in imports}
        named = [f"{i.module}.{i.name}" if i.name else i.module for i in imports]
        named += [n for n in list_full_names(text) if n.split(".")[0] not in own]
        for name in named:
            parts = name.split(".")
            for length in range(len(parts), 0, -1):
                if (what := known.get(".".join(parts[:length]))) is not None:
                    yield f"{name}: {what}"
                    break
