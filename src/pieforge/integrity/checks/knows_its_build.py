"""Refuse programs that detect how they were compiled, and could behave only in the checked builds.

The builds of `integrity.sanitizers` (another compiler, no optimization, sanitizers) define other
macros than the ordinary build, hundreds of them. A preprocessor condition may therefore use a
reserved name ([lex.name]) only if it is known to be the same in all builds.
"""

import re
from collections.abc import Iterator

from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.integrity.analysis.macros import expand_source
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason
from pieforge.sandbox.compilation.precompiled_headers import STANDARD_HEADERS

_ASKS = "detects how it was compiled"
_SAME = re.compile(
    r"__cplusplus|__STDC(_VERSION|_HOSTED)?__|__cpp_lib_(?!hardware)\w+|__has_(include|cpp_attribute)"
    r"|_WIN(32|64)|_MSC_VER|__MINGW(32|64)__|__CYGWIN__|__APPLE__|__ANDROID__|__EMSCRIPTEN__"
    r"|__(linux|unix|gnu_linux|x86_64|amd64|i386)_*|_?_LP64_*|_GNU_SOURCE|_GLIBCXX_DEBUG\w*"
    r"|__SIZEOF_(INT128|INT|LONG|LONG_LONG|POINTER|SIZE_T)__|__BYTE_ORDER__|__ORDER_\w+__"
    r"|__GNUC__|__GLIBCXX__|_*(LOCAL|DEBUG|DBG|JUDGE|HOME|TEST|MY|USER|OJ)(?!_LABEL)\w*"
)
"""Reserved names that are the same in every build, and those that programmers commonly define."""
_ONE_COMPILER = re.compile(r"SNANF128|HUGE_VAL_F128|\w+f128|offsetof|va_(arg|copy|end|start)")
"""Names that are not reserved, but that only one of the compilers defines as a macro."""
_QUOTED = re.compile(
    r"__(SANITIZE|OPTIMIZE|NO_INLINE|clang|llvm|VERSION__|GNUC|has_f)|_GLIBCXX_ASSERT"
)

_FORBIDDEN = ForbiddenNames(
    c={
        _ASKS: "__builtin_constant_p __builtin_object_size __builtin_dynamic_object_size "
        "__PRETTY_FUNCTION__ source_location __builtin_FILE __builtin_FILE_NAME "
        "malloc_usable_size mallinfo mallinfo2 malloc_stats gnu_get_libc_version backtrace "
        "dladdr dl_iterate_phdr",
    },
    headers={_ASKS: "source_location stacktrace"},
    phrases={
        "rust": {_ASKS: "cfg !, option_env !, env !, type_name"},
        "go": {_ASKS: '"runtime/debug", runtime . Caller, runtime . Version'},
        "java": {_ASKS: "ManagementFactory, getStackTrace, StackWalker"},
    },
)


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    source = expand_source(checked.source)
    compared = {"<", ">", "<=", ">=", "==", "!="}
    words = source.conditions
    for at, word in enumerate(words):
        following = words[at + 1].text if at + 1 < len(words) else ""
        before = [token.text for token in words[max(0, at - 1) : at]]
        if word.kind == "name" and not _is_same_in_all_builds(word.text):
            yield f"{word.text} in a preprocessor condition: {_ASKS}"
        elif word.text == "__GNUC__" and compared & {following, *before}:
            yield f"{word.text} is compared with a version: {_ASKS}"
        elif word.text == "__has_include":
            header = "".join(w.text for w in words[at + 2 : at + 12]).split(")")[0].strip('<>"')
            if header not in STANDARD_HEADERS and not header.startswith(("ext/", "bits/extc++.h")):
                yield f"__has_include of {header[:40]}: detects what is on the machine"
    # `#__OPTIMIZE__` turns a macro's name or value into a string that can be compared at run time.
    for word in source.tokens:
        if word.kind == "string" and (found := _QUOTED.search(word.text)) is not None:
            yield f"{found[0]} as a string: {_ASKS}"


def _is_same_in_all_builds(name: str) -> bool:
    if _ONE_COMPILER.fullmatch(name):
        return False
    reserved = name.startswith("__") or (name[:1] == "_" and name[1:2].isupper())
    return not reserved or _SAME.fullmatch(name) is not None


CHECK = HackCheck(
    reason=RejectReason.KNOWS_ITS_BUILD,
    catches="macros and functions that tell compilers, levels and sanitizers apart",
    forbidden=_FORBIDDEN,
    looks={"c": _look_at_c},
)
