"""Code from elsewhere: what decides is then not in the text that a dataset shows."""

from collections.abc import Iterator

from pieforge.integrity.analysis.forbidden_names import Forbidden, each, phrases
from pieforge.integrity.analysis.lexing import vocabulary
from pieforge.integrity.analysis.names import read
from pieforge.integrity.check import Check, Suspect
from pieforge.records import Reason
from pieforge.sandbox.compilation.precompiled_headers import STANDARD

_EVALUATES = "evaluates a text as code"
_LOADS = "loads code of another language"
_TEXT = "includes a file that is no header of the language"
_ALSO = vocabulary(
    "unistd.h sys/types.h sys/stat.h sys/mman.h sys/time.h sys/resource.h fcntl.h bits/extc++.h "
    "sys/ioctl.h sys/syscall.h signal.h dlfcn.h sched.h pthread.h omp.h execution immintrin.h "
    "x86intrin.h emmintrin.h cpuid.h strings.h stdalign.h stdatomic.h tgmath.h complex.h"
)
"""Headers that say nothing by themselves, or that another check knows."""
_ALSO_BELOW = ("ext/", "tr1/", "experimental/", "valgrind/", "tbb/")

_FORBIDDEN = Forbidden(
    python=each(_EVALUATES, "eval exec compile code codeop types.CodeType types.FunctionType")
    | each(_EVALUATES, "marshal pickle shelve dill")
    | each(_LOADS, "ctypes cffi numpy scipy pandas numba cython importlib __import__ imp runpy")
    | each(_LOADS, "zipimport pkgutil"),
    phrases={
        "rust": phrases(_TEXT, "include_bytes !", "include_str !", "include !"),
        "go": phrases(_LOADS, 'import "C"', '"plugin"') | phrases(_TEXT, '"embed"'),
        "java": phrases(_LOADS, "System . load", "System . loadLibrary", "ClassLoader")
        | phrases(_EVALUATES, "ScriptEngine", "Class . forName"),
    },
)


def _look(suspect: Suspect) -> Iterator[str]:
    yield from _FORBIDDEN.seen(suspect)
    if suspect.family == "c":
        for header in read(suspect.text, trigraphs=suspect.trigraphs).includes:
            name = header.strip('<>"')
            known = name in STANDARD or name in _ALSO or name.startswith(_ALSO_BELOW)
            if not known or ".." in name:
                yield f"#include {header}: {_TEXT}"


CHECK = Check(
    reason=Reason.FOREIGN_CODE,
    catches="evaluated strings, other languages, native modules, included files",
    look=_look,
)
