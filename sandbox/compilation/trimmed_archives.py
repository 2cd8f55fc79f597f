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
    made = {}
    for library, paths in libraries.items():
        members = [
            (archives[path].names[at], member)
            for path in paths
            for at, member in archives[path].members.items()
            if at in kept[path]
        ]
        if members:
            made[library] = _serialize_archive(members)
    return made


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


def _serialize_archive(members: Sequence[tuple[bytes, bytes]]) -> bytes:
    """Return an archive without an index, which mold does not need."""
    table, places = b"", []
    for name, _ in members:
        places.append(b"/%d" % len(table))
        table += name + b"/\n"
    table += b"\n" * (len(table) % 2)
    head = b"%-48s%-10d`\n" % (b"//", len(table))
    named = zip(places, members, strict=True)
    rest = (place.ljust(_NAME_BYTES) + member for place, (_, member) in named)
    return b"".join((_MAGIC, head, table, *rest))


class LibraryCache:
    """A folder of smaller archives, kept by the kind of headers, the tools and the whole archives.

    `<key>.met` has one byte for each link in vain; the folder `<key>` has the archives, and last
    of all the empty file `whole`; that alone where none can be made.
    """

    def __init__(self, folder: Path) -> None:
        self._files = FileCache(folder)

    def compute_key(self, libraries: Mapping[str, Sequence[Path]], *identity: str) -> str:
        """Return the identity of what would be made of these archives."""
        changed = (f"{path} {path.stat()[6:9]}" for paths in libraries.values() for path in paths)
        return digest(*identity, *changed)[:32]

    def find(self, key: str) -> Path | None:
        """Return the folder of smaller archives, None where there are none yet."""
        folder = self._files.folder / key
        return folder if (folder / _COMPLETE_MARK).exists() else None

    def record_miss(self, key: str) -> bool:
        """Note that a program is linked, and say whether to make smaller archives now.

        Raises:
            StorageError: The cache cannot be written.
        """
        return self._files.count(f"{key}.met") >= MIN_PRIOR_MISSES

    def store(self, key: str, archives: Mapping[str, bytes]) -> None:
        """Store smaller archives."""
        for name, content in {**archives, _COMPLETE_MARK: b""}.items():
            self._files.write(f"{key}/{name}", content, MOUNTED_FILE_MODE)
