"""Precompiled headers: what a program includes first is parsed once, not once a program.

g++ reads a precompiled header only as the first thing of a compilation, so it is put there
with `-include`, before an unchanged source. That changes neither which programs compile nor
what they mean, because the precompiled header holds exactly what the source itself includes
first, in its order, and nothing else:

- only a source whose text begins with `#include <...>` of standard headers, between blank
  lines and comments, gets one: no macro and no pragma can stand before them, and nothing is
  declared that the program would not have declared;
- the source then includes them again, to no effect ([using.headers] in the C++ standard: each
  may be included more than once, except that <cassert> depends on NDEBUG, which cannot change
  between the two);
- a program that does not compile with one is compiled again without, so that a refusal and its
  messages are the plain compiler's.

The object code has the same bytes with and without (benchmarks/compile.py and the tests look).

Making one costs some two to four compilations' savings, so a sequence of headers gets its own
when it is met for the third time; until then its longest beginning that has one is used.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from pieforge.files import FileCache
from pieforge.records import digest
from pieforge.sandbox.native.build import MOUNTED_FILE_MODE

_FORMAT = "readable by others"
"""Of the files in the cache; another one is kept under another name."""
MIN_PRIOR_MISSES = 2
"""So often a sequence of headers was met before it is precompiled."""

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

# A backslash (a line spliced to the next), two question marks (a trigraph) or a lone carriage
# return could make the compiler read something else than these patterns do: they end the search.
_LINE_COMMENT = rb"//(?:[^\n\r\\?]|\?(?!\?))*"
_SKIPPED = re.compile(
    rb"[ \t]+|\r?\n|" + _LINE_COMMENT + rb"(?=\r?\n)"
    rb"|/\*(?:[^*\r\\?]|\?(?!\?)|\r(?=\n)|\*(?!/))*\*/"
)
_INCLUDE = re.compile(
    rb"#[ \t]*include[ \t]*<([a-z0-9_+./]+)>[ \t]*(?:" + _LINE_COMMENT + rb")?(?:\r?\n|\Z)"
)


def find_leading_includes(source: bytes) -> tuple[str, ...]:
    """Return the standard headers that a source includes before it says anything else."""
    found: list[str] = []
    at = 0
    while at < len(source):
        if skipped := _SKIPPED.match(source, at):
            at = skipped.end()
            continue
        include = _INCLUDE.match(source, at)
        name = include[1].decode() if include else ""
        if include is None or name not in STANDARD_HEADERS:
            break
        found.append(name)
        at = include.end()
    return tuple(found)


def render_header(names: tuple[str, ...]) -> bytes:
    """Return the text of the header that includes these."""
    return "".join(f"#include <{name}>\n" for name in names).encode()


@dataclass(frozen=True)
class PrecompiledHeader:
    """A precompiled header and the text that it was made from."""

    path: str
    """Of the text inside the sandbox, when it was made and when it is used: clang looks for it."""
    text: bytes
    artifact: Path


class HeaderCache(FileCache):
    """A folder of precompiled headers, kept by their text, the commands and the compiler.

    For each sequence of headers, `<key>.met` has one byte for each time that it was met in
    vain, and `<key>.gch` is what the compiler made, empty where it refused.
    """

    def find_longest(self, names: tuple[str, ...], *identity: str) -> PrecompiledHeader | None:
        """Return the precompiled header of the longest beginning of `names` that has one."""
        for length in range(len(names), 0, -1):
            artifact = self.folder / self._get_name(names[:length], identity, "gch")
            if artifact.exists() and artifact.stat().st_size:
                path = self.get_include_path(names[:length], *identity)
                return PrecompiledHeader(path, render_header(names[:length]), artifact)
        return None

    def get_include_path(self, names: tuple[str, ...], *identity: str) -> str:
        """Return where the header of `names` lies inside: a path that no source will name."""
        return f"/{digest(render_header(names), *identity)[:32]}/first.hpp"

    def record_miss(self, names: tuple[str, ...], *identity: str) -> bool:
        """Note that `names` were met, and say whether to precompile them now.

        Raises:
            StorageError: The cache cannot be written.
        """
        if not names or self.is_cached(names, *identity):
            return False
        return self.count(self._get_name(names, identity, "met")) >= MIN_PRIOR_MISSES

    def is_cached(self, names: tuple[str, ...], *identity: str) -> bool:
        """Say whether `names` were precompiled, or refused, before."""
        return (self.folder / self._get_name(names, identity, "gch")).exists()

    def store(self, names: tuple[str, ...], artifact: bytes, *identity: str) -> None:
        """Store what the compiler made of `names`; nothing where it refused."""
        self.write(self._get_name(names, identity, "gch"), artifact, MOUNTED_FILE_MODE)

    def _get_name(self, names: tuple[str, ...], identity: tuple[str, ...], suffix: str) -> str:
        return f"{digest(_FORMAT, render_header(names), *identity)}.{suffix}"
