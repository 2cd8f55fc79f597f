"""The static libraries without what programs seldom need: linking reads every member's header.

mold looks into all 2,500 members of libstdc++, libm, libgcc and libc for a program that takes
600 of them, which is half of what a link costs. So it is given archives with fewer members
first (`-L`). The program has the same bytes as with the whole archives, or does not link at
all and is linked with those:

- a member is taken because something needs a symbol of it, from the first archive, and the
  first member in it, that defines this symbol;
- the smaller archives have, with each member, all first definers of all its symbols
  (`_add_definers`), in the same order: so whatever they can give is what the whole archives give;
- a symbol that they cannot give fails the link.

Which members these are is what one broad program of our own took, as the linker's map has it.
"""

import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pieforge.records import digest
from pieforge.sandbox.compilation.cache import count_miss
from pieforge.sandbox.native.build import MOUNTED_FILE_MODE, write_atomic

LIBRARIES = ("libstdc++.a", "libm.a", "libgcc.a", "libgcc_eh.a", "libc.a")
"""As g++ names them to the linker."""

MIN_PRIOR_MISSES = 8
"""So often programs were linked before smaller archives are made."""

_C_FUNCTIONS = """
    printf fprintf sprintf snprintf scanf sscanf fscanf __isoc99_scanf __isoc99_sscanf
    __isoc99_fscanf puts fputs putchar putc fputc _IO_putc getchar getc fgetc _IO_getc fgets ungetc
    fread fwrite fopen freopen fclose fflush fseek ftell rewind feof ferror setvbuf setbuf
    getchar_unlocked putchar_unlocked getline perror fileno stdin stdout stderr
    malloc calloc realloc free aligned_alloc exit abort qsort bsearch rand srand random
    atoi atol atoll atof strtol strtoul strtoll strtoull strtod abs labs llabs getenv
    memcpy memmove memset memcmp memchr strlen strcpy strncpy strcat strncat strcmp strncmp strchr
    strrchr strstr strtok strdup strspn strcspn strpbrk strerror isalpha isdigit isalnum isspace
    isupper islower toupper tolower __ctype_b_loc __ctype_tolower_loc __ctype_toupper_loc
    read write mmap fstat time clock clock_gettime __errno_location __assert_fail
    sqrt pow sin cos tan asin acos atan atan2 sinh cosh tanh exp exp2 log log2 log10 log1p expm1
    floor ceil round trunc rint nearbyint fmod hypot cbrt fabs ldexp frexp modf lround llround lrint
    tgamma lgamma fmin fmax sqrtf powf sinf cosf expf logf floorf ceilf roundf
    sqrtl powl sinl cosl atan2l expl logl floorl ceill roundl truncl fabsl hypotl
    __udivti3 __umodti3 __divti3 __modti3 __floattidf __floatuntidf __fixdfti __fixunsdfti
    __floattixf __popcountdi2
"""
"""What programs use of the C libraries."""

