"""Targets of a real market place: five seller states of Olist, proposed for 2018Q2, split, applied and scored."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from statistics import fmean

import pytest

from kpi_xl.book.tables.inputs import ACTUALS, TARGETS
from kpi_xl.book.tables.targets import DECOMPOSITION, PARTS, PROPOSALS
from kpi_xl.commands.score import score
from kpi_xl.commands.targets import targets
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import CellOut, Patch, Scalar
from kpi_xl.model.periods import Period, parse_period
from kpi_xl.referee import recalculate
from tests.commands.plans import company, goal, table, written
from tests.workbooks.books import assert_agrees, skip_without

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "olist"
STATES = ("SP", "PR", "MG", "RJ", "SC")
FIRST, LAST_KNOWN = Period(2017, "M", 1), Period(2018, "M", 3)
QUARTER = tuple(Period(2018, "M", month) for month in (4, 5, 6))
KPIS = ("GMV", "ORD", "CSAT")
FEWEST_REVIEWS = 30
Facts = Mapping[tuple[str, str, str], tuple[float, float]]
"""Numerator and denominator (1 for an amount) by month, state and indicator."""


def rows(name: str) -> Iterator[Mapping[str, str]]:
    with gzip.open(FOLDER / f"olist_{name}_dataset.csv.gz", "rt", encoding="utf-8") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def facts() -> Facts:
    """Sales, orders, and the share of reviews with four stars or five, by month and state of the seller."""
    if not FOLDER.is_dir():
        pytest.skip("the Olist sample is not here")
    months = {row["order_id"]: row["order_purchase_timestamp"][:7] for row in rows("orders")}
    stars = {row["order_id"]: int(row["review_score"]) for row in rows("order_reviews")}
    states = {row["seller_id"]: row["seller_state"] for row in rows("sellers")}
    sales: Counter[tuple[str, str]] = Counter()
    orders: dict[tuple[str, str], set[str]] = {}
    for row in rows("order_items"):
        place = months[row["order_id"]], states[row["seller_id"]]
        sales[place] += round(100 * float(row["price"]))
        orders.setdefault(place, set()).add(row["order_id"])
    found: dict[tuple[str, str, str], tuple[float, float]] = {}
    for (month, state), bought in orders.items():
        given = [stars[order] for order in bought if order in stars]
        found[month, state, "GMV"] = sales[month, state] / 100, 1.0
        found[month, state, "ORD"] = float(len(bought)), 1.0
        found[month, state, "CSAT"] = float(sum(star >= 4 for star in given)), float(len(given))
    return found


def typed(facts: Facts, period: Period) -> list[dict[str, Scalar]]:
    """Rows of 填报 for one month; the market as a whole is left to the roll-up."""
    found: list[dict[str, Scalar]] = []
    for state in STATES:
        for kpi in KPIS:
            num, den = facts.get((str(period), state, kpi), (0.0, 0.0))
            if den:
                row: dict[str, Scalar] = {"period": str(period), "subject": state, "kpi": kpi}
                found.append(row | ({"num": num, "den": den, "n": den} if kpi == "CSAT" else {"value": num}))
    return found


@pytest.fixture(scope="module")
def book(facts: Facts, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The months up to March 2018, and a goal for the year's sales."""
    path = tmp_path_factory.mktemp("olist") / "book.xlsx"
    months = [FIRST.shift(step) for step in range(15)]
    assert months[-1] == LAST_KNOWN
    actuals = [row for month in months for row in typed(facts, month)]
    goals = [goal(2018, "C", "GMV", 1500000.0, approver="CFO")]
    content = company("2018-04", actuals, KPIS, STATES, goals=goals)
    host = written(path, content)
    for month in QUARTER:
        assert targets(host, period=str(month), apply=True).is_done
    targets(host, period="2018-04", propose=True, decompose=True)
    return path


def proposals(host: FileHost) -> dict[tuple[Scalar, Scalar], dict[str, Scalar]]:
    found = table(host, PROPOSALS.name, [column.key for column in PROPOSALS.columns])
    return {(row["card"], row["kpi"]): row for row in found}


