"""Expand the macros of a C or C++ source; headers are not opened.

The preprocessor can make what a check searches for: it pastes a name from halves, renames it, or
hides it behind a condition. Therefore a source's own macros are expanded as in [cpp.replace], by
Dave Prosser's algorithm (X3J11/86-196). Two differences make the checks stricter: every branch of a
condition is read, and a macro with several definitions expands to all of them. A check must take
about a millisecond, so headers are not opened. Of their macros, only two of the C library that
paste or quote are known.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from pieforge.syntax.tokens import SourceText, Token, join_texts, list_code_tokens, tokenize

MAX_TOKENS = 200_000
"""Limit on the tokens read in one source: macros can grow exponentially."""
_CONDITIONS = frozenset({"if", "ifdef", "ifndef", "elif", "elifdef", "elifndef"})
# From glibc's <sys/cdefs.h>, which every header of the C library includes.
_OF_HEADERS = "#define __CONCAT(x, y) x##y\n#define __STRING(x) #x\n"


@dataclass(frozen=True)
class Macro:
    """One definition of a macro; `parameters` is None for an object-like macro."""

    parameters: tuple[str, ...] | None
    body: tuple[Token, ...]


@dataclass
class ExpandedSource:
    """A source after macro expansion.

    Attributes:
        tokens: The tokens, without comments, directives and line ends.
        includes: Names of the included headers, with their brackets or quotes.
        pragmas: Texts of the `#pragma` directives and `_Pragma` operators.
        conditions: The tokens of the conditional directives, each as written and then expanded.
        complete: False if expansion stopped at `MAX_TOKENS`.
    """

    tokens: list[Token] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)
    pragmas: list[str] = field(default_factory=list)
    conditions: list[Token] = field(default_factory=list)
    complete: bool = True


@lru_cache(maxsize=64)
def expand_source(source: SourceText) -> ExpandedSource:
    """Return a source after macro expansion; see the module's docstring."""
    expander = _MacroExpander(source.language)
    result = expander.result
    for line in _iter_lines(tokenize(SourceText(source.language, _OF_HEADERS))):
        expander.apply_directive(line)
    pending: list[Token] = []
    # Expanded between directives, not line by line: a macro call may extend over several lines, and
    # a definition is valid only from its directive on.
    for line in _iter_lines(tokenize(source)):
        if line[0].text == "#" and line[0].kind == "symbol":
            result.tokens += expander.expand(pending)
            pending = []
            expander.apply_directive(line)
        else:
            pending += line
    result.tokens += expander.expand(pending)
    for at, word in enumerate(result.tokens):
        if word.text in ("_Pragma", "__pragma"):
            # The operand is a string literal, in brackets: two tokens on.
            result.pragmas.append(join_texts(result.tokens[at + 2 : at + 3]).strip('"'))
    return result


def _iter_lines(words: Iterable[Token]) -> Iterator[list[Token]]:
    plain = (word for word in words if word.kind != "comment")
    for ended, line in groupby(plain, key=lambda word: word.kind == "line"):
        if not ended:
            yield list(line)


