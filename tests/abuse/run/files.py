# verdict: AC
# tries: to read files of the host and to write into the folders that it is shown
import contextlib
import os
import tempfile

for path in ("/etc/passwd", "/etc/shadow", "/proc/self/environ", "/root", "/home", "/var/log", "/sys",
             "/tmp", "/usr/lib/../../etc/passwd", "/dev/urandom", "/dev/shm"):
    with contextlib.suppress(OSError):
        os.listdir(path) if not os.path.isfile(path) else open(path).close()
        raise SystemExit(f"read {path}")
for folder in ("/", "/usr", "/usr/bin", "/usr/local/lib", "/lib", "/tmp", "/dev", "."):
    with contextlib.suppress(OSError):
        open(os.path.join(folder, "pieforge-abuse"), "w").close()
        raise SystemExit(f"wrote in {folder}")
with contextlib.suppress(FileNotFoundError):
    tempfile.mkstemp(prefix="pieforge-abuse")
    raise SystemExit("wrote a temporary file")
with open("/dev/null", "wb") as null:
    null.write(b"x" * 1000)
