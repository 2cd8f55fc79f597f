"""Random valid inputs of every problem, independent of pieforge's own input generation."""

from collections.abc import Callable, Mapping
from random import Random
from string import ascii_lowercase

from benchmarks.pairs import lines

Sampler = Callable[[Random, float], str]
"""Returns one input; the second argument, from 0 to 1, limits its size."""


def _count(rng: Random, share: float, most: int) -> int:
    """Return a count from 1 to `most`: at most 4 if `share` is below 0.5, then up to `most`."""
    return rng.randint(1, max(1, min(most, 4 if share < 0.5 else int(4 + share**8 * most))))


def _value(rng: Random, low: int, high: int) -> int:
    """Return a value: in 20 % of calls near a bound, in 20 % small, otherwise uniform."""
    way = rng.random()
    if way < 0.2:
        return rng.choice((low, min(low + 1, high), max(low, high - 1), high))
    return rng.randint(low, min(high, low + 9)) if way < 0.4 else rng.randint(low, high)


def branchoffices(rng: Random, share: float) -> str:
    """Return trees, bushy to stringy."""
    n, q = _count(rng, share, 560), _count(rng, share, 560)
    way = rng.choice((1, 3, 600))
    boss = [0, *(rng.randint(max(1, i - way), i) for i in range(1, n))]
    profits = [_value(rng, 0, 100) for _ in range(n)]
    return lines((n, q), boss, profits, (rng.randint(1, n) for _ in range(q)))


def cratelabels(rng: Random, share: float) -> str:
    """Return labels of few letters."""
    n = _count(rng, share, 420)
    letters = (
        rng.sample(ascii_lowercase, rng.randint(1, 5)) if rng.random() < 0.7 else ascii_lowercase
    )
    most = rng.randint(1, 9)
    return lines((n,), *("".join(rng.choices(letters, k=rng.randint(1, most))) for _ in range(n)))


def echosong(rng: Random, share: float) -> str:
    """Return songs of few letters."""
    n = _count(rng, share, 2000) + rng.randint(0, 20)
    letters = (
        rng.sample(ascii_lowercase, rng.randint(1, 4)) if rng.random() < 0.7 else ascii_lowercase
    )
    return lines("".join(rng.choices(letters, k=min(n, 2000))))


def ferrytolls(rng: Random, share: float) -> str:
    """Return graphs, near to far."""
    n, m = _count(rng, share, 1500), _count(rng, share, 2501) - 1
    if rng.random() < 0.2:
        n = 1500
    near = rng.choice((1, 5, 1500))
    rows = []
    for _ in range(m):
        u = rng.randint(1, n)
        rows.append((u, max(1, min(n, u + rng.randint(-near, near))), _value(rng, 1, 100)))
    return lines((n, m, rng.randint(1, n), rng.randint(1, n)), *rows)


def floodmeadow(rng: Random, share: float) -> str:
    """Return meadows, of any mixture."""
    r, c = _count(rng, share, 60), _count(rng, share, 60)
    if rng.random() < 0.2:
        c = rng.randint(1, 60)
    weights = [rng.random() ** 3 for _ in range(4)]
    return lines((r, c), *("".join(rng.choices(".TS#", weights, k=c)) for _ in range(r)))


def islandbridges(rng: Random, share: float) -> str:
    """Return messages."""
    n, q = _count(rng, share, 1500), _count(rng, share, 2990) + rng.randint(0, 9)
    rows = [(rng.choice("+?"), rng.randint(1, n), rng.randint(1, n)) for _ in range(q)]
    return lines((n, q), *rows)


def lanternoil(rng: Random, share: float) -> str:
    """Return ranges."""
    a = _value(rng, 1, 6000)
    return lines((a, min(6000, a + _count(rng, share, 6000) - 1)))


def marketdays(rng: Random, share: float) -> str:
    """Return prices and ranges."""
    n, q = _count(rng, share, 2000), _count(rng, share, 900)
    ranges = [sorted((rng.randint(1, n), rng.randint(1, n))) for _ in range(q)]
    return lines((n, q), (_value(rng, 1, 999) for _ in range(n)), *ranges)


