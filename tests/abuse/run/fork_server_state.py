# verdict: AC
# tries: to leave something for the next run of the same fork server: in files, pipes, descriptors and their flags
# under: cachegrind
import contextlib
import fcntl
import os

MARK = b"pieforge-abuse"
found = []
for folder in ("/tmp", "/", "/dev", "/proc/self/fd", "/usr"):
    with contextlib.suppress(OSError):
        found += [name for name in os.listdir(folder) if MARK.decode() in name]
    with contextlib.suppress(OSError):
        os.close(os.open(f"{folder}/{MARK.decode()}", os.O_CREAT | os.O_WRONLY))
        raise SystemExit(f"wrote in {folder}")
for file in range(64):
    path = f"/proc/self/fd/{file}"
    with contextlib.suppress(OSError):
        kept = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        if MARK in os.read(kept, 1 << 16):
            found.append(path)
    with contextlib.suppress(OSError):
        if os.lseek(file, 0, os.SEEK_CUR) == 77:
            found.append(f"position of {file}")
    with contextlib.suppress(OSError):
        if fcntl.fcntl(file, fcntl.F_GETFL) & os.O_APPEND:
            found.append(f"flags of {file}: {os.readlink(path)}")
    with contextlib.suppress(OSError):
        if fcntl.fcntl(file, fcntl.F_GETPIPE_SZ) == 1 << 12:
            found.append(f"size of {file}: {os.readlink(path)}")
if found or os.getcwd() != "/" or os.environ.get("MARK"):
    raise SystemExit(f"{found}")
for file in range(64):
    with contextlib.suppress(OSError):
        os.write(os.open(f"/proc/self/fd/{file}", os.O_WRONLY | os.O_NONBLOCK), MARK)
    for change in (
        lambda: os.lseek(file, 77, os.SEEK_SET),
        lambda: fcntl.fcntl(file, fcntl.F_SETFL, os.O_APPEND),
        lambda: fcntl.fcntl(file, fcntl.F_SETPIPE_SZ, 1 << 12),
        lambda: os.ftruncate(file, 1),
        lambda: os.write(file, MARK),
    ):
        with contextlib.suppress(OSError):
            change()
os.environ["MARK"] = "1"
os.chdir("/usr")
os.ftruncate(1, 0)