_C_REFERENCES = "".join(
    f'extern const char {name}_[] __asm__("{name}");\n' for name in _C_FUNCTIONS.split()
)
_C_REFERENCES += (
    f"const void *used[] = {{{', '.join(f'{name}_' for name in _C_FUNCTIONS.split())}}};\n"
)
_CPP_HEADERS = """\
#include <algorithm>
#include <bitset>
#include <chrono>
#include <deque>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <queue>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>
"""
_CPP_MAIN = """\
int main(int argc, char **) {
    std::size_t sum = 0;
    double x = 0;
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    std::string line, word;
    std::cin >> line >> sum >> x >> argc;
    std::getline(std::cin, line);
    std::istringstream from(line);
    std::ostringstream to;
    std::stringstream both;
    std::ifstream file(line);
    while (from >> word) to << std::setprecision(9) << std::fixed << x << std::hex << sum << word;
    both << line, both >> x, file >> word;
    std::map<std::string, int> tree{{line, 1}};
    std::set<long> ordered{1};
    std::unordered_map<std::string, double> table{{word, 1.0}};
    std::deque<int> both_ends(9);
    std::list<int> chain{1};
    std::priority_queue<int> heap;
    std::bitset<99> bits(sum);
    std::vector<int> v(sum);
    std::vector<bool> flags(sum);
    std::sort(v.begin(), v.end());
    std::stable_sort(v.begin(), v.end());
    std::function<int(int)> again = [&](int n) { return n ? again(n - 1) : 0; };
    std::shared_ptr<int> shared = std::make_shared<int>(again(argc));
    std::mt19937_64 random(std::chrono::steady_clock::now().time_since_epoch().count());
    std::mutex mutex;
    std::lock_guard<std::mutex> guard(mutex);
    try {
        x += std::stoi(line) + std::stoll(line) + std::stod(line) + std::stoul(line) + v.at(sum);
        if (argc > 3) throw std::runtime_error(std::to_string(x) + bits.to_string());
        if (argc > 4) throw std::invalid_argument(word + to.str() + both.str());
        if (argc > 5) throw std::out_of_range(line.substr(sum, 1));
    } catch (const std::exception &error) { std::cerr << error.what() << std::endl; }
    std::cout << std::setw(9) << tree[line] << table[word] << line << *shared << random() << '\\n';
"""
REPRESENTATIVE_PROGRAMS = {
    "c-header": f"{_C_REFERENCES}int main(void) {{ return 0; }}\n",
    "c++-header": f"{_CPP_HEADERS}{_C_REFERENCES}{_CPP_MAIN}}}\n",
}
"""A program for each kind of headers that takes what programs usually take."""

_COMPLETE_MARK = "whole"
_MAGIC = b"!<arch>\n"
_HEADER_BYTES, _NAME_BYTES = 60, 16
"""Bytes of a member's header, and of the name in it."""
_LINKED_MEMBER = re.compile(rb"([\w+.-]+\.a)\(([^()]+)\)")
_GROUP = re.compile(r"GROUP\s*\(([^)]*)\)")


def find_archives(search: Sequence[Path]) -> Mapping[str, tuple[Path, ...]]:
    """Return where each library lies; a linker script's group of archives counts as one.

    Args:
        search: Folders, in the order in which the linker looks.
    """
    found = {}
    for name in LIBRARIES:
        path = next((folder / name for folder in search if (folder / name).exists()), None)
        if path is not None:
            found[name] = _resolve_archives(path)
    return found


def _resolve_archives(path: Path) -> tuple[Path, ...]:
    with path.open("rb") as stream:
        if stream.read(len(_MAGIC)) == _MAGIC:
            return (path,)
    group = _GROUP.search(path.read_text(errors="replace"))
    return tuple(map(Path, group[1].split())) if group else ()


@dataclass(frozen=True)
class _Archive:
    """An archive as it lies on the disk.

    Attributes:
        members: Header, after the name, and content of each, by its position.
        names: Of each member.
        symbols: What the archive's index says that each member defines.
        definers: The first member that defines a symbol.
    """

    members: Mapping[int, bytes]
    names: Mapping[int, bytes]
    symbols: Mapping[int, Sequence[bytes]]
    definers: Mapping[bytes, int]


def _parse_archive(path: Path) -> _Archive:
    """Read an archive of GNU's format; one of another format has no members."""
    content = path.read_bytes()
    if not content.startswith(_MAGIC + b"/ "):
        return _Archive({}, {}, {}, {})
    at, table = len(_MAGIC), b""
    members, names = {}, {}
    symbols: dict[int, list[bytes]] = {}
    definers: dict[bytes, int] = {}
    while at + _HEADER_BYTES <= len(content):
        name, size = content[at : at + _NAME_BYTES].rstrip(), int(content[at + 48 : at + 58])
        begin, end = at + _HEADER_BYTES, at + _HEADER_BYTES + size + size % 2
        if name == b"/":
            for where, symbol in _parse_index(content[begin:end]):
                symbols.setdefault(where, []).append(symbol)
                definers.setdefault(symbol, where)
        elif name == b"//":
            table = content[begin:end]
        else:
            members[at] = content[at + _NAME_BYTES : end]
            names[at] = _resolve_name(name, table)
        at = end
    return _Archive(members, names, symbols, definers)


