"""What the sandbox is made of: bubblewrap's arguments, and what lies inside them."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from pieforge.errors import MissingToolError
from pieforge.sandbox import protocol
from pieforge.sandbox.native.build import build_launcher, build_supervisor
from pieforge.tools import query_tool

_SANDBOX_UID = "1000"
_MEMORY_FILE_FD = 59
"""Mirrored in supervisor.c; as the simulators' log, above what valgrind leaves to a program."""
_MOUNT_ROOT = Path("/mnt")
"""Mirrored in launcher.c."""


class SeccompProfile(StrEnum):
    """What the filter of system calls lets programs do."""

    RUN = "run"
    """One process, one thread; it can start nothing."""
    THREADS = "threads"
    """One process with threads."""
    SIMULATE = "simulate"
    """The same, under a simulator, which needs a scratch file of its own."""
    BUILD = "build"
    """Compilers, and gem5: processes, and files in the one scratch folder."""


@dataclass(frozen=True)
class SandboxContents:
    """What a program finds inside.

    Attributes:
        files: By absolute path inside: the content, or the host's file to copy it from.
        mounts: By absolute path inside: a large file or folder to show read-only instead of
            copying it.
        mounts_root: Folder below which all of those lie; the cache by default.
        folders: Host folders to show read-only under their own paths.
        links: Symbolic links to make, target by path.
        scratch: A tmpfs that can be written, by path, with its size in bytes.
        has_dev_null: Whether /dev/null exists.
        has_proc: Whether there is a read-only /proc, of the sandbox's own processes;
            valgrind reads its memory map there.
        memory_file: Which of `files`, if any, is a link to a sealed memory file, as standard input
            is one, instead of lying on the root: the root's device has another number in
            every sandbox, which `stat` tells. Needs `has_proc`.
        workdir: Where programs start.
        profile: What the filter of system calls lets them do.
    """

    files: Mapping[str, bytes | Path] = field(default_factory=dict)
    mounts: Mapping[str, Path] = field(default_factory=dict)
    mounts_root: Path | None = None
    folders: Sequence[str] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    scratch: Mapping[str, int] = field(default_factory=dict)
    has_dev_null: bool = False
    has_proc: bool = False
    memory_file: str = ""
    workdir: str = "/"
    profile: SeccompProfile = SeccompProfile.RUN


@dataclass(frozen=True)
class BubblewrapSetup:
    """How sandboxes are made on this machine.

    Attributes:
        bwrap: bubblewrap's path.
        supervisor: The supervisor program's path.
        launcher: Command prefix that gives up root; empty where there is nothing to give up.
        cache: Folder below which lies what is shown, if nothing else is said.
        grace_s: What is granted beyond a run's own limit before a sandbox counts as dead.
    """

    bwrap: str
    supervisor: Path
    launcher: tuple[str, ...] = ()
    cache: Path = Path("/")
    grace_s: float = 10.0

    @classmethod
    def find(cls, cache: Path, *, uid: int) -> Self:
        """Find bubblewrap, which runs as it is started unless we are root, and make our programs.

        Args:
            cache: Folder of the supervisor and the launcher, and of all that is shown.
            uid: User and group that untrusted code gets when we are root.

        Raises:
            MissingToolError: bubblewrap or the C compiler is not installed.
            StorageError: The cache cannot be written.
        """
        supervisor, launcher = build_supervisor(cache), build_launcher(cache)
        bwrap = shutil.which("bwrap")
        if bwrap is None:
            raise MissingToolError(
                "bubblewrap (bwrap) is not installed", fix="apt install bubblewrap"
            )
        bwrap = os.path.realpath(bwrap)  # links may lie where the other user cannot look
        words = (str(launcher), str(uid)) if os.geteuid() == 0 else ()
        return cls(bwrap, supervisor, words, cache.resolve())

    def build_prefix(self, contents: SandboxContents) -> tuple[str, ...]:
        """Return the launcher's words: what is shown it brings to where its user can look."""
        if not self.launcher or not contents.mounts:
            return self.launcher
        below = contents.mounts_root or self.cache
        return (*self.launcher[:2], "--show", str(below), *self.launcher[2:])

    def build_arguments(self, contents: SandboxContents, opened: list[int]) -> list[str]:
        """Return bubblewrap's arguments; descriptors that they name are added to `opened`."""
        words = ["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent"]
        words += ["--new-session", "--as-pid-1", "--cap-drop", "ALL", "--clearenv"]
        words += ["--uid", _SANDBOX_UID, "--gid", _SANDBOX_UID, "--hostname", "sandbox"]
        for folder in contents.folders:
            words += _get_mount_arguments(folder)
        for path, target in contents.links.items():
            words += ["--symlink", target, path]
        for path, size in contents.scratch.items():
            words += ["--size", str(size), "--tmpfs", path]
        if contents.has_dev_null:
            words += ["--dev-bind", "/dev/null", "/dev/null"]
        if contents.has_proc:
            words += ["--proc", "/proc", "--remount-ro", "/proc"]
        for path, content in {"/supervisor": self.supervisor, **contents.files}.items():
            if path == contents.memory_file:
                words += ["--symlink", f"/proc/self/fd/{_MEMORY_FILE_FD}", path]
                continue
            opened.append(_open_content(content))
            words += ["--perms", "0555", "--file", str(opened[-1]), path]
        for path, shown in contents.mounts.items():
            below = contents.mounts_root or self.cache
            seen = _MOUNT_ROOT / shown.relative_to(below) if self.launcher else shown
            words += ["--ro-bind", str(seen), path]
        return [*words, "--remount-ro", "/", "--chdir", contents.workdir]

    def get_version(self) -> str:
        """Return what bubblewrap calls itself."""
        return query_tool([self.bwrap, "--version"]).strip()

    def can_mount(self, folder: Path) -> bool:
        """Say whether a folder of the cache can be shown; root may not have the right to mount."""
        if not self.launcher:
            return True
        command = [*self.launcher[:2], "--show", str(self.cache), "/usr/bin/test", "-x"]
        command.append(str(_MOUNT_ROOT / folder.relative_to(self.cache)))
        done = subprocess.run(command, capture_output=True, check=False, start_new_session=True)
        return done.returncode == 0


def _open_content(content: bytes | Path) -> int:
    """Return a descriptor to read the content from, from its beginning."""
    if isinstance(content, Path):
        return os.open(content, os.O_RDONLY | os.O_CLOEXEC)
    file = protocol.create_sealed_file([content])
    os.lseek(file, 0, os.SEEK_SET)
    return file


def create_memory_file(content: bytes | Path) -> int:
    """Return a descriptor of a memory file with the content, which cannot be written."""
    whole = content.read_bytes() if isinstance(content, Path) else content
    file = protocol.create_sealed_file([whole])
    os.fchmod(file, 0o444)
    return file


def _get_mount_arguments(folder: str) -> list[str]:
    path = Path(folder)
    if path.is_symlink():
        return ["--symlink", str(path.readlink()), folder]
    return ["--ro-bind", folder, folder] if path.is_dir() else []
