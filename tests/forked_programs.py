"""A Python program whose end depends on its input, for tests of runs that share an interpreter."""

BY_INPUT = """
import os, sys
word = input()
if word == "spin":
    while True: pass
elif word == "fail":
    sys.exit(3)
elif word == "flood":
    while True: print("x" * 1000)
elif word == "hog":
    kept = bytes(1 << 40)
elif word == "thread":
    import threading
    threading.Thread(target=lambda: [None for _ in iter(int, 1)]).start()
elif word == "fork":
    os.fork()
elif word == "crash":
    os.abort()
print(word, os.getpid())
"""
"""Prints its word and its process id, or fails in the way that the word says."""
