"""How many calls an endpoint gets at once, and what happens while it is down."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import monotonic

from pieforge.agents.models.failures import CallFailure, EndpointAddress, FailureKind
from pieforge.errors import EndpointError

_logger = logging.getLogger(__name__)

_START = 8
"""Concurrent calls at first."""
_FAILURES = 10
"""Failed tries in a row, without a success between them, that mean an outage."""
_MAX_PROBE_S = 30.0


class AdaptiveLimit:
    """The number of concurrent calls of one endpoint: as many as it takes.

    It doubles with each round of answers until the endpoint refuses a call as one too many (429).
    Then it is just below the number that was too many, and grows by one for each round.
    A burst of refusals cuts it once: only calls that began after the last cut can cut it again. A
    burst without any answer since the last cut halves it.
    """

    def __init__(self, most: float = float("inf")) -> None:
        self.size = min(float(_START), most)
        self._most = most
        self._is_doubling = True
        self._under_way = 0
        self._cuts = 0
        self._answers_since_cut = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def occupy(self) -> AsyncIterator[None]:
        """Wait for a place, and hold it; a CallFailure of the kind `BUSY` is taken into account."""
        if self._under_way < int(self.size):
            self._under_way += 1
        else:
            place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            try:
                await place  # `_release` counts the call as under way
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    self._release()
                raise
        began = self._cuts
        try:
            yield
        except CallFailure as failure:
            if failure.kind is FailureKind.BUSY:
                self._cut(began)
            raise
        else:
            self._grow()
        finally:
            self._release()

    def _grow(self) -> None:
        self._answers_since_cut += 1
        # One more for each answer doubles it within a round; only what is used can be too much.
        if self._under_way >= int(self.size):
            step = 1 if self._is_doubling else 1 / self.size
            self.size = min(self._most, self.size + step)

    def _cut(self, began: int) -> None:
        if began != self._cuts:
            return
        below = max(1, min(int(self.size), self._under_way) - 1)
        self.size = float(below if self._answers_since_cut else max(1, below // 2))
        self._is_doubling = False
        self._cuts += 1
        self._answers_since_cut = 0

    def _release(self) -> None:
        self._under_way -= 1
        while self._waiting and self._under_way < int(self.size):
            place = self._waiting.popleft()
            if not place.done():
                self._under_way += 1
                place.set_result(None)


class CircuitBreaker:
    """Holds calls back while an endpoint is down.

    After `_FAILURES` failed tries in a row it opens: all calls wait, one at a time is let through
    as a probe, and the first success closes it. It stays closed for an endpoint that has never
    answered: that one is not down, but wrongly configured.

    Args:
        address: The endpoint, for messages.
        concurrency: The endpoint's limit: a 429 is a failure only where there is one call at once.
        outage_s: Seconds after which waiting calls fail.
        pause: Waits between probes.
    """

    def __init__(
        self,
        address: EndpointAddress,
        concurrency: AdaptiveLimit,
        outage_s: float,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        self._address = address
        self._concurrency = concurrency
        self._has_answered = False
        self._outage_s = outage_s
        self._pause = pause
        self._failures = 0
        self._probes = 0
        self._opened_at: float | None = None
        self._probe = asyncio.Lock()

    @property
    def is_open(self) -> bool:
        """Whether the endpoint is taken to be down."""
        return self._opened_at is not None

    @asynccontextmanager
    async def admit(self) -> AsyncIterator[None]:
        """Wait while the endpoint is down, and take the outcome of a try into account.

        Raises:
            EndpointError: It is down for longer than `outage_s`.
        """
        if self.is_open:
            async with self._probe:
                if self.is_open:
                    await self._wait()
                    with self._judge():
                        yield
                    return
        with self._judge():
            yield

    async def _wait(self) -> None:
        assert self._opened_at is not None  # noqa: S101  asked by the caller
        down_s = monotonic() - self._opened_at
        if down_s > self._outage_s:
            raise EndpointError(
                f"the model endpoint has not answered for {down_s:.0f} s",
                where=str(self._address),
                fix="try again when it does, or raise outage_s",
            )
        self._probes += 1
        await self._pause(min(_MAX_PROBE_S, 2.0 ** (self._probes - 1)))

    @contextmanager
    def _judge(self) -> Iterator[None]:
        try:
            yield
        except CallFailure as failure:
            if failure.is_transient:
                self._count_failure(failure)
            elif failure.kind is not FailureKind.QUOTA:
                self._count_answer()
            raise
        else:
            self._count_answer()

    def _count_answer(self) -> None:
        if self._opened_at is not None:
            down_s = round(monotonic() - self._opened_at)
            _logger.warning("the endpoint answers again after %d s", down_s)
        self._failures, self._probes, self._opened_at, self._has_answered = 0, 0, None, True

    def _count_failure(self, failure: CallFailure) -> None:
        is_one_too_many = failure.kind is FailureKind.BUSY and self._concurrency.size > 1
        if is_one_too_many or self.is_open or not self._has_answered:
            return
        self._failures += 1
        if self._failures == _FAILURES:
            self._opened_at = monotonic()
            data = {"endpoint": str(self._address), "error": str(failure)}
            what = "the endpoint does not answer: calls wait until it does"
            _logger.warning(what, extra={"data": data})
