"""What a run may use: calls are admitted within the limits, and a run that reaches one ends.

A call is admitted if its upper estimate fits into what its role's and the run's limits leave.
While earlier calls may still turn out to cost less than estimated, it waits. Calls of author and
optimizer are admitted in the order of the plan and of the candidates, as if they were asked one by
one, so that what is asked does not depend on concurrency; those of the tester are admitted as they
come. Answers in the ledger are free.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from time import monotonic
from typing import ClassVar, NamedTuple

from pieforge.agents.models.request import AskedCall, Completion, ModelRequest, RoleName
from pieforge.config import BudgetLimits, BudgetSection
from pieforge.errors import AwaitedAnswerError, BudgetError
from pieforge.ledger import Ledger, LedgerReader
from pieforge.records import Record, TokenUsage

_RUN = ""


class SessionUse(Record):
    """What one session of a run used, besides model calls; the subject is the session's number."""

    KIND: ClassVar[str] = "session_use"

    seconds: float
    """Wall time."""
    simulator_cpu_s: float
    canaries: TokenUsage = TokenUsage()
    canaries_usd: float = 0.0


class Amount(NamedTuple):
    """What model calls use; the names are those of the limits."""

    usd: float
    tokens: int
    attempts: int

    @classmethod
    def create(cls, usage: TokenUsage, usd: float | None, attempts: int) -> "Amount":
        """Return the amount of one call."""
        return cls(usd or 0.0, usage.prompt_tokens + usage.completion_tokens, attempts)

    def plus(self, other: "Amount", sign: int = 1) -> "Amount":
        """Return the sum, or with sign -1 the difference."""
        return Amount(
            self.usd + sign * other.usd,
            self.tokens + sign * other.tokens,
            self.attempts + sign * other.attempts,
        )


_NOTHING = Amount(0.0, 0, 0)