class _MacroExpander:
    def __init__(self, language: str) -> None:
        self.result = ExpandedSource()
        self._language = language
        self._macros: dict[str, list[Macro]] = {}
        self._left = MAX_TOKENS

    def apply_directive(self, line: Sequence[Token]) -> None:
        name, rest = (line[1].text, line[2:]) if len(line) > 1 else ("", line[1:])
        if name in ("include", "include_next", "import", "embed"):
            whole = "".join(word.text for word in rest)
            if not whole.startswith(("<", '"')):
                whole = "".join(word.text for word in self.expand(rest))
            self.result.includes.append(whole)
        elif name == "pragma":
            self.result.pragmas.append(join_texts(rest))
        elif name in _CONDITIONS:
            self.result.conditions += [*rest, *self.expand(rest)]
        elif name == "define" and rest:
            self._define(rest)

    def _define(self, rest: Sequence[Token]) -> None:
        after = list(rest[1:])
        closing = next((i for i, word in enumerate(after) if word.text == ")"), -1)
        parameters = None
        # `#define f (x)` has no parameters: the blank makes the bracket a part of its body.
        if closing > 0 and after[0].text == "(" and not after[0].space:
            parameters = tuple(word.text for word in after[1:closing] if word.text != ",")
            after = after[closing + 1 :]
        self._macros.setdefault(rest[0].text, []).append(Macro(parameters, tuple(after)))

    def expand(self, words: Iterable[Token]) -> list[Token]:
        """Return tokens after replacement of macros, repeated until none is left to replace."""
        todo, done = deque(words), []
        while todo:
            if self._left <= 0:
                self.result.complete = False
                break
            self._left -= 1
            word = todo.popleft()
            macros = self._macros.get(word.text, ()) if word.kind == "name" else ()
            # A hide set (Prosser): a macro is not expanded again in its own expansion.
            if not macros or word.text in word.hidden:
                done.append(word)
                continue
            replaced = False
            for macro in macros:
                if (made := self._expand_call(word, macro, todo)) is not None:
                    todo.extendleft(reversed(made))
                    replaced = True
            if not replaced:
                done.append(word)
        return done

    def _expand_call(self, word: Token, macro: Macro, todo: deque[Token]) -> list[Token] | None:
        hidden = word.hidden | {word.text}
        arguments: dict[str, list[Token]] = {}
        if macro.parameters is not None:
            # A function-like macro without a bracket after it is an ordinary name.
            if not todo or todo[0].text != "(":
                return None
            arguments = dict(_bind_arguments(macro.parameters, _take_arguments(todo)))
        made = self._substitute(macro, arguments)
        return [w._replace(hidden=w.hidden | hidden) for w in made]

    def _substitute(self, macro: Macro, arguments: dict[str, list[Token]]) -> list[Token]:
        made: list[Token] = []
        body, at = macro.body, 0
        while at < len(body):
            word = body[at]
            following = body[at + 1].text if at + 1 < len(body) else ""
            if word.text == "##" and made and following:
                right = arguments.get(following, [body[at + 1]])
                if right:
                    pasted = made[-1].text + right[0].text
                    # Tokenized again: what `##` makes may be a name, a number or an operator.
                    made[-1:] = list_code_tokens(SourceText(self._language, pasted))
                    made += right[1:]
                at += 2
                continue
            if word.text == "#" and macro.parameters is not None and following in arguments:
                text = join_texts(arguments[following]).replace('"', '\\"')
                made.append(Token("string", f'"{text}"'))
                at += 2
                continue
            if word.kind == "name" and word.text in arguments:
                given = arguments[word.text]
                # [cpp.subst]: an operand of `##` is not expanded before it is pasted.
                made += given if following == "##" else self.expand(given)
            else:
                made.append(word)
            at += 1
        return made


def _take_arguments(todo: deque[Token]) -> list[list[Token]]:
    """Take a macro call's bracketed arguments off the front of `todo`."""
    todo.popleft()
    found: list[list[Token]] = [[]]
    depth = 1
    while todo:
        word = todo.popleft()
        depth += {"(": 1, ")": -1}.get(word.text, 0)
        if depth == 0:
            break
        if word.text == "," and depth == 1:
            found.append([])
        else:
            found[-1].append(word)
    return found


def _bind_arguments(
    parameters: tuple[str, ...], arguments: list[list[Token]]
) -> Iterator[tuple[str, list[Token]]]:
    for index, name in enumerate(parameters):
        if name == "...":
            rest = arguments[index:]
            joined = [w for part in rest for w in (Token("symbol", ","), *part)][1:]
            yield "__VA_ARGS__", joined
        else:
            yield name, arguments[index] if index < len(arguments) else []
