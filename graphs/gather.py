"""Run coroutines concurrently; one failure ends all of them, with its own error."""

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any, TypeVar

Result = TypeVar("Result")


async def gather(works: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """Run coroutines concurrently; return their results in order.

    Raises:
        Exception: The first failure, as it was raised; the others are cancelled and awaited.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks: list[Awaitable[Result]] = [group.create_task(work) for work in works]
    except ExceptionGroup as failures:
        # One message is enough: the first names what to fix first.
        raise failures.exceptions[0] from None
    return [await task for task in tasks]
