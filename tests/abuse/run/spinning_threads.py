# verdict: TLE
# tries: to multiply its CPU time by threads that run on after the first one has ended
import hashlib
import threading

data = bytes(1 << 20)


def work() -> None:
    while True:
        hashlib.sha256(data).digest()  # releases the interpreter's lock


for _ in range(6):
    threading.Thread(target=work).start()
