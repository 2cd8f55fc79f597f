"""The threshold curve as an SVG picture."""

import math
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT, _LEFT, _TOP = 560, 300, 50, 20
_COLORS = ("#888888", "#1f5fa8", "#b0413e", "#3a7d44")
_TICKS = (1.1, 2, 5, 10, 20, 50, 100)


def draw_curves(curves: Mapping[str, Sequence[tuple[float, float | None]]]) -> str:
    """Return a picture of the share of programs by least speedup, on a logarithmic scale.

    Args:
        curves: By name, points of a speedup from 1.1 to 100 and a share, None if unknown.
    """
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH + 80}" height="{_HEIGHT + 70}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_WIDTH}" height="{_HEIGHT}" fill="none" '
        'stroke="black"/>',
        f'<text x="{_LEFT + _WIDTH / 2}" y="{_TOP + _HEIGHT + 40}" text-anchor="middle">'
        "at least this speedup</text>",
    ]
    for tick in _TICKS:
        x = _place(tick, 0)[0]
        parts.append(f'<text x="{x:.1f}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{tick:g}x')
        parts.append("</text>")
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _place(_TICKS[0], share)[1]
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share:.0%}</text>')
    for at, (name, points) in enumerate(curves.items()):
        color = _COLORS[at % len(_COLORS)]
        places = (_place(x, y) for x, y in points if y is not None)
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{color}" stroke-width="2"/>')
        y = _TOP + 18 * (at + 1)
        parts.append(
            f'<text x="{_LEFT + _WIDTH - 8}" y="{y}" text-anchor="end" fill="{color}">'
            f"{escape(name)}</text>"
        )
    return "\n".join([*parts, "</svg>", ""])


def _place(speedup: float, share: float) -> tuple[float, float]:
    low, high = math.log(_TICKS[0]), math.log(_TICKS[-1])
    x = _LEFT + _WIDTH * (math.log(speedup) - low) / (high - low)
    return x, _TOP + _HEIGHT * (1 - share)
