"""Targets of the sample company: what growth and season lead to, and a little more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import floor, log10

from kpi_xl.book.sample.figures import expected_value, measured, sign, usual_level, usual_share
from kpi_xl.book.sample.story import Stint, scored_months, scored_quarters, story, units
from kpi_xl.book.sample.volumes import rate_of
from kpi_xl.book.starter import number_style
from kpi_xl.labels import Lang
from kpi_xl.library import indicators
from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import Period
from kpi_xl.scoring.rounding import excel_round

GRID = 9
DIGITS = 3
"""Significant digits of a target: nobody agrees on 4,871,302."""
ANCHORS: Mapping[str, tuple[str, ...]] = {"RATIO": ("target",), "DEDUCT": ("target",), "RANGE": ()}
"""What a rule hangs on where it is not threshold, target and stretch."""
EVERY = ("threshold", "target", "stretch")
Row = dict[str, Scalar]


def targets(lang: Lang, people: Sequence[Stint]) -> list[Row]:
    """Rows of every card that has figures, for the months and quarters that are scored."""
    rows: list[Row] = []
    for period in reversed([*scored_months(), *scored_quarters()]):
        for unit, template in units().items():
            rows += [row for kpi in measured(template) for row in _row(period, unit, kpi, None, lang)]
        for stint in (each for each in people if not each.leads):
            rows += [row for kpi in measured(stint.job) for row in _row(period, stint.card, kpi, stint, lang)]
    return rows


def _row(period: Period, subject: str, kpi: str, stint: Stint | None, lang: Lang) -> Iterator[Row]:
    """The row of one indicator, unless its rule asks for none, it is not due or the person is not there."""
    entry = indicators()[kpi]
    wanted = ANCHORS.get(entry.rule, EVERY)
    target = _target(period, kpi, stint)
    if not wanted or target is None or (entry.frequency == "Q" and period.kind == "M"):
        return
    width, better = rate_of(kpi)["width"], sign(kpi)
    numbers = {
        "threshold": target * (1 - better * width),
        "target": target,
        "stretch": target * (1 + better * width),
    }
    yield {
        "period": str(period),
        "subject": subject,
        "kpi": kpi,
        **{column: target if column == "target" else in_round_figures(numbers[column]) for column in wanted},
        **{f"@style:{column}": number_style(kpi) for column in wanted},
        "source": story()[f"target_source_{lang}"],
        "approver": story()[f"target_approver_{lang}"],
    }


def _target(period: Period, kpi: str, stint: Stint | None) -> float | None:
    """Target of a month; of a quarter from the months that are known: amounts add up, rates and head counts do not.

    What the months agreed on adds up to the quarter exactly, so it is added and not rounded again.
    """
    months = period.parts or (period,)
    known = [in_round_figures(target) for month in months if (target := _of_month(month, kpi, stint)) is not None]
    if not known:
        return None
    mean = sum(known) / len(known)
    kind = indicators()[kpi].agg_time
    if len(known) == len(months) and kind in ("SUM", "DIST"):
        return excel_round(sum(known) if kind == "SUM" else mean, GRID)
    return in_round_figures(mean * len(months) if kind == "SUM" else mean)


def _of_month(month: Period, kpi: str, stint: Stint | None) -> float | None:
    row = rate_of(kpi)
    whole: float = expected_value(kpi, month) * (1 + sign(kpi) * row.get("ambition", 0.0) * row["width"])
    if stint is None:
        return whole
    if not stint.stays_in(month):
        return None
    return whole * (usual_level if "den" in row else usual_share)(stint, kpi, month)


def in_round_figures(number: float) -> float:
    """A number as people agree on it.

    >>> in_round_figures(4871302.0), in_round_figures(0.03274)
    (4870000.0, 0.0327)
    """
    return excel_round(number, DIGITS - 1 - floor(log10(abs(number)))) if number else 0.0
