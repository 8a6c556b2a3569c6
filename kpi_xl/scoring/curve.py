"""Every scoring rule that is a curve, as one value: straight segments over the signed actual, with jumps between."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from kpi_xl.scoring.rounding import excel_round

WITHOUT_END = 1e300
"""Opens the first segment downwards (negative), and keeps a pure anchor from ever being entered (positive)."""
HAIR = 2.0**-47
"""Share of a number that every spreadsheet sees; one of them takes numbers within 2^-48 of each other as equal."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place on the axis that may hang on target T, threshold B and stretch S.

    x0 = ROUND(sign * (t*T + b*B + s*S) + d * MAX(ABS(T), d_min) + const, digits)
    """

    t: float = 0.0
    b: float = 0.0
    s: float = 0.0
    d: float = 0.0
    d_min: float = 0.0
    const: float = 0.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight piece of a curve.

    `y0` is the score at its anchor, `y1` the score just before the next segment's anchor (equal: flat).
    `side` +1 starts half a grid below the anchor, so the bound belongs to this segment; -1 half a grid above it.
    """

    at: Anchor
    y0: float
    y1: float
    side: int = 1
    open: float = 0.0


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve in numbers; every tuple has one entry per segment."""

    x0: tuple[float, ...]
    start: tuple[float, ...]
    y0: tuple[float, ...]
    slope: tuple[float, ...]
    order_ok: tuple[bool, ...]

    @property
    def is_ordered(self) -> bool:
        """Segments start one after the other, and none that slopes has zero width."""
        return all(self.order_ok)

    def segment(self, x: float) -> int:
        """0-based segment that holds a signed, rounded `x`."""
        return bisect_right(self.start, x) - 1

    def raw(self, x: float) -> float:
        """Score at `x` before floor, cap and rounding."""
        index = self.segment(x)
        return self.y0[index] + self.slope[index] * (x - self.x0[index])

    def points(self, x: float, floor: float, cap: float) -> float:
        """Score between floor and cap, not yet rounded."""
        return sorted((floor, cap, self.raw(x)))[1]

    def score(self, x: float, floor: float, cap: float) -> float:
        """Item score: two decimals, by way of nine so that a tie is a tie in every engine."""
        return excel_round(excel_round(self.points(x, floor, cap), 9), 2)


@dataclass(frozen=True, slots=True)
class CurveForm:
    """A curve that still hangs on its anchors; `sign` is -1 where less is better, `digits` the grid of equality."""

    segments: tuple[Segment, ...]
    sign: int
    digits: int

    def at(self, target: float | None, threshold: float | None, stretch: float | None) -> Curve:
        """The curve for these anchors; an anchor that is not given counts as zero and no sound rule uses it."""
        return _curve(self, target or 0.0, threshold or 0.0, stretch or 0.0)


@lru_cache(maxsize=1 << 13)     # checking, scoring and the sentence of a row all ask for the same curve
def _curve(form: CurveForm, t: float, b: float, s: float) -> Curve:
    x0 = tuple(_place(form, segment.at, t, b, s) for segment in form.segments)
    start = tuple(x - at.side * _half(form, x) + at.open for x, at in zip(x0, form.segments, strict=True))
    last = len(x0) - 1
    slope, order_ok = [], []
    for i, segment in enumerate(form.segments):
        rises = i < last and x0[i + 1] > x0[i]
        slope.append((segment.y1 - segment.y0) / (x0[i + 1] - x0[i]) if rises else 0.0)
        order_ok.append(i == last or (start[i + 1] > start[i] and (segment.y1 == segment.y0 or rises)))
    return Curve(x0, start, tuple(segment.y0 for segment in form.segments), tuple(slope), tuple(order_ok))


def _half(form: CurveForm, x: float) -> float:
    """Half a grid; where a float is coarser than the grid, just enough to tell a bound from its neighbours."""
    return max(0.5 * 10.0**-form.digits, abs(x) * HAIR)


def _place(form: CurveForm, at: Anchor, t: float, b: float, s: float) -> float:
    signed = form.sign * (at.t * t + at.b * b + at.s * s)
    return excel_round(signed + at.d * max(abs(t), at.d_min) + at.const, form.digits)
