"""Trimmed archives: the static libraries without members that programs rarely need.

mold reads all 2,500 members of libstdc++, libm, libgcc and libc for a program that uses 600 of
them, which is half the cost of a link. So pieforge offers it archives with fewer members first
(`-L`). Either the program has the same bytes as with the whole archives, or it does not link and
is linked again with the whole ones:

- the linker takes a member for a symbol that is still undefined: from the first archive that
  defines the symbol, and there the first member that does;
- for each member that they keep, the trimmed archives also keep the first definer of each of its
  symbols in every archive (`_add_definers`), in the same order: so each symbol that they define
  comes from the same member as with the whole archives;
- a symbol that the trimmed archives do not define fails the link.

The kept members are those that one program with many library calls uses (representative.c),
according to the linker's map.
"""

import re
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pieforge.files import FileCache
from pieforge.records import digest
from pieforge.sandbox.native.build import MOUNTED_FILE_MODE

LIBRARIES = ("libstdc++.a", "libm.a", "libgcc.a", "libgcc_eh.a", "libc.a")
"""File names of the libraries that g++ passes to the linker."""

REPRESENTATIVE_PROGRAM = Path(__file__).with_name("representative.c")
"""Uses the library functions that programs usually use; compiles as C and as C++."""

MIN_PRIOR_MISSES = 8
"""Number of links before the one at which trimmed archives are made."""

_NAMES = "names"
"""Name of the file that shows that a folder of archives is complete."""
# Layout of GNU archives: ar(5) of System V, with the long names of GNU ar.
_MAGIC = b"!<arch>\n"
_HEADER_BYTES, _NAME_BYTES = 60, 16
"""Bytes of a member's header, and of the name at its beginning."""
_LINKED_MEMBER = re.compile(rb"([\w+.-]+\.a)\(([^()]+)\)")
_GROUP = re.compile(r"GROUP\s*\(([^)]*)\)")


def find_archives(search: Sequence[Path]) -> Mapping[str, tuple[Path, ...]]:
    """Return the archives of each library: several if it is a linker script with a group of them.

    Args:
        search: Folders, in the order in which the linker searches them.
    """
    archives = {}
    for name in LIBRARIES:
        path = next((folder / name for folder in search if (folder / name).exists()), None)
        if path is not None:
            archives[name] = _resolve_archives(path)
    return archives


def _resolve_archives(path: Path) -> tuple[Path, ...]:
    with path.open("rb") as stream:
        if stream.read(len(_MAGIC)) == _MAGIC:
            return (path,)
    # A linker script: Debian's libm.a is a group of libm-2.36.a and libmvec.a.
    group = _GROUP.search(path.read_text(errors="replace"))
    return tuple(map(Path, group[1].split())) if group else ()


@dataclass(frozen=True)
class _Member:
    """A member of an archive.

    Attributes:
        name: Its whole name.
        content: The rest of its header after the name, and its data, padded to an even size.
        symbols: Symbols that it defines, according to the archive's index.
    """

    name: bytes
    content: bytes
    symbols: Sequence[bytes]


def _parse_archive(path: Path) -> dict[int, _Member]:
    """Return the members of a GNU archive by position; none if it has another format or no index.

    Special members: `/` is the index of symbols, `//` the table of names over 15 characters.
    """
    content = path.read_bytes()
    members: dict[int, _Member] = {}
    if not content.startswith(_MAGIC + b"/ "):
        return members
    at, table = len(_MAGIC), b""
    symbols: dict[int, list[bytes]] = {}
    while at + _HEADER_BYTES <= len(content):
        name, size = content[at : at + _NAME_BYTES].rstrip(), int(content[at + 48 : at + 58])
        # Members begin at even positions.
        begin, end = at + _HEADER_BYTES, at + _HEADER_BYTES + size + size % 2
        if name == b"/":
            for where, symbol in _parse_index(content[begin:end]):
                symbols.setdefault(where, []).append(symbol)
        elif name == b"//":
            table = content[begin:end]
        else:
            whole = content[at + _NAME_BYTES : end]
            members[at] = _Member(_resolve_name(name, table), whole, symbols.get(at, ()))
        at = end
    return members


def _parse_index(body: bytes) -> Iterable[tuple[int, bytes]]:
    """Return the position of the defining member and the name of each symbol in an index."""
    (count,) = struct.unpack_from(">I", body)
    positions = struct.unpack_from(f">{count}I", body, 4)
    # Not strict: the last name's NUL and the padding leave empty strings at the end.
    return zip(positions, body[4 + 4 * count :].split(b"\0"), strict=False)


