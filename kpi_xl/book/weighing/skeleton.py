"""What stands on 权重判断 before anybody judges: a row for everything that can be judged, and the scale."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from kpi_xl.book.starter import Content
from kpi_xl.book.tables.weights import TOP, WHOLE
from kpi_xl.book.weighing.card import Card
from kpi_xl.book.weighing.matrices import items_of
from kpi_xl.book.weighing.stated import HIGH, LOW, STEPS, UNIT, Scheme
from kpi_xl.labels import Lang, label
from kpi_xl.model.grid import Scalar
from kpi_xl.model.inputs import Subject

Rows = list[Mapping[str, Scalar]]

MOST_AT_ONCE = 6
"""Up to so many indicators are compared in one matrix, more by perspectives and then within each."""
FLOOR = 0.20
"""Least weight of a perspective on a department's card."""


def standing(lang: Lang) -> Content:
    """Rows that a sheet has from the start, whoever adds it: Saaty's scale."""
    return {
        "tblScale": [
            {"step": step, "ratio": ratio, "meaning": label("weights", f"scale.{_degree(ratio)}", lang)}
            for step, ratio in sorted(STEPS.items(), key=lambda each: -each[1])
        ]
    }


def _degree(ratio: float) -> str:
    return f"{'more' if ratio >= 1 else 'less'}{round(max(ratio, 1 / ratio))}"


def skeleton(cards: Iterable[Card], subjects: Iterable[Subject]) -> Content:
    """A row for each thing that can be stated about these templates, nothing stated yet."""
    cards, kinds = tuple(cards), {subject.id: subject.kind for subject in subjects}
    lines: Rows = [{"template": card.template, "kpi": kpi} for card in cards for kpi in card.kpis]
    return {
        "tblWeighing": [_weighing(card, kinds) for card in cards],
        "tblRanks": [{**line, "low": LOW, "high": HIGH} for line in lines],
        "tblBestWorst": lines,
        "tblJudgements": [pair for card in cards for pair in _pairs(card)],
    }


def _weighing(card: Card, kinds: Mapping[str, str]) -> Mapping[str, Scalar]:
    usual = Scheme(card.template)
    is_held = len(card.perspectives) == len("FUO") and "department" in {kinds.get(each) for each in card.subjects}
    return {
        "template": card.template, "method": usual.method, "ahp": usual.ahp, "cr": usual.cr,
        "bwm": usual.bwm, "group": usual.group,
        "objective": usual.objective, "combination": usual.combination, "share": usual.share,
        "floor": FLOOR if is_held else None, "unit": UNIT,
    }  # fmt: skip


def _pairs(card: Card) -> Iterator[Mapping[str, Scalar]]:
    names = (WHOLE,) if len(card.kpis) <= MOST_AT_ONCE else (TOP, *card.perspectives)
    for name in names:
        for row, column in combinations(items_of(name, card), 2):
            yield {"template": card.template, "matrix": name, "row": row, "column": column}
