"""Ctrl-C and SIGTERM: the first ends a command in order, a second one at once.

In order means: running tasks are cancelled and clean up, and what they had finished is stored. A
command that computes meanwhile gets a KeyboardInterrupt after `_COMPUTE_S` seconds; what still has
not ended after twice that time ends at once. Sandboxes end with this process in any case.
"""

import asyncio
import os
import signal
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import Any, NoReturn, TypeVar

from pieforge.errors import ExitStatus
from pieforge.logs import escape_controls

Result = TypeVar("Result")

_COMPUTE_S = 4.0
_STATUS = {
    signal.SIGINT: ExitStatus.INTERRUPTED,
    signal.SIGTERM: ExitStatus.TERMINATED,
}


class _Interruption:
    """What has arrived, and how the command is ended."""

    received: int = 0
    advice: str = ""
    cancel: Callable[[], object] | None = None


_state = _Interruption()


def handle_signals() -> None:
    """Handle Ctrl-C and SIGTERM from now on, and undo what the parent process may have set.

    A process inherits ignored and blocked signals: with an ignored SIGCHLD the kernel drops the
    ends of processes that pieforge waits for. An ignored Ctrl-C stays ignored, as in a job that a
    shell started in the background.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD, signal.SIGALRM, *_STATUS})
    for number in _STATUS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _handle_signal)


def set_advice(advice: str) -> None:
    """Set what the message says after `interrupted`: what is kept, and how to go on."""
    _state.advice = advice


def report_interruption() -> ExitStatus:
    """Print the message of an interrupted command; return its exit status."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    advice = f"; {_state.advice}" if _state.advice else ""
    # Not by `print`: the signal may have arrived within one.
    os.write(2, f"\npieforge: interrupted{escape_controls(advice)}\n".encode())
    return _STATUS.get(signal.Signals(_state.received or signal.SIGINT), ExitStatus.INTERRUPTED)


def run_async(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end, as `asyncio.run` does.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM ended it, in order.
    """

    async def run() -> Result:
        task, loop = asyncio.current_task(), asyncio.get_running_loop()
        assert task is not None  # noqa: S101  a coroutine runs in one

        def cancel() -> None:
            task.cancel()
            loop.call_soon_threadsafe(lambda: None)  # wakes a loop that waits

        _state.cancel = cancel
        try:
            return await work
        finally:
            _state.cancel = None

    try:
        return asyncio.run(run())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    finally:
        work.close()  # a signal may come before it began


def _handle_signal(number: int, _frame: FrameType | None) -> None:
    if _state.received:
        _end_at_once()
    _state.received = number
    signal.signal(signal.SIGALRM, _handle_alarm)
    signal.setitimer(signal.ITIMER_REAL, _COMPUTE_S, _COMPUTE_S)
    if _state.cancel is None:
        raise KeyboardInterrupt
    _state.cancel()


def _handle_alarm(_number: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGALRM, lambda *_: _end_at_once())
    raise KeyboardInterrupt


def _end_at_once() -> NoReturn:
    os._exit(report_interruption())
