"""The interpreter, its byte strings, and the library's hashes."""

import hashlib
import math

n = int(input())
data = bytes(range(256)) * n
print(hashlib.sha256(data).hexdigest()[:8], data.count(b"\x07"), len(data.replace(b"a", b"bcd")))
print(sum(math.sin(i) for i in range(n)) > 0, sorted(map(str, range(n)))[n // 2])
