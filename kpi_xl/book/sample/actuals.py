"""The typed facts of the sample company, newest month first, with their gaps and notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kpi_xl.book.sample.figures import Figure, measured, of_stint, of_unit
from kpi_xl.book.sample.story import Stint, events, months, numbers, scorecard, scored_months, story, units
from kpi_xl.labels import Lang
from kpi_xl.library import indicators
from kpi_xl.model.grid import Scalar
from kpi_xl.model.periods import Period, parse_period

Row = dict[str, Scalar]


def actuals(lang: Lang, people: Sequence[Stint]) -> list[Row]:
    """Rows of every unit and person with figures, month by month."""
    rows: list[Row] = []
    for month in reversed(months()):
        for unit, template in units().items():
            rows += [_row(month, unit, kpi, of_unit(kpi, month, unit), lang) for kpi in _due(template)]
        for stint in people:
            rows += _of_stint(stint, month, lang)
        if month.number % 3 == 0:
            rows += [row for each in _quarter(month, lang) for row in each]
    return rows


def _due(template: str) -> Iterator[str]:
    """The indicators that are measured every month: some surveys are held once a quarter."""
    return (kpi for kpi in measured(template) if indicators()[kpi].frequency == "M")


def _of_stint(stint: Stint, month: Period, lang: Lang) -> list[Row]:
    rows = [_row(month, stint.card, kpi, figure, lang) for kpi, figure in of_stint(stint, month)]
    if rows or not (stint.leaves_in(month) and month in scored_months()):
        return rows
    left: Row = {"flag": "EXCLUDED", "evidence": story()["left"][lang]}
    return [_keyed(month, stint.card, kpi, lang) | left for kpi in scorecard(stint.job)]


def _quarter(month: Period, lang: Lang) -> Iterator[list[Row]]:
    """Figures that belong to a quarter as a whole: surveys, and visitors, of whom many come in two months."""
    quarter = parse_period(f"{month.year}Q{month.number // 3}")
    parts = [part for part in quarter.parts if part in months()]
    for unit, template in units().items():
        whole = [kpi for kpi in measured(template) if _is_whole(kpi)]
        yield [_row(quarter, unit, kpi, _distinct(kpi, parts, unit), lang) for kpi in whole]


def _is_whole(kpi: str) -> bool:
    entry = indicators()[kpi]
    return entry.frequency == "Q" or (entry.agg_time == "DIST" and not entry.variant)


def _distinct(kpi: str, parts: list[Period], unit: str) -> Figure:
    if indicators()[kpi].frequency == "Q":
        return of_unit(kpi, parts[-1], unit)
    return Figure(float(round(numbers()["distinct_in_quarter"] * sum(of_unit(kpi, m, unit).num for m in parts))), None)


def _row(period: Period, subject: str, kpi: str, figure: Figure, lang: Lang) -> Row:
    row = _keyed(period, subject, kpi, lang)
    gap = _gap(period, subject, kpi, lang)
    if gap:
        return row | {"evidence": gap}
    note = _note(period, subject, kpi, lang)
    noted: Row = {"evidence": note} if note else {}
    if figure.den is None:
        return row | {"value": figure.num, "@style:value": "int"} | noted
    sample: Row = {"n": figure.den, "@style:n": "int"} if indicators()[kpi].min_n > 1 else {}
    styles: Row = {"@style:num": "int", "@style:den": "int"}
    return row | {"num": figure.num, "den": figure.den} | sample | styles | noted


def _keyed(period: Period, subject: str, kpi: str, lang: Lang) -> Row:
    entry = indicators()[kpi]
    source = entry.source_zh if lang == "zh" else entry.source_en
    return {"period": str(period), "subject": subject, "kpi": kpi, "source": source}


def _gap(period: Period, subject: str, kpi: str, lang: Lang) -> str:
    for gap in story()["gaps"]:
        if str(period) in gap["months"] and subject in gap["subjects"] and kpi in gap["kpis"]:
            return str(gap[lang])
    return ""


def _note(period: Period, subject: str, kpi: str, lang: Lang) -> str:
    """What happened to this figure, where something did."""
    for event in events():
        if str(period) in event.months and kpi in event.factors and (not event.people or subject in event.people):
            return event.note[lang]
    return ""
