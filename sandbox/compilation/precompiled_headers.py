"""Precompiled headers: parse the leading includes of programs once, not once per program.

g++ uses a precompiled header only as the first thing of a compilation, so pieforge puts it
there with `-include`, before the unchanged source. This changes neither which programs compile
nor what they mean, because the precompiled header holds exactly the headers that the source
includes first, in the same order:

- only a source whose text begins with `#include <...>` of standard headers, between blank
  lines and comments, gets one: no macro and no pragma can come before them, and nothing is
  declared that the program would not have declared;
- the source then includes them again, without effect ([using.headers] in the C++ standard: each
  may be included more than once, except that <cassert> depends on NDEBUG, which cannot change
  between the two);
- a program that does not compile with a precompiled header is compiled again without one, so that
  compile errors are those of the plain compiler.

The object code has the same bytes with and without (benchmarks/compile.py and the tests check it).

Precompiling costs what two to four compilations save. So a sequence of headers gets its own
precompiled header when it is met for the third time; until then pieforge uses the longest
beginning of the sequence that has one.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from pieforge.files import FileCache
from pieforge.records import digest
from pieforge.sandbox.native.build import MOUNTED_FILE_MODE

_FORMAT = "readable by others"
"""Version of the cached files: part of their names. Files of an older version had permissions that
another user could not read them with."""
MIN_PRIOR_MISSES = 2
"""Number of times that a sequence of headers is met before the time when it is precompiled."""

_STANDARD_NAMES = """
    algorithm any array atomic bitset charconv chrono codecvt complex condition_variable deque
    exception execution filesystem forward_list fstream functional future initializer_list iomanip
    ios iosfwd iostream istream iterator limits list locale map memory memory_resource mutex new
    numeric optional ostream queue random ratio regex scoped_allocator set shared_mutex sstream
    stack stdexcept streambuf string string_view system_error thread tuple type_traits typeindex
    typeinfo unordered_map unordered_set utility valarray variant vector
    barrier bit compare concepts latch numbers ranges semaphore source_location span stop_token
    syncstream version
    cassert cctype cerrno cfenv cfloat cinttypes climits clocale cmath csetjmp csignal cstdarg
    cstddef cstdint cstdio cstdlib cstring ctime cuchar cwchar cwctype
    assert.h ctype.h errno.h fenv.h float.h inttypes.h limits.h locale.h math.h setjmp.h signal.h
    stdarg.h stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h time.h wchar.h wctype.h
    bits/stdc++.h
"""
STANDARD_HEADERS = frozenset(_STANDARD_NAMES.split())

# The search ends at a backslash (which can join two lines), two question marks (a trigraph) or a
# lone carriage return: there the compiler could read the text differently from these patterns.
_LINE_COMMENT = rb"//(?:[^\n\r\\?]|\?(?!\?))*"
_SKIPPED = re.compile(
    rb"[ \t]+|\r?\n|" + _LINE_COMMENT + rb"(?=\r?\n)"
    rb"|/\*(?:[^*\r\\?]|\?(?!\?)|\r(?=\n)|\*(?!/))*\*/"
)
_INCLUDE = re.compile(
    rb"#[ \t]*include[ \t]*<([a-z0-9_+./]+)>[ \t]*(?:" + _LINE_COMMENT + rb")?(?:\r?\n|\Z)"
)


def find_leading_includes(source: bytes) -> tuple[str, ...]:
    """Return the standard headers that a source includes before any other code, in order."""
    names: list[str] = []
    at = 0
    while at < len(source):
        if skipped := _SKIPPED.match(source, at):
            at = skipped.end()
            continue
        include = _INCLUDE.match(source, at)
        name = include[1].decode() if include else ""
        if include is None or name not in STANDARD_HEADERS:
            break
        names.append(name)
        at = include.end()
    return tuple(names)


def render_header(names: tuple[str, ...]) -> bytes:
    """Return the text of a header that includes the named ones."""
    return "".join(f"#include <{name}>\n" for name in names).encode()


@dataclass(frozen=True)
class PrecompiledHeader:
    """A precompiled header and its source text."""

    path: str
    """Path of the text inside the sandbox: the same when it is precompiled and when it is used,
    because clang checks that the file exists."""
    text: bytes
    artifact: Path


class HeaderCache(FileCache):
    """A folder of precompiled headers, by text, commands and compiler.

    For each sequence of headers, `<key>.met` has one byte for each miss, and `<key>.gch` is the
    precompiled header, empty if the compiler refused to make it.
    """

    def find_longest(self, names: tuple[str, ...], *identity: str) -> PrecompiledHeader | None:
        """Return the precompiled header of the longest prefix of `names` that has one."""
        for length in range(len(names), 0, -1):
            artifact = self.find(self._get_name(names[:length], identity, "gch"))
            if artifact is not None and artifact.stat().st_size:
                path = self.get_include_path(names[:length], *identity)
                return PrecompiledHeader(path, render_header(names[:length]), artifact)
        return None

    def get_include_path(self, names: tuple[str, ...], *identity: str) -> str:
        """Return the path inside the sandbox of the header of `names`.

        It contains a digest, so that no source can name it by accident.
        """
        return f"/{digest(render_header(names), *identity)[:32]}/first.hpp"

    def record_miss(self, names: tuple[str, ...], *identity: str) -> bool:
        """Count one miss of `names`, unless they are cached; return whether to precompile now.

        Raises:
            StorageError: The cache cannot be written.
        """
        if not names or self.is_cached(names, *identity):
            return False
        return self.count(self._get_name(names, identity, "met")) >= MIN_PRIOR_MISSES

    def is_cached(self, names: tuple[str, ...], *identity: str) -> bool:
        """Return whether `names` were precompiled, or refused by the compiler."""
        return self.find(self._get_name(names, identity, "gch")) is not None

    def store(self, names: tuple[str, ...], artifact: bytes, *identity: str) -> None:
        """Store the precompiled header of `names`; empty if the compiler refused."""
        self.write(self._get_name(names, identity, "gch"), artifact, MOUNTED_FILE_MODE)

    def _get_name(self, names: tuple[str, ...], identity: tuple[str, ...], suffix: str) -> str:
        return f"{digest(_FORMAT, render_header(names), *identity)}.{suffix}"
