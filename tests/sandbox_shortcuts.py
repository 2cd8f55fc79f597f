"""Types of the fixtures `build` and `run`."""

from collections.abc import Awaitable, Callable

from pieforge.sandbox.sandbox import Executable, RunResult

Build = Callable[..., Awaitable[Executable]]
"""Compile a source (C++17, or the language with the key given as well)."""
Run = Callable[..., Awaitable[RunResult]]
"""Compile a source and run it once: source, stdin, limits, key."""