def mountainpack(rng: Random, share: float) -> str:
    """Return things and a pack."""
    n = _count(rng, share, 14) if rng.random() < 0.98 else rng.randint(15, 21)
    return lines(
        (n, _value(rng, 1, rng.choice((30, 1500)))),
        *((_value(rng, 1, 100), _value(rng, 1, 100)) for _ in range(n)),
    )


def nightboats(rng: Random, share: float) -> str:
    """Return stays, short to long."""
    n = _count(rng, share, 1500)
    longest = rng.choice((5, 30, 1500))
    starts = [_value(rng, 0, 1499) for _ in range(n)]
    return lines((n,), *((s, min(1499, s + rng.randint(0, longest))) for s in starts))


def orchardplots(rng: Random, share: float) -> str:
    """Return grids."""
    r, c = _count(rng, share, 28), _count(rng, share, 28)
    return lines((r, c), *([_value(rng, -50, 99) for _ in range(c)] for _ in range(r)))


def overtakers(rng: Random, share: float) -> str:
    """Return orders."""
    n = _count(rng, share, 4490) + rng.randint(0, 9)
    order = list(range(1, n + 1))
    if rng.random() < 0.7:
        rng.shuffle(order)
    return lines((n,), order)


def parcelstring(rng: Random, share: float) -> str:
    """Return strings of few signs."""
    n = _count(rng, share, 3590) + rng.randint(0, 9)
    letters = rng.sample("abcdefghij()[]", rng.randint(1, 6)) if rng.random() < 0.5 else "aj()[]"
    return lines("".join(rng.choices(letters, k=n)))


def radiomasts(rng: Random, share: float) -> str:
    """Return points, dense to sparse."""
    n = _count(rng, share, 2000)
    most = rng.choice((3, 40, 999))
    return lines((n,), *((_value(rng, 0, most), _value(rng, 0, most)) for _ in range(n)))


def ticketshelf(rng: Random, share: float) -> str:
    """Return events of few or many codes."""
    q = _count(rng, share, 3590) + rng.randint(0, 9)
    most = rng.choice((3, 200, 999))
    words = [
        f"push {_value(rng, 0, most)}" if rng.random() < 0.55 else rng.choice(("pop", "min"))
        for _ in range(q)
    ]
    return lines((q,), *words)


def tidegauge(rng: Random, share: float) -> str:
    """Return levels, with the shortest, the longest or any window."""
    n = _count(rng, share, 2400)
    most = rng.choice((20, 999))
    k = rng.choice((1, min(n, 600), rng.randint(1, min(n, 600))))
    return lines((n, k), (_value(rng, 0, most) for _ in range(n)))


def tokenmachine(rng: Random, share: float) -> str:
    """Return tubes and amounts."""
    k, q = rng.randint(1, 14), _count(rng, share, 160)
    most = rng.choice((10, 100, 900))
    faces = [_value(rng, 1, most) for _ in range(k)]
    return lines((k, q), faces, (_value(rng, 0, 2200) for _ in range(q)))


def watertanks(rng: Random, share: float) -> str:
    """Return tanks, with few or many runs."""
    t = _count(rng, share, 60)
    longest = rng.choice((3, 300, 50000))
    rows = [(_value(rng, 0, 1000), _value(rng, 0, longest), _value(rng, 1, 400)) for _ in range(t)]
    return lines((t,), *rows)


SAMPLERS: Mapping[str, Sampler] = {
    sampler.__name__: sampler
    for sampler in (
        branchoffices,
        cratelabels,
        echosong,
        ferrytolls,
        floodmeadow,
        islandbridges,
        lanternoil,
        marketdays,
        mountainpack,
        nightboats,
        orchardplots,
        overtakers,
        parcelstring,
        radiomasts,
        ticketshelf,
        tidegauge,
        tokenmachine,
        watertanks,
    )
}
"""By problem."""