def _resolve_name(name: bytes, table: bytes) -> bytes:
    if name.startswith(b"/"):
        return table[int(name[1:]) :].split(b"/\n", 1)[0]
    return name.removesuffix(b"/")


def trim_archives(libraries: Mapping[str, Sequence[Path]], link_map: bytes) -> dict[str, bytes]:
    """Return the content of trimmed archives, by library.

    They hold the members that a link used, and those that `_add_definers` adds. Empty if one of
    the whole archives cannot be parsed.

    Args:
        libraries: Archives of each library, from `find_archives`.
        link_map: The linker's map of the link.
    """
    wanted = frozenset(_LINKED_MEMBER.findall(link_map))
    archives = {path: _parse_archive(path) for paths in libraries.values() for path in paths}
    if not all(archives.values()):
        return {}
    kept = {
        path: {at for at, each in members.items() if (path.name.encode(), each.name) in wanted}
        for path, members in archives.items()
    }
    _add_definers(archives, kept)
    trimmed = {}
    for library, paths in libraries.items():
        members = [archives[path][at] for path in paths for at in sorted(kept[path])]
        if members:
            trimmed[library] = _serialize_archive(members)
    return trimmed


def _add_definers(
    archives: Mapping[Path, Mapping[int, _Member]], kept: Mapping[Path, set[int]]
) -> None:
    """Add to `kept` the first definer, in each archive, of every symbol of a kept member.

    Args:
        archives: Members of each archive by position.
        kept: Positions of the kept members of each archive; changed.
    """
    definers: dict[Path, dict[bytes, int]] = {path: {} for path in archives}
    for path, members in archives.items():
        for at in sorted(members):
            for symbol in members[at].symbols:
                definers[path].setdefault(symbol, at)
    pending = [(path, at) for path, positions in kept.items() for at in positions]
    while pending:
        path, at = pending.pop()
        for symbol in archives[path][at].symbols:
            for other, first_of in definers.items():
                first = first_of.get(symbol)
                if first is not None and first not in kept[other]:
                    kept[other].add(first)
                    pending.append((other, first))


def _serialize_archive(members: Sequence[_Member]) -> bytes:
    """Return an archive of the members, without the index, which mold does not need.

    All names go into the table of long names, so that short and long ones need no distinction.
    """
    table = b""
    parts = []
    for member in members:
        parts.append((b"/%d" % len(table)).ljust(_NAME_BYTES) + member.content)
        table += member.name + b"/\n"
    table += b"\n" * (len(table) % 2)
    head = b"%-48s%-10d`\n" % (b"//", len(table))
    return b"".join((_MAGIC, head, table, *parts))


class LibraryCache(FileCache):
    """A folder of trimmed archives, by kind of headers, tools and whole archives.

    `<key>.met` has one byte for each link before there were any. The folder `<key>` has the
    archives and, written last, a file with their names: an empty one if none can be made.
    """

    def compute_key(self, libraries: Mapping[str, Sequence[Path]], *identity: str) -> str:
        """Return the identity of the archives to make: tools, and the originals' size and time."""
        originals = [path for paths in libraries.values() for path in paths]
        stats = [(path, path.stat()) for path in originals]
        changed = (f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in stats)
        return digest(*identity, *changed)[:32]

    def find_archives(self, key: str) -> dict[str, Path] | None:
        """Return the trimmed archives by library; None if there are none or one is damaged."""
        names = self.find(f"{key}/{_NAMES}")
        if names is None:
            return None
        found = {name: self.find(f"{key}/{name}") for name in names.read_text().split()}
        whole = {name: path for name, path in found.items() if path is not None}
        return whole if len(whole) == len(found) else None

    def record_miss(self, key: str) -> bool:
        """Count one link without trimmed archives; return whether to make them now.

        Raises:
            StorageError: The cache cannot be written.
        """
        return self.count(f"{key}.met") >= MIN_PRIOR_MISSES

    def store(self, key: str, archives: Mapping[str, bytes]) -> None:
        """Store trimmed archives, then the file with their names."""
        for name, content in {**archives, _NAMES: " ".join(archives).encode()}.items():
            self.write(f"{key}/{name}", content, MOUNTED_FILE_MODE)
