"""RATIO, RATIO_INV, LINEAR, EFFICACY, EFFICACY_SOE: straight lines through anchors."""

from __future__ import annotations

from itertools import pairwise

from kpi_xl.model.params import Problem
from kpi_xl.scoring.curve import WITHOUT_END, Anchor, CurveForm, Segment
from kpi_xl.scoring.rules.form import INVERSE, Reader, RuleForm, may_rise

SOE_POINTS = (100.0, 80.0, 60.0, 40.0, 20.0)


def through(
    places: list[tuple[Anchor, float]], lowest: Segment | None = None, *, goes_on: bool = False
) -> tuple[Segment, ...]:
    """Segments through places in ascending order.

    Parameters
    ----------
    places
        (anchor, score) with ascending signed x.
    lowest
        What holds below the first place; without it the first line goes on downwards.
    goes_on
        Whether the last line goes on upwards; otherwise the last score holds.
    """
    segments = [Segment(at, y, places[i + 1][1] if i + 1 < len(places) else y) for i, (at, y) in enumerate(places)]
    first, last = segments[0], segments[-1]
    if lowest is None:
        segments[0] = Segment(first.at, first.y0, first.y1, first.side, -WITHOUT_END)
    if goes_on:
        segments[-1] = Segment(last.at, last.y0, last.y1, last.side, WITHOUT_END)
    return (*(() if lowest is None else (lowest,)), *segments)


def floor_below(at: Anchor, floor: float) -> Segment:
    """Nothing but the floor below a place."""
    return Segment(at, floor, floor, 1, -WITHOUT_END)


def ratio(reader: Reader) -> RuleForm:
    """Points in proportion to the signed deviation from the target; A / T where T > 0 and more is better."""
    reader.needs.add("T")
    base, scale = reader.number("base", 100.0), reader.number("scale", 0.0)
    zero, full = Anchor(t=1.0, d=-1.0, d_min=scale), Anchor(t=1.0)
    return reader.finish(CurveForm(through([(zero, 0.0), (full, base)], goes_on=True), reader.sign, reader.digits))


def inverse_ratio(reader: Reader) -> RuleForm:
    """Target over actual: for quantities that should be small."""
    reader.needs.add("T")
    base = reader.number("base", 100.0)
    line = through([(Anchor(), 0.0), (Anchor(const=1.0), base)], goes_on=True)
    return reader.finish(CurveForm(line, 1, 9), measure=INVERSE, nonzero_target=True)


def linear(reader: Reader) -> RuleForm:
    """Interpolation through threshold, target and stretch, or through listed points."""
    return reader.finish(linear_form(reader, reader.digits))


def linear_form(reader: Reader, digits: int) -> CurveForm:
    """The curve of LINEAR over the given grid."""
    places = _listed(reader) if reader.text("points") else _anchored(reader)
    if len(places) < 2:
        return CurveForm((), reader.sign, digits)
    return CurveForm(_below(reader, places), reader.sign, digits)


def _listed(reader: Reader) -> list[tuple[Anchor, float]]:
    noted = len(reader.problems)
    places = reader.scored_places("points")
    if not may_rise([at for at, _ in places]):
        places = places[::-1]
    rises = may_rise([at for at, _ in places]) and scores_rise(places)
    if len(reader.problems) == noted and (len(places) < 2 or not rises):
        reader.wrong_order("points")
    return places


def scores_rise(places: list[tuple[Anchor, float]]) -> bool:
    """A better place never scores less."""
    return all(lower[1] <= upper[1] for lower, upper in pairwise(places))


def _anchored(reader: Reader) -> list[tuple[Anchor, float]]:
    reader.needs |= {"B", "T"}
    base = reader.number("base", 100.0)
    places = [(Anchor(b=1.0), reader.number("sb", 60.0)), (Anchor(t=1.0), reader.number("st", base))]
    if "S" in reader.given:
        places.append((Anchor(s=1.0), reader.number("ss", 120.0)))
    if not scores_rise(places):
        found = ", ".join(f"{score:g}" for _, score in places)
        reader.problems.append(Problem("E-PARAM-ORDER", {"param": "sb, st, ss", "found": found}))
    return places


def _below(reader: Reader, places: list[tuple[Anchor, float]]) -> tuple[Segment, ...]:
    below = reader.choice("below", ("extend", "zero", "ramp"))
    floor = reader.number("floor", 0.0)
    if below == "zero":
        return through(places, floor_below(_under(places[0][0]), floor))
    if below == "ramp":
        text = reader.text("zero")
        foot = reader.anchor(text, "zero") if text else None
        if text is None:
            reader.missing("zero")
        if foot is not None:
            return through([(foot, 0.0), *places], floor_below(_under(foot), floor))
    return through(places)


def _under(at: Anchor) -> Anchor:
    """A place one unit below, so that the segments of a sheet stay in ascending order."""
    return Anchor(at.t, at.b, at.s, at.d, at.d_min, at.const - 1.0)


def efficacy(reader: Reader) -> RuleForm:
    """Efficacy coefficient: 60 at the not-allowed value, 100 at the satisfactory value.

    Source: 功效系数法, Rules of Comprehensive Performance Evaluation of Central SOEs (China, 2006).
    """
    low = reader.anchor(reader.text("xs") or "B", "xs")
    high = reader.anchor(reader.text("xh") or "T", "xh")
    base = reader.number("base", 100.0)
    if low is None or high is None:
        return reader.finish(None, 100.0)
    if not may_rise([low, high]):
        found = f"{reader.text('xs')}, {reader.text('xh')}"
        reader.problems.append(Problem("E-PARAM-ORDER", {"param": "xs, xh", "found": found}))
    places = [(low, 60.0), (high, base)]
    if reader.choice("below", ("extend", "zero")) == "zero":
        segments = through(places, floor_below(_under(low), reader.number("floor", 0.0)), goes_on=True)
    else:
        segments = through(places, goes_on=True)
    return reader.finish(CurveForm(segments, reader.sign, reader.digits), 100.0)


def efficacy_soe(reader: Reader) -> RuleForm:
    """Five published standards with coefficients 1, .8, .6, .4, .2 and lines between; nothing below the worst.

    Source: 中央企业综合绩效评价实施细则 (SASAC, 2006), basic points and adjustment points by band.
    """
    if reader.text("v") is None:
        reader.missing("v")
        return reader.finish(None, 100.0)
    read = [reader.anchor(text, "v") for text in (reader.text("v") or "").split(",")]
    standards = [at for at in read if at is not None][::-1]
    if len(read) != len(SOE_POINTS) or not may_rise(standards):
        reader.wrong_order("v")
    if len(standards) != len(SOE_POINTS):
        return reader.finish(None, 100.0)
    places = list(zip(standards, SOE_POINTS[::-1], strict=True))
    segments = through(places, floor_below(_under(places[0][0]), 0.0))
    return reader.finish(CurveForm(segments, reader.sign, reader.digits), 100.0)
