"""A thousand random companies: native formulas and the engine agree, and no input becomes a silent zero."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random

import pytest

from kpi_xl.book.appraisal import Result, evaluate
from kpi_xl.commands.new import new_from
from kpi_xl.commands.score import score
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.status import Status
from tests.workbooks.books import OFFICES, assert_agrees, recalculate, skip_without
from tests.workbooks.companies import Market, random_market
from tests.workbooks.test_random_books import inputs_of

KINDS = (
    {},
    {"period": "2026Q1"},
    {"period": "2026-01", "cascade": "coefficient"},
    {"period": "2026H1", "cascade": "bonus"},
)
# Sixteen books of 63 companies: an office's time to recalculate one grows with the square of its rows.
MARKETS = tuple(Market(901 + book, 63, **KINDS[book % len(KINDS)]) for book in range(16))


@cache
def result(market: Market) -> Result:
    return evaluate(inputs_of(random_market(market)), "zh")


@pytest.fixture(scope="module", params=MARKETS, ids=lambda market: str(market.seed))
def scored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("companies") / "book.xlsx"
    new_from(path, FileHost, random_market(request.param), "zh")
    receipt = score(FileHost(path))
    assert receipt.is_done, [issue for issue in receipt.issues if issue.stops_the_book]
    return path


@pytest.mark.parametrize("engine", OFFICES)
def test_native_formulas_agree_with_the_engine(scored: Path, engine: str) -> None:
    skip_without(engine)
    assert_agrees(scored, recalculate(engine, scored))


def test_every_status_is_reached() -> None:
    """A set-up error goes before an impossible fraction; what is carried needs a past, which single books have."""
    found = Counter(item.status for market in MARKETS for item in result(market).appraisal.items)
    assert {status.name for status in Status} - set(found) <= {"CARRIED", "NON_FINITE"}, found


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: str(market.seed))
def test_nothing_is_a_silent_zero(market: Market) -> None:
    """A score of zero is one of the rule's own, or a policy, or a veto said so; a row without one has no points."""
    for item in result(market).appraisal.items:
        if item.mode == 3:
            assert item.score is None
            assert item.weighted is None
        elif item.score == 0:
            assert item.status == "ZEROED" or item.points is not None


@pytest.mark.parametrize("market", MARKETS[: len(KINDS)], ids=lambda market: str(market.seed))
def test_the_order_of_rows_does_not_matter(market: Market) -> None:
    content, rng = random_market(replace(market, companies=20)), Random(5)
    mixed = {name: list(rows) for name, rows in content.items()}
    for name in ("tblSubjects", "tblTargets", "tblActuals", "tblRatings", "tblMilestones", "tblAdjustments"):
        rng.shuffle(mixed[name])
    one, other = (evaluate(inputs_of(each), "zh").appraisal.cards for each in (content, mixed))
    totals = {card.card: (card.total, card.rank, card.status) for card in one}
    assert {card.card: (card.total, card.rank, card.status) for card in other} == totals


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: str(market.seed))
def test_a_person_has_one_total(market: Market) -> None:
    """The roles of a person differ in their own scores, not in the result, and the person is ranked once."""
    seen: dict[str, set[tuple[float | None, ...]]] = {}
    for card in result(market).appraisal.cards:
        seen.setdefault(card.person_key, set()).add((card.total,))
    assert all(len(totals) == 1 for totals in seen.values())