def market(facts: Facts, month: Period, kpi: str) -> float:
    num, den = (sum(facts[str(month), state, kpi][part] for state in STATES) for part in (0, 1))
    return num / den if kpi == "CSAT" else num


def test_methods_give_what_the_files_say(book: Path, facts: Facts) -> None:
    found = proposals(FileHost(book))
    recent = [LAST_KNOWN.shift(-back) for back in range(3)]
    for state in STATES:
        row = found[state, "ORD"]
        assert row["tm1"] == facts["2017-04", state, "ORD"][0]
        assert row["tm2"] == pytest.approx(fmean(facts[str(month), state, "ORD"][0] for month in recent), abs=0.5)
    whole = found["C", "ORD"]
    assert whole["last_period"] == market(facts, LAST_KNOWN, "ORD")
    assert found["C", "CSAT"]["last_period"] == pytest.approx(market(facts, LAST_KNOWN, "CSAT"), abs=5e-5)
    assert whole["n"] == 15


def test_the_naive_forecast_misses_by_what_the_files_say(book: Path, facts: Facts) -> None:
    asked = [LAST_KNOWN.shift(-back) for back in range(5, -1, -1)]
    pairs = [(market(facts, month, "ORD"), market(facts, month.shift(-1), "ORD")) for month in asked]
    row = proposals(FileHost(book))["C", "ORD"]
    assert row["naive_mape"] == pytest.approx(fmean(abs(now - before) / now for now, before in pairs))
    assert float(str(row["mape"])) <= float(str(row["naive_mape"]))


def test_the_goal_of_sales_is_split_to_the_cent(book: Path) -> None:
    whole, *states = table(FileHost(book), DECOMPOSITION.name, [column.key for column in DECOMPOSITION.columns])
    assert [row["subject"] for row in states] == list(STATES)
    assert sum(Decimal(repr(whole[part])) for part in PARTS) == 1500000
    for part in PARTS:
        assert sum(Decimal(repr(row[part])) for row in states) == Decimal(repr(whole[part]))
    assert {row["lamp"] for row in (whole, *states)} == {"✓"}


def test_every_month_of_the_quarter_got_its_targets(book: Path) -> None:
    host = FileHost(book)
    found = {row["key"]: row for row in table(host, TARGETS.name, [column.key for column in TARGETS.columns])}
    whole = table(host, DECOMPOSITION.name, [column.key for column in DECOMPOSITION.columns])[0]
    assert set(found) == {f"{month}|{name}|{kpi}" for month in QUARTER for name in ("C", *STATES) for kpi in KPIS}
    for month in QUARTER:
        assert found[f"{month}|C|GMV"]["target"] == whole[f"p{month.number:02d}"]
    for row in found.values():
        threshold, target, stretch = (float(str(row[name])) for name in ("threshold", "target", "stretch"))
        assert threshold < target <= stretch
        assert row["kpi"] != "CSAT" or 0 <= threshold <= stretch <= 1


def test_the_appraisal_runs_with_them(book: Path, facts: Facts) -> None:
    skip_without("formualizer")
    host = FileHost(book)
    grid = host.tables()[ACTUALS.name]
    columns = [column.key for column in ACTUALS.columns]
    cells = [
        CellOut(grid.row + 1 + len(grid.rows) + index, grid.column + columns.index(column), value)
        for index, row in enumerate(typed(facts, QUARTER[0]))
        for column, value in row.items()
    ]
    last = len(grid.rows) + len(typed(facts, QUARTER[0]))
    host.write([], [Patch(ACTUALS.name, tuple(cells), last)])
    receipt = score(host)
    cards = {card["subject"]: card for card in receipt.facts["cards"]}  # type: ignore[attr-defined]
    few = {state for state in STATES if facts[str(QUARTER[0]), state, "CSAT"][1] < FEWEST_REVIEWS}
    assert {name for name, card in cards.items() if card["status"] == "WITHHELD"} == few == {"SC"}
    assert all(0 < card["total"] <= 120 for name, card in cards.items() if name not in few)
    assert_agrees(book, recalculate("formualizer", book))
    assert parse_period(str(receipt.facts["period"])) == QUARTER[0]
