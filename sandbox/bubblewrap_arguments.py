"""The contents of a sandbox, and bubblewrap's arguments that create it."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

from pieforge.errors import MissingToolError, PackageError
from pieforge.files import check_relative_path
from pieforge.sandbox import protocol
from pieforge.sandbox.native.build import build_launcher, build_supervisor
from pieforge.tools import query_tool

_SANDBOX_UID = "1000"
_SUPERVISOR = "/supervisor"
"""Also the command of `SandboxProcess`."""
_MOUNT_ROOT = Path("/mnt")
"""Where the launcher mounts the folder of `mounts`; mirrored in launcher.c (`SHOWN`)."""


class SeccompProfile(StrEnum):
    """What the system call filter allows programs to do; mirrored in filter.c (`profile`)."""

    RUN = "run"
    """One process with one thread; it can start neither processes nor threads."""
    THREADS = "threads"
    """One process with threads."""
    THREADS_FORK = "threads-fork"
    """As THREADS, for runs that are forks of one process; see fork_server.c."""
    SIMULATE = "simulate"
    """As THREADS, and valgrind may delete its temporary file in the scratch folder."""
    FORK = "fork"
    """As SIMULATE, likewise."""
    BUILD = "build"
    """For compilers and gem5: processes, and files in the scratch folder."""


@dataclass(frozen=True)
class SandboxContents:
    """The files, folders and rights that a program has inside the sandbox.

    Attributes:
        files: By absolute path inside: the content, or the host's file to copy it from.
        mounts: By absolute path inside: a large file or folder of the host that is mounted
            read-only instead of copied.
        mounts_root: Folder of the host that contains everything in `mounts`; the cache by
            default.
        folders: Folders of the host that are mounted read-only under their own paths.
        links: Symbolic links to create, target by path.
        scratch: Writable tmpfs folders, by path, with their size in bytes.
        has_dev_null: Whether /dev/null exists.
        has_proc: Whether there is a read-only /proc of the sandbox's own processes. valgrind and
            the sanitizers read their memory map there.
        workdir: Working folder of programs.
        profile: What the system call filter allows.
    """

    files: Mapping[str, bytes | Path] = field(default_factory=dict)
    mounts: Mapping[str, Path] = field(default_factory=dict)
    mounts_root: Path | None = None
    folders: Sequence[str] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    scratch: Mapping[str, int] = field(default_factory=dict)
    has_dev_null: bool = False
    has_proc: bool = False
    workdir: str = "/"
    profile: SeccompProfile = SeccompProfile.RUN

    def __post_init__(self) -> None:
        """Check the paths: parts of them are names from packages and ledgers.

        Raises:
            PackageError: A path leaves its folder, or is the supervisor's.
        """
        for path in (*self.files, *self.mounts, *self.links, *self.scratch):
            check_relative_path(path.removeprefix("/"))
            if path == _SUPERVISOR:
                raise PackageError(f"{path} is pieforge's own file in the sandbox", where=path)


@dataclass(frozen=True)
class BubblewrapSetup:
    """How sandboxes are created on this machine.

    Attributes:
        bwrap: Path of bubblewrap.
        supervisor: Path of the supervisor program; for this and the launcher see
            `native.build.build_binary`.
        launcher: Command prefix that gives up root; empty if pieforge does not run as root.
        cache: Folder that contains everything mounted, unless `SandboxContents.mounts_root` is
            set.
        grace_s: Seconds beyond a run's wall time limit after which a sandbox counts as dead.
    """

    bwrap: str
    supervisor: Path
    launcher: tuple[str, ...] = ()
    cache: Path = Path("/")
    grace_s: float = 10.0

    @classmethod
    def find(cls, cache: Path, *, uid: int) -> Self:
        """Find bubblewrap, and build the supervisor and the launcher where they are not cached.

        Args:
            cache: Folder of the supervisor, the launcher and everything that is mounted.
            uid: User and group id of untrusted code when pieforge runs as root.

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
        bwrap = os.path.realpath(bwrap)  # `uid` may have no access to the folder of a link
        words = (str(launcher), str(uid)) if os.geteuid() == 0 else ()
        return cls(bwrap, supervisor, words, cache.resolve())

    def build_prefix(self, contents: SandboxContents) -> tuple[str, ...]:
        """Return the launcher's command prefix.

        With mounts, the launcher first binds their root to a folder that its user can read.
        """
        if not self.launcher or not contents.mounts:
            return self.launcher
        below = contents.mounts_root or self.cache
        return (*self.launcher[:2], "--show", str(below), *self.launcher[2:])

    def build_arguments(self, contents: SandboxContents, opened: list[int]) -> list[str]:
        """Return bubblewrap's arguments; add the descriptors that they name to `opened`."""
        # --unshare-all only tries a user namespace; --unshare-user fails where there is none.
        words = ["--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent"]
        # --new-session: no process can push input into the terminal (TIOCSTI). --as-pid-1: the
        # supervisor itself is the first process, without a bubblewrap process in between.
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
        for path, content in {_SUPERVISOR: self.supervisor, **contents.files}.items():
            opened.append(_open_content(content))
            # --file copies: a program that finds a way to write to it changes no file of the host.
            words += ["--perms", "0555", "--file", str(opened[-1]), path]
        for path, shown in contents.mounts.items():
            below = contents.mounts_root or self.cache
            source = _MOUNT_ROOT / shown.relative_to(below) if self.launcher else shown
            words += ["--ro-bind", str(source), path]
        # Last: until then bubblewrap itself creates files and mount points on the root.
        return [*words, "--remount-ro", "/", "--chdir", contents.workdir]

    def get_version(self) -> str:
        """Return bubblewrap's name and version."""
        return query_tool([self.bwrap, "--version"]).strip()

    def can_mount(self, folder: Path) -> bool:
        """Return whether a folder of the cache can be mounted.

        Root in a container may not have the capability to mount; then files have to be copied.
        """
        if not self.launcher:
            return True
        command = [*self.launcher[:2], "--show", str(self.cache), "/usr/bin/test", "-x"]
        command.append(str(_MOUNT_ROOT / folder.relative_to(self.cache)))
        done = subprocess.run(command, capture_output=True, check=False, start_new_session=True)
        return done.returncode == 0


def _open_content(content: bytes | Path) -> int:
    """Return a descriptor at the beginning of the content."""
    if isinstance(content, Path):
        return os.open(content, os.O_RDONLY | os.O_CLOEXEC)
    file = protocol.create_sealed_file([content])
    os.lseek(file, 0, os.SEEK_SET)
    return file


def _get_mount_arguments(folder: str) -> list[str]:
    path = Path(folder)
    # On merged-/usr systems /lib and /bin are links into /usr; the link is recreated.
    if path.is_symlink():
        return ["--symlink", str(path.readlink()), folder]
    return ["--ro-bind", folder, folder] if path.is_dir() else []
