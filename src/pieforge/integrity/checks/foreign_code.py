"""Refuse code from outside the source text: a dataset would not show what the program does."""

from collections.abc import Iterator

from pieforge.integrity.analysis.forbidden_names import ForbiddenNames
from pieforge.integrity.analysis.macros import expand_source
from pieforge.integrity.check import CheckedProgram, HackCheck
from pieforge.records import RejectReason
from pieforge.sandbox.compilation.precompiled_headers import STANDARD_HEADERS
from pieforge.syntax.declaration import split_words

_EVALUATES = "evaluates a string as code"
_LOADS = "loads code of another language"
_TEXT = "includes a file that is not a header of the language"
_OTHER_HEADERS = split_words(
    "unistd.h sys/types.h sys/stat.h sys/mman.h sys/time.h sys/resource.h fcntl.h bits/extc++.h "
    "sys/ioctl.h sys/syscall.h signal.h dlfcn.h sched.h pthread.h omp.h execution immintrin.h "
    "x86intrin.h emmintrin.h cpuid.h strings.h stdalign.h stdatomic.h tgmath.h complex.h"
)
"""Headers that are harmless by themselves, or that another check refuses."""
_OTHER_FOLDERS = ("ext/", "tr1/", "experimental/", "valgrind/", "tbb/")

_FORBIDDEN = ForbiddenNames(
    python={
        _EVALUATES: "eval exec compile code codeop types.CodeType types.FunctionType marshal "
        "pickle shelve dill",
        _LOADS: "ctypes cffi numpy scipy pandas numba cython importlib __import__ imp runpy "
        "zipimport pkgutil",
    },
    phrases={
        "rust": {_TEXT: "include_bytes !, include_str !, include !"},
        "go": {_LOADS: 'import "C", "plugin"', _TEXT: '"embed"'},
        "java": {
            _LOADS: "System . load, System . loadLibrary, ClassLoader",
            _EVALUATES: "ScriptEngine, Class . forName",
        },
    },
)


def _look_at_c(checked: CheckedProgram) -> Iterator[str]:
    for header in expand_source(checked.source).includes:
        name = header.strip('<>"')
        known = (
            name in STANDARD_HEADERS or name in _OTHER_HEADERS or name.startswith(_OTHER_FOLDERS)
        )
        # `ext/../../file` begins like a header of the library.
        if not known or ".." in name:
            yield f"#include {header}: {_TEXT}"


CHECK = HackCheck(
    reason=RejectReason.FOREIGN_CODE,
    catches="evaluated strings, other languages, native modules, included files",
    forbidden=_FORBIDDEN,
    looks={"c": _look_at_c},
)
