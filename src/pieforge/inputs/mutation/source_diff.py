"""In which statements two texts differ, apart from names, layout and which side is which."""

import re
from collections import Counter
from collections.abc import Sequence

_COMMENT = re.compile(
    r"//[^\n]*|/\*.*?\*/|^[ \t]*#(?:include|pragma)[^\n]*", re.DOTALL | re.MULTILINE
)
_NAMED_CONSTANT = re.compile(
    r"^[ \t]*(?:(?:static |constexpr |const )+[\w: ]+?\b(\w+) = (-?\d[\w.']*|'.')\s*;"
    r"|#define (\w+) (-?\d[\w.']*|'.')[ \t]*$"
    r"|([A-Z][A-Z_0-9]*) = (-?\d[\w.]*)[ \t]*$)",
    re.MULTILINE,
)
"""A name for one constant: `const int MOST = 5;`, `#define MOST 5`, `MOST = 5`."""
_WORD = re.compile(r"(?:std::)?[A-Za-z_]\w*")
_KEPT_WORDS = frozenset(
    re.findall(
        r"\w+",
        "int long short char unsigned signed float double bool auto if else return break continue "
        "and or not in elif min max sum abs len sorted range append",
    )
)
"""Words that mean what they mean; those of `std` do too."""
_LOOP = re.compile(r"\b(?:for|while)\b")
_TOKEN = re.compile(r"'(?:\\.|[^'\\])'|\"(?:\\.|[^\"\\])*\"|\w+|[<=!]=|\S")
_COMPARISONS = frozenset(("<", "<=", "==", "!="))
_NUMBER = r"-?\d[\w.']*"
_COMPARISON_OPERATOR = r"(?:[<=!>]=|(?<![<>-])[<>](?![<>]))"
_THRESHOLD = re.compile(
    rf"(?:{_COMPARISON_OPERATOR}|%=?) ?{_NUMBER}|{_NUMBER} ?{_COMPARISON_OPERATOR}"
)
"""A comparison with a number, or a remainder by one."""
_BRACKETS = frozenset("(){}")
_SUFFIX = re.compile(r"(?<=\d)[uUlL]+\b")


def strip_comments(text: str) -> str:
    """Return a text without comments and without what it includes."""
    return _COMMENT.sub(" ", text)


def inline_constants(text: str) -> str:
    """Return a text in which constants stand where their names are used."""
    text = strip_comments(text)
    known = {}
    for match in _NAMED_CONSTANT.finditer(text):
        name, value = [part for part in match.groups() if part is not None]
        known[name] = value
    plain = _NAMED_CONSTANT.sub("", text)
    return _WORD.sub(lambda match: known.get(match[0], match[0]), plain) if known else plain


def diff_statements(texts: Sequence[str]) -> list[list[str]]:
    """Return, of each text, the statements that not all texts have equally often.

    Two are the same if they are after every name has become one and the same, constants stand
    where their names are used, a comparison is read from either side, and every loop is one.
    """
    parts = [_normalize_statements(text) for text in texts]
    forms = [Counter(form for form, _ in those) for those in parts]
    known = set().union(*forms)
    unlike = {form for form in known if len({count[form] for count in forms}) > 1}
    return [[part for form, part in those if form in unlike] for those in parts]


def has_threshold_change(texts: Sequence[str]) -> bool:
    """Say whether texts part in a comparison with a number, or in a remainder by one.

    What such a text does otherwise may hang on one value, of many that an input could lead to.
    """
    found = [Counter(_THRESHOLD.findall("\n".join(those))) for those in diff_statements(texts)]
    return any(each != found[0] for each in found)


def split_statements(text: str) -> list[str]:
    """Return the parts of a text between line ends and semicolons; those of names alone left out.

    The head of a loop is parts like any other.
    """
    return [part for _, part in _normalize_statements(text)]


def _normalize_statements(text: str) -> list[tuple[str, str]]:
    """Return a text's statements, each with the form by which it is compared."""
    found = [part for line in inline_constants(text).splitlines() for part in line.split(";")]
    forms = ((_normalize_statement(part), part) for part in found)
    return [(form, part) for form, part in forms if form.strip("x ")]


def _normalize_statement(part: str) -> str:
    plain = _WORD.sub(_replace_name, _SUFFIX.sub("", _LOOP.sub("", part)))
    tokens = _TOKEN.findall(plain.replace(">", "<"))
    if any(token in _COMPARISONS for token in tokens):
        tokens.sort()
    return " ".join(token for token in tokens if token not in _BRACKETS)


def _replace_name(match: re.Match[str]) -> str:
    return match[0] if match[0] in _KEPT_WORDS or match[0].startswith("std::") else "x"
