"""Refuse text that hides its meaning: names computed at run time, look-alike letters.

C and C++ reserve names that begin with two underscores, or with one and a capital, for the compiler
and its headers ([lex.name]). A header's macro could give such a name any meaning, and headers are
not opened, so all but a list of known ones are refused.
"""

import ast
import re
from collections.abc import Iterator

from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.integrity.analysis.macros import expand_source
from pieforge.integrity.analysis.python_names import find_module_values, parse_python
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason
from pieforge.syntax.tokens import list_code_tokens

_RESERVED = re.compile(r"__|_[A-Z]")
_KNOWN_RESERVED = re.compile(
    r"__(int128(_t)?|uint128_t|float128|gcd|lg|gnu_pbds|gnu_cxx|detail|restrict(__)?|inline(__)?|typeof"
    r"(__)?|attribute(__)?|func__|cplusplus|extension__|alignof(__)?|auto_type|PRETTY_FUNCTION__"
    r"|VA_ARGS__|VA_OPT__|LINE__|SIZEOF_INT128__|builtin_[a-z0-9_]+|asm(__)?|volatile(__)?|const"
    r"(__)?|signed(__)?|declspec|assume|rdtscp?|cpuid(_count)?|get_cpuid(_count)?|DATE__|TIME__"
    r"|TIMESTAMP__|FILE__|COUNTER__|environ|cxa_atexit|malloc_hook|free_hook|m\d+[id]?|pragma"
    r"|malloc_initialize_hook)"
    r"|_(Bool|Complex|Generic|Static_assert|Alignas|Alignof|Noreturn|Thread_local|Atomic|Exit|Pragma"
    r"|GLIBCXX_\w+|IO[FLN]BF)"
)
_DIRECTION = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that are invisible or reverse the displayed order of others (CVE-2021-42574)."""
_ENCODED = "decodes hidden data"
_INSIDE = "accesses internals of the interpreter"

_PYTHON = ForbiddenNames(
    python={
        _ENCODED: "zlib base64 lzma bz2 gzip binascii codecs",
        _INSIDE: "globals locals vars setattr delattr builtins __builtins__ sys.modules "
        "sys._getframe inspect dis gc.get_objects gc.get_referrers operator.attrgetter "
        "operator.methodcaller sys.meta_path",
    }
)
_KNOWN_DUNDER = re.compile(
    r"__(name|main|init|lt|gt|le|ge|eq|ne|hash|len|iter|next|getitem|setitem|contains|call|repr|str"
    r"|slots|add|sub|mul|truediv|floordiv|mod|neg|and|or|xor|iadd|isub|imul|bool|post_init|new"
    r"|missing|future|annotations|matmul|pow|lshift|rshift|radd|rmul|rsub|enter|exit|delitem|int"
    r"|index|float|abs|file|import|builtins|doc|all)__"
)


def _look(checked: CheckedProgram) -> Iterator[str]:
    if (found := _DIRECTION.search(checked.text)) is not None:
        yield f"the character U+{ord(found[0]):04X}, which is invisible"


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    source = expand_source(checked.source)
    if not source.complete:
        yield "its macros expand to too many tokens"
    for word in source.tokens:
        if word.kind != "name":
            continue
        if not word.text.isascii() or "\\" in word.text:
            yield f"the name {word.text!r} has letters outside ASCII"
        elif _RESERVED.match(word.text) and not _KNOWN_RESERVED.fullmatch(word.text):
            yield f"{word.text}: a name reserved for the compiler and its headers"


def _look_at_python(checked: CheckedProgram) -> Iterator[str]:
    text = checked.text
    for token in list_code_tokens(checked.source):
        if token.kind == "name" and not token.text.isascii():
            yield f"the name {token.text!r} has letters outside ASCII"
    yield from (f"the module {name} used as a value" for name in find_module_values(text))
    for node in ast.walk(parse_python(text)):
        name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
        if name.startswith("__") and name.endswith("__") and not _KNOWN_DUNDER.fullmatch(name):
            yield f"{name}: {_INSIDE}"
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("getattr", "hasattr"):
            named = node.args[1] if len(node.args) > 1 else None
            if not (isinstance(named, ast.Constant) and str(named.value).isidentifier()):
                yield "getattr with a computed name"


CHECK = HackCheck(
    reason=RejectReason.OBFUSCATED,
    catches="look-alike and invisible letters, reserved names, packed texts, names put together",
    forbidden=_PYTHON,
    look=_look,
    looks={"c": _look_at_c, "python": _look_at_python},
)
