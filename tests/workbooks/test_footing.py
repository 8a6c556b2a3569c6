"""Ten thousand random cards through the pure engine: what is printed adds up, and the order of rows never matters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from kpi_xl.book.appraisal import Result, evaluate
from kpi_xl.book.plan_rules import card_plan
from kpi_xl.model.inputs import Actual, Band, Indicator, Inputs, PlanRow, Settings, Subject, Target, key
from kpi_xl.model.outcome import Card, Item
from kpi_xl.model.periods import Period
from kpi_xl.model.status import Status
from kpi_xl.scoring.grades import SCHEMES
from kpi_xl.scoring.rounding import excel_round

PERIOD = Period(2026, "M", 3)
BOOKS, CARDS = 25, 400
PARAMS = {
    "RATIO": ("", "scale=100"),
    "LINEAR": ("", "below=zero"),
    "STEP": ("bands=S:120, T:100, B:60",),
    "DEDUCT": ("unit=1%; up=1; dn=2", "unit=5%; up=5; dn=10; mode=whole", "unit=5%; dn=10; mode=whole; partial=ceil"),
    "EFFICACY": ("xs=B; xh=T",),
}
DIRECTIONAL = tuple(PARAMS)


@cache
def book(seed: int) -> Inputs:
    """Random cards on five templates."""
    rng = Random(seed)
    indicators = tuple(_indicator(number, rng) for number in range(12))
    plan = tuple(row for number in range(5) for row in _template(f"T{number}", indicators, rng))
    subjects = tuple(
        Subject(f"P{number:03d}", "person", f"P{number}", "", f"T{number % 5}", f"G{number % 3}")
        for number in range(CARDS)
    )
    rows = [(subject, row) for subject in subjects for row in plan if row.template == subject.template]
    kinds = {indicator.code: indicator for indicator in indicators}
    anchors = {(s.id, r.kpi): _target(s.id, r.kpi, kinds[r.kpi].direction, rng) for s, r in rows}
    bands: tuple[Band, ...] = SCHEMES[rng.choice(list(SCHEMES))]
    return Inputs(
        settings=Settings(PERIOD, scheme=bands[0].scheme),
        bands=bands,
        subjects=subjects,
        indicators=indicators,
        plan=plan,
        targets=tuple(anchors.values()),
        actuals=tuple(_actual(target, rng) for target in anchors.values()),
        adjustments=(),
    )


def _indicator(number: int, rng: Random) -> Indicator:
    direction = rng.choice(("up", "down"))
    return Indicator(f"K{chr(65 + number)}", f"指标{number}", "FUO"[number % 3], "次", 2, 4, direction, additive=True)


def _template(name: str, indicators: tuple[Indicator, ...], rng: Random) -> Iterator[PlanRow]:
    chosen = rng.sample(indicators, rng.randint(3, 12))
    cuts = sorted(rng.sample(range(1, 100), len(chosen) - 1))
    weights = [(high - low) / 100 for low, high in zip([0, *cuts], [*cuts, 100], strict=True)]
    for number, (indicator, weight) in enumerate(zip(chosen, weights, strict=True)):
        rule = rng.choice(DIRECTIONAL)
        cells = dict.fromkeys(("weight", "rule", "params", "missing", "template"), "")
        policy = rng.choice(("BLOCK", "BLOCK", "ZERO"))
        params = rng.choice(PARAMS[rule])
        yield PlanRow(name, indicator.code, number, weight, rule, params, None, None, policy, number, "", cells)


def _target(subject: str, kpi: str, direction: str, rng: Random) -> Target:
    full = rng.choice((100.0, 48.0, 7.25, 12_345.67))
    step = full * rng.choice((0.05, 0.1, 0.2)) * (1 if direction == "up" else -1)
    return Target(key(PERIOD, subject, kpi), excel_round(full - step, 2), full, excel_round(full + step, 2))


def _actual(target: Target, rng: Random) -> Actual:
    assert target.target is not None
    on_bound = rng.choice((target.threshold, target.target, target.stretch))
    value = rng.choice(
        (on_bound, excel_round(target.target * rng.uniform(0.4, 1.6), 2), None if rng.random() < 0.1 else on_bound)
    )
    return Actual(target.key, None, None, value, None, "")


@cache
def result(seed: int) -> Result:
    return evaluate(book(seed), "zh")


def cards_with_items(seed: int) -> Iterator[tuple[Card, tuple[Item, ...]]]:
    found = result(seed).appraisal
    items: dict[str, list[Item]] = {}
    for item in found.items:
        items.setdefault(item.card, []).append(item)
    return ((card, tuple(items[card.card])) for card in found.cards)


@pytest.mark.parametrize("seed", range(BOOKS))
def test_cards_foot(seed: int) -> None:
    top = {band.grade: band.lo for band in reversed(book(seed).bands)}
    for card, items in cards_with_items(seed):
        printed = [item.weighted or 0.0 for item in items]
        assert excel_round(sum(printed), 2) == card.base
        assert excel_round(card.F + card.U + card.O, 2) == card.base
        assert all(item.weighted == excel_round(item.weighted, 2) for item in items if item.weighted is not None)
        if any(item.counts for item in items):
            assert sum(item.effective for item in items if item.counts) == pytest.approx(1.0, abs=1e-12)
        if card.total is None:
            assert (card.grade, card.coefficient, card.rank) == (None, None, None)
        else:
            assert 0 <= card.total <= 120
            assert card.grade is not None
            assert top[card.grade] <= card.total
            assert card.coefficient is not None


@pytest.mark.parametrize("seed", range(0, BOOKS, 5))
def test_missing_is_never_zero(seed: int) -> None:
    for card, items in cards_with_items(seed):
        for item in items:
            if item.actual is None:
                assert item.status in (Status.MISSING.name, Status.ZEROED.name)
                assert item.score == (0.0 if item.policy == "ZERO" else None)
        blocked = any(item.actual is None and item.policy != "ZERO" and item.weight > 0 for item in items)
        assert (card.total is None) == blocked


@pytest.mark.parametrize("seed", range(0, BOOKS, 5))
def test_the_order_of_rows_never_matters(seed: int) -> None:
    inputs, rng = book(seed), Random(seed)

    def shuffled(rows: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(rng.sample(rows, len(rows)))

    mixed = replace(
        inputs,
        subjects=shuffled(inputs.subjects),
        plan=shuffled(inputs.plan),
        targets=shuffled(inputs.targets),
        actuals=shuffled(inputs.actuals),
    )
    before = {card.card: (card.total, card.grade, card.rank, card.F) for card in result(seed).appraisal.cards}
    again = evaluate(mixed, "zh")
    assert {card.card: (card.total, card.grade, card.rank, card.F) for card in again.appraisal.cards} == before
    assert again.run_id == result(seed).run_id


@pytest.mark.parametrize("seed", range(0, BOOKS, 5))
def test_a_better_actual_never_lowers_a_total(seed: int) -> None:
    inputs = book(seed)
    sign = {indicator.code: 1 if indicator.direction == "up" else -1 for indicator in inputs.indicators}
    better = tuple(
        row if row.value is None else replace(row, value=row.value + sign[row.key.rpartition("|")[2]] * 0.37)
        for row in inputs.actuals
    )
    after = {card.card: card.total for card in evaluate(replace(inputs, actuals=better), "zh").appraisal.cards}
    for card in result(seed).appraisal.cards:
        assert card.total is None or (after[card.card] or 0) >= card.total


def test_the_books_are_worth_testing() -> None:
    """Every rule compiles, most cards are scored, some are withheld, every grade is reached."""
    cards = [card for seed in range(BOOKS) for card in result(seed).appraisal.cards]
    assert len(cards) == BOOKS * CARDS
    assert not [row for seed in range(BOOKS) for row in card_plan(book(seed)).rows if row.problems]
    assert 0.1 < sum(card.total is None for card in cards) / len(cards) < 0.8
    assert {card.grade for card in cards} >= set("SABCD")