def _parse_index(body: bytes) -> Iterable[tuple[int, bytes]]:
    (count,) = struct.unpack_from(">I", body)
    places = struct.unpack_from(f">{count}I", body, 4)
    return zip(places, body[4 + 4 * count :].split(b"\0"), strict=False)


def _resolve_name(name: bytes, table: bytes) -> bytes:
    if name.startswith(b"/"):
        return table[int(name[1:]) :].split(b"/\n", 1)[0]
    return name.removesuffix(b"/")


def trim_archives(libraries: Mapping[str, Sequence[Path]], link_map: bytes) -> dict[str, bytes]:
    """Return smaller archives that have what a link took, and what has to come with it.

    None at all where one of the whole archives cannot be read.

    Args:
        libraries: Where each lies, as `find_archives` says.
        link_map: The linker's map of that link.
    """
    wanted = frozenset(_LINKED_MEMBER.findall(link_map))
    archives = {path: _parse_archive(path) for paths in libraries.values() for path in paths}
    if not all(archive.members for archive in archives.values()):
        return {}
    kept = {
        path: {at for at, name in archive.names.items() if (path.name.encode(), name) in wanted}
        for path, archive in archives.items()
    }
    _add_definers(archives, kept)
    return {
        library: _serialize_archive(
            [pair for path in paths for pair in _select_members(archives[path], kept[path])]
        )
        for library, paths in libraries.items()
        if any(kept[path] for path in paths)
    }


def _add_definers(archives: Mapping[Path, _Archive], kept: Mapping[Path, set[int]]) -> None:
    """Add each archive's first definer of every symbol that a kept member defines."""
    open_ = [(path, at) for path, places in kept.items() for at in places]
    while open_:
        path, at = open_.pop()
        for symbol in archives[path].symbols.get(at, ()):
            for other, archive in archives.items():
                first = archive.definers.get(symbol)
                if first is not None and first not in kept[other]:
                    kept[other].add(first)
                    open_.append((other, first))


def _select_members(archive: _Archive, kept: set[int]) -> Iterable[tuple[bytes, bytes]]:
    return ((archive.names[at], archive.members[at]) for at in archive.members if at in kept)


def _serialize_archive(members: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return an archive without an index, which mold does not need."""
    table, places = b"", []
    for name, _ in members:
        places.append(b"/%d" % len(table))
        table += name + b"/\n"
    table += b"\n" * (len(table) % 2)
    head = b"%-48s%-10d`\n" % (b"//", len(table))
    rest = (
        place.ljust(_NAME_BYTES) + member
        for place, (_, member) in zip(places, members, strict=True)
    )
    return b"".join((_MAGIC, head, table, *rest))


class LibraryCache:
    """A folder of smaller archives, kept by the kind of headers, the tools and the whole archives.

    `<key>.met` has one byte for each link in vain; the folder `<key>` has the archives, and last
    of all the empty file `whole`; that alone where none can be made.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def compute_key(self, libraries: Mapping[str, Sequence[Path]], *identity: str) -> str:
        """Return the identity of what would be made of these archives."""
        changed = (f"{path} {path.stat()[6:9]}" for paths in libraries.values() for path in paths)
        return digest(*identity, *changed)[:32]

    def find(self, key: str) -> Path | None:
        """Return the folder of smaller archives, None where there are none yet."""
        folder = self._folder / key
        return folder if (folder / _COMPLETE_MARK).exists() else None

    def record_miss(self, key: str) -> bool:
        """Note that a program is linked, and say whether to make smaller archives now.

        Raises:
            StorageError: The cache cannot be written.
        """
        return count_miss(self._folder / f"{key}.met") >= MIN_PRIOR_MISSES

    def store(self, key: str, archives: Mapping[str, bytes]) -> None:
        """Store smaller archives."""
        for name, content in {**archives, _COMPLETE_MARK: b""}.items():
            write_atomic(self._folder / key / name, content, MOUNTED_FILE_MODE)
