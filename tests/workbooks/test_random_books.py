"""Whole random books through the engine alone: policies, vetoes, adjustments, ties, every rule with a direction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import groupby, pairwise
from random import Random

import pytest

from kpi_xl.book.appraisal import Result, evaluate
from kpi_xl.book.checks import spoiled
from kpi_xl.book.layout import planned_grids
from kpi_xl.book.sheets import TABLES, sheets_for
from kpi_xl.book.starter import Content
from kpi_xl.commands.check import read_and_check
from kpi_xl.hosts.memory import MemoryHost
from kpi_xl.model.grid import Scalar, TableGrid
from kpi_xl.model.inputs import Inputs
from kpi_xl.model.outcome import Card, Item
from kpi_xl.scoring.item import is_sound
from kpi_xl.scoring.rounding import excel_round
from kpi_xl.scoring.rules import RULES
from tests.workbooks.cards import Book, monthly_gauges, random_content
from tests.workbooks.rules import Gauge, PlanRule, random_rule
from tests.workbooks.trials import Anchors, Cells, form_of, random_anchors

BOOKS = (
    Book(501, 400, "2026-03", "BAND120"),
    Book(502, 400, "2026Q1", "STEP"),
    Book(503, 400, "2026-01", "OWN"),
    Book(504, 400, "2026H2", "LINEAR"),
    Book(505, 400, "2025", "BAND100"),
)
LADDERS, RUNGS = 120, 9


def inputs_of(content: Content) -> Inputs:
    """Inputs as a book of this content has them, with what errors spoil."""
    empty = planned_grids("zh", sheets_for(content))
    grids = [_filled(grid, content.get(name, ())) for name, grid in empty.items()]
    checked = read_and_check(MemoryHost(grids))
    assert not [issue for issue in checked.issues if issue.stops_the_book]
    return spoiled(checked.inputs, checked.issues)


def _filled(grid: TableGrid, rows: Sequence[Mapping[str, Scalar]]) -> TableGrid:
    columns = TABLES[grid.name].columns
    cells = tuple(tuple(row.get(column.key) for column in columns) for row in rows)
    return replace(grid, rows=cells, declared=max(1, len(cells)))


@cache
def result(book: Book) -> Result:
    return evaluate(inputs_of(random_content(book)), "zh")


def cards_with_items(book: Book) -> list[tuple[Card, list[Item]]]:
    found = result(book).appraisal
    items = {card: list(rows) for card, rows in groupby(found.items, key=lambda item: item.card)}
    return [(card, items[card.card]) for card in found.cards]


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_what_is_printed_adds_up(book: Book) -> None:
    settings = result(book).inputs.settings
    for card, items in cards_with_items(book):
        printed = excel_round(sum(item.weighted or 0.0 for item in items), 2)
        assert printed == card.base == excel_round(card.F + card.U + card.O, 2)
        assert -settings.adjust_cap <= card.adjust <= settings.adjust_cap
        carried = [item.effective for item in items if item.counts]
        if any(carried):
            assert sum(carried) == pytest.approx(1.0, abs=1e-12)
        if card.before_veto is not None:
            added = excel_round(excel_round(card.base + card.adjust, 9), 2)
            assert card.before_veto == min(settings.total_cap, max(0.0, added))
            assert card.total == min(card.before_veto, card.veto_cap)


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_grade_and_coefficient_are_those_of_the_printed_total(book: Book) -> None:
    inputs = result(book).inputs
    bands = [band for band in inputs.bands if band.scheme == inputs.settings.scheme]
    for card, _ in cards_with_items(book):
        if card.total is None:
            assert (card.grade, card.coefficient, card.rank, card.gap) == (None, None, None, None)
            assert card.status in ("WITHHELD", "EXCLUDED")
            continue
        assert 0 <= card.total <= inputs.settings.total_cap
        band = [band for band in bands if band.lo <= card.total][-1]
        assert (card.grade, card.coefficient) == (band.grade, band.coef + band.slope * (card.total - band.lo))
        if card.gap is not None:
            better = next(band for band in bands if band.grade == card.next_grade)
            assert excel_round(card.total + card.gap, 2) == better.lo


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_nothing_missing_is_scored(book: Book) -> None:
    for card, items in cards_with_items(book):
        for item in items:
            if item.status == "ZEROED":
                assert item.score == 0.0
                assert item.policy == "ZERO" or item.gate > 0
            elif item.status in ("NOT_DUE", "EXCLUDED", "CONFIG_ERROR", "NON_FINITE", "NO_BASE", "MISSING", "INSUFFICIENT"):
                assert (item.score, item.weighted, item.effective) == (None, None, 0.0)
            else:
                assert item.score is not None
        gaps = [item for item in items if item.score is None and item.weight > 0 and item.status not in ("EXCLUDED", "NOT_DUE")]
        if any(not item.waived for item in gaps):
            assert card.total is None


@pytest.mark.parametrize("book", BOOKS, ids=str)
def test_ranks_follow_totals_within_their_group(book: Book) -> None:
    ranked = [card for card, _ in cards_with_items(book) if card.rank is not None]
    groups: dict[str, list[Card]] = {}
    for card in ranked:
        groups.setdefault(card.rank_group.casefold(), []).append(card)
    for cards in groups.values():
        cards.sort(key=lambda card: card.rank or 0)
        assert cards[0].rank == 1
        for position, (better, worse) in enumerate(pairwise(cards), start=1):
            assert (better.total or 0) >= (worse.total or 0)
            assert worse.rank in (better.rank, position + 1)


@pytest.mark.parametrize("book", BOOKS[:2], ids=str)
def test_the_order_of_rows_never_matters(book: Book) -> None:
    content, rng = random_content(book), Random(1)
    tables = ("tblSubjects", "tblPlan", "tblTargets", "tblActuals", "tblAdjustments", "tblIndicators")
    mixed = {**content, **{name: rng.sample(list(content[name]), len(content[name])) for name in tables}}
    before, after = (_outcomes(each) for each in (result(book), evaluate(inputs_of(mixed), "zh")))
    assert after == before


def _outcomes(found: Result) -> Mapping[str, object]:
    cards = {card.card: (card.total, card.grade, card.status, card.exact, card.rank) for card in found.appraisal.cards}
    items = {item.key: (item.score, item.weighted, item.status) for item in found.appraisal.items}
    return {**cards, **items}


def test_a_better_actual_never_lowers_a_total() -> None:
    """Cards that differ in one actual alone: for every rule with a direction the totals climb with it."""
    ladder = _ladders(Random(9))
    rules = {str(row["template"]): row for row in ladder["tblPlan"]}
    climbed: dict[str, list[float]] = {name: [] for name in rules}
    for card in evaluate(inputs_of(ladder), "zh").appraisal.cards:
        assert card.total is not None
        climbed[card.template].append(card.total)
    for name, totals in climbed.items():
        assert totals == sorted(totals), rules[name]
    assert {row["rule"] for row in rules.values()} == set(RULES) - {"PASSFAIL", "RANGE"}
    assert sum(totals[0] < totals[-1] for totals in climbed.values()) > LADDERS / 2


def _ladders(rng: Random) -> Content:
    """Templates of one row each, and for each as many cards with ever better actuals."""
    gauges = [gauge for gauge in monthly_gauges() if gauge.direction != "range"]
    tables: dict[str, list[Cells]] = {name: [] for name in ("tblPlan", "tblSubjects", "tblTargets", "tblActuals")}
    while len(tables["tblPlan"]) < LADDERS:
        gauge = rng.choice(gauges)
        rule = random_rule(rng, gauge)
        anchors = random_anchors(rng, gauge, rule, faults=0.0)
        if _climbs(gauge, rule, anchors):
            name = f"L{len(tables['tblPlan']):03d}"
            tables["tblPlan"].append({"template": name, "kpi": gauge.code, "no": 1.0, "weight": 1.0, "rule": rule.name,
                                      "params": rule.params or None, "missing": "BLOCK"})  # fmt: skip
            for rung in range(RUNGS):
                _rung(tables, gauge, rule, anchors, name, rung)
    return {**random_content(Book(600, 0)), **tables, "tblAdjustments": []}


def _climbs(gauge: Gauge, rule: PlanRule, anchors: Anchors) -> bool:
    """A better actual is a better score under this rule, and its anchors are in order."""
    has_direction = rule.name not in ("PASSFAIL", "RANGE") and (rule.name != "RATIO_INV" or gauge.direction == "down")
    form = form_of(gauge, rule, anchors)
    return has_direction and form is not None and is_sound(form, anchors.target, anchors.threshold, anchors.stretch)


def _rung(
    tables: Mapping[str, list[Cells]], gauge: Gauge, rule: PlanRule, anchors: Anchors, template: str, rung: int
) -> None:
    subject = f"{template}R{rung}"
    middle = gauge.size if rule.name == "GROWTH" else anchors.target or gauge.size
    better = (-1 if gauge.direction == "down" else 1) * 0.11 * gauge.size
    values = {"2026-03": middle + better * (rung - RUNGS // 2), "2026-02": gauge.size, "2025-03": gauge.size}
    key: Cells = {"subject": subject, "kpi": gauge.code}
    levels: Cells = {"threshold": anchors.threshold, "target": anchors.target, "stretch": anchors.stretch}
    tables["tblSubjects"].append({"subject": subject, "kind": "person", "name": subject, "template": template})
    tables["tblTargets"].append({**key, "period": "2026-03", **levels})
    for period, value in values.items():
        tables["tblActuals"].append({**key, "period": period, "value": round(value, gauge.decimals)})
