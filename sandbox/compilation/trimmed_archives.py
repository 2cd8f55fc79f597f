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

Which members these are is what one broad program of our own took (representative.c), as the
linker's map has it.
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
"""As g++ names them to the linker."""

REPRESENTATIVE_PROGRAM = Path(__file__).with_name("representative.c")
"""Takes what programs usually take, of C or of C++."""

MIN_PRIOR_MISSES = 8
"""So often programs were linked before smaller archives are made."""

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
class _Member:
    """A member of an archive as it lies on the disk.

    Attributes:
        name: Its whole name.
        content: Its header, after the name, and what it holds.
        symbols: What the archive's index says that it defines.
    """

    name: bytes
    content: bytes
    symbols: Sequence[bytes]


def _parse_archive(path: Path) -> dict[int, _Member]:
    """Return the members of an archive of GNU's format by position; none of another format."""
    content = path.read_bytes()
    members: dict[int, _Member] = {}
    if not content.startswith(_MAGIC + b"/ "):
        return members
    at, table = len(_MAGIC), b""
    symbols: dict[int, list[bytes]] = {}
    while at + _HEADER_BYTES <= len(content):
        name, size = content[at : at + _NAME_BYTES].rstrip(), int(content[at + 48 : at + 58])
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
    if not all(archives.values()):
        return {}
    kept = {
        path: {at for at, each in members.items() if (path.name.encode(), each.name) in wanted}
        for path, members in archives.items()
    }
    _add_definers(archives, kept)
    made = {}
    for library, paths in libraries.items():
        members = [archives[path][at] for path in paths for at in sorted(kept[path])]
        if members:
            made[library] = _serialize_archive(members)
    return made


def _add_definers(
    archives: Mapping[Path, Mapping[int, _Member]], kept: Mapping[Path, set[int]]
) -> None:
    """Add each archive's first definer of every symbol that a kept member defines."""
    definers: dict[Path, dict[bytes, int]] = {path: {} for path in archives}
    for path, members in archives.items():
        for at in sorted(members):
            for symbol in members[at].symbols:
                definers[path].setdefault(symbol, at)
    open_ = [(path, at) for path, places in kept.items() for at in places]
    while open_:
        path, at = open_.pop()
        for symbol in archives[path][at].symbols:
            for other, first_of in definers.items():
                first = first_of.get(symbol)
                if first is not None and first not in kept[other]:
                    kept[other].add(first)
                    open_.append((other, first))


def _serialize_archive(members: Sequence[_Member]) -> bytes:
    """Return an archive without an index, which mold does not need."""
    table = b""
    parts = []
    for member in members:
        parts.append((b"/%d" % len(table)).ljust(_NAME_BYTES) + member.content)
        table += member.name + b"/\n"
    table += b"\n" * (len(table) % 2)
    head = b"%-48s%-10d`\n" % (b"//", len(table))
    return b"".join((_MAGIC, head, table, *parts))


class LibraryCache(FileCache):
    """A folder of smaller archives, kept by the kind of headers, the tools and the whole archives.

    `<key>.met` has one byte for each link in vain; the folder `<key>` has the archives, and last
    of all the empty file `whole`; that alone where none can be made.
    """

    def compute_key(self, libraries: Mapping[str, Sequence[Path]], *identity: str) -> str:
        """Return the identity of what would be made of these archives."""
        changed = (f"{path} {path.stat()[6:9]}" for paths in libraries.values() for path in paths)
        return digest(*identity, *changed)[:32]

    def find(self, key: str) -> Path | None:
        """Return the folder of smaller archives, None where there are none yet."""
        folder = self.folder / key
        return folder if (folder / _COMPLETE_MARK).exists() else None

    def record_miss(self, key: str) -> bool:
        """Note that a program is linked, and say whether to make smaller archives now.

        Raises:
            StorageError: The cache cannot be written.
        """
        return self.count(f"{key}.met") >= MIN_PRIOR_MISSES

    def store(self, key: str, archives: Mapping[str, bytes]) -> None:
        """Store smaller archives."""
        for name, content in {**archives, _COMPLETE_MARK: b""}.items():
            self.write(f"{key}/{name}", content, MOUNTED_FILE_MODE)