class Budget:
    """The limits of one run, and what it has used: sums over its ledger.

    Args:
        limits: The limits.
        ledger: The run's ledger.
    """

    def __init__(self, limits: BudgetSection, ledger: Ledger) -> None:
        self._ledger = ledger
        self._limits: Mapping[str, BudgetLimits] = {
            _RUN: limits,
            "author": limits.author,
            "optimizer": limits.optimizer,
            "tester": limits.tester,
        }
        self._simulator_cpu_s = (limits.simulator_cpu_hours or float("inf")) * 3600
        self._wall_s = (limits.wall_hours or float("inf")) * 3600
        self.is_limited = any(
            value is not None for each in self._limits.values() for value in _list_limits(each)
        )
        self._used = dict.fromkeys(self._limits, _NOTHING)
        for _, asked, completion in iter_calls(ledger):
            self.settle(asked.role, asked.request, completion)
        self._reserved = dict.fromkeys(self._limits, _NOTHING)
        self._under_way = 0
        self._turns: dict[str, None] = {}
        self._changed = asyncio.Event()
        self._closed: dict[str, str] = {}
        """The limit that is used up, by role; of the run under its own name."""
        earlier = [use for _, use in ledger.iter_results(SessionUse)]
        self._session = f"{len(earlier):06}"
        self._began = monotonic()
        self._earlier_s = sum(use.seconds for use in earlier)
        self._earlier_cpu_s = sum(use.simulator_cpu_s for use in earlier)
        self._cpu_s = 0.0
        self._canaries, self._canaries_usd = TokenUsage(), 0.0
        for use in earlier:
            self._use_canaries(use.canaries, use.canaries_usd)

    def add_canaries(self, usage: TokenUsage, usd: float | None) -> None:
        """Count what the canary prompts of an endpoint took; they are nobody's attempts."""
        self._canaries += usage
        self._canaries_usd += usd or 0.0
        self._use_canaries(usage, usd)

    def _use_canaries(self, usage: TokenUsage, usd: float | None) -> None:
        self._used[_RUN] = self._used[_RUN].plus(Amount.create(usage, usd, 0))

    def add_simulation(self, cpu_s: float) -> None:
        """Count the CPU seconds of a simulation."""
        self._cpu_s += cpu_s

    def store_session(self) -> None:
        """Write down what this session used so far."""
        use = SessionUse(
            seconds=monotonic() - self._began,
            simulator_cpu_s=self._cpu_s,
            canaries=self._canaries,
            canaries_usd=self._canaries_usd,
        )
        self._ledger.put(use, self._session)

    @property
    def used(self) -> Amount:
        """What model calls of all sessions used."""
        return self._used[_RUN]

    def find_spent(self) -> str:
        """Return the limit of calls that is used up; empty if none is."""
        return next(iter(self._closed.values()), "")

    def find_overrun(self) -> str:
        """Return the limit of time that is used up; empty if none is."""
        if self._earlier_s + monotonic() - self._began >= self._wall_s:
            return "budget.wall_hours"
        if self._earlier_cpu_s + self._cpu_s >= self._simulator_cpu_s:
            return "budget.simulator_cpu_hours"
        return ""

    def queue(self, subjects: Iterable[str]) -> None:
        """Set the order in which subjects may ask; each has to `leave`, whether it asks or not."""
        if self.is_limited:
            self._turns = dict.fromkeys(subjects)

    def leave(self, subject: str) -> None:
        """Let the subjects after this one ask."""
        if subject in self._turns:
            del self._turns[subject]
            self._notify()

    @asynccontextmanager
    async def admit(
        self,
        role: RoleName,
        request: ModelRequest,
        usd: float | None,
        subject: str,
        *,
        holds: bool = False,
    ) -> AsyncIterator[None]:
        """Reserve what a call may use while it is under way.

        Args:
            role: Who asks.
            request: The call.
            usd: Upper estimate of its price; None if it is unknown.
            subject: What the call is for; see `queue`.
            holds: Whether the subject keeps its turn until it leaves, because it will ask again.

        Raises:
            BudgetError: A limit does not allow the call.
        """
        # A server that ignores `n` is sent the prompt for each choice.
        prompt, answers = request.estimate_prompt_tokens(), request.n * request.max_tokens
        usage = TokenUsage(prompt_tokens=request.n * prompt, completion_tokens=answers)
        amount = Amount.create(usage, usd, request.n)
        try:
            while next(iter(self._turns), subject) != subject and subject in self._turns:
                await self._changed.wait()
            await self._reserve(role, amount)
        finally:
            if not holds:
                self.leave(subject)
        is_awaited = False
        try:
            yield
        except AwaitedAnswerError:
            is_awaited = True
            raise
        finally:
            self._under_way -= 1
            # What a batch will use stays reserved.
            for name in (_RUN, role) if not is_awaited else ():
                self._reserved[name] = self._reserved[name].plus(amount, -1)
            self._notify()

    def settle(self, role: RoleName, request: ModelRequest, completion: Completion) -> None:
        """Count what an answer took; call it while the call is admitted."""
        usage = TokenUsage() if completion.is_shared else completion.usage
        amount = Amount.create(usage, completion.usd, request.n)
        for name in (_RUN, role):
            self._used[name] = self._used[name].plus(amount)

    async def _reserve(self, role: RoleName, amount: Amount) -> None:
        while found := self._find_limit(role, amount):
            name, limit = found
            if name in self._closed or not self._under_way:
                # What comes later in the order is not asked either, though it might fit.
                self._closed[name] = limit
                raise BudgetError(
                    f"{limit} is used up",
                    fix=f"raise {limit}, and continue with: pieforge run --resume RUN CONFIG",
                )
            await self._changed.wait()
        self._under_way += 1
        for name in (_RUN, role):
            self._reserved[name] = self._reserved[name].plus(amount)

    def _find_limit(self, role: RoleName, amount: Amount) -> tuple[str, str] | None:
        """Return whose limit does not allow a call, and its key."""
        for name in (_RUN, role):
            if name in self._closed:
                return name, self._closed[name]
            needed = self._used[name].plus(self._reserved[name]).plus(amount)
            for key, most, value in zip(
                Amount._fields, _list_limits(self._limits[name]), needed, strict=True
            ):
                if most is not None and value > most:
                    return name, ".".join(part for part in ("budget", name, key) if part)
        return None

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def iter_calls(ledger: LedgerReader) -> Iterator[tuple[str, AskedCall, Completion]]:
    """Yield the answered calls of a run by their keys, whatever became of the answers."""
    for key, asked in ledger.iter_results(AskedCall):
        if (completion := ledger.get(Completion, key)) is not None:
            yield key, asked, completion


def _list_limits(limits: BudgetLimits) -> tuple[float | None, int | None, int | None]:
    return limits.usd, limits.tokens, limits.attempts
