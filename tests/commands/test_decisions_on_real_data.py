"""Both decisions on two real markets: targets from the past, and how much of the appraisal hangs on the weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pandas
import pytest

from kpi_xl.book.tables.detail import DETAIL
from kpi_xl.book.tables.inputs import ACTUALS, TARGETS
from kpi_xl.book.tables.targets import PROPOSALS
from kpi_xl.book.tables.weights import SHAKEN, SWAPS
from kpi_xl.commands.receipt import Receipt
from kpi_xl.commands.score import score
from kpi_xl.commands.targets import targets
from kpi_xl.commands.weigh import weigh
from kpi_xl.hosts.file import FileHost
from kpi_xl.model.grid import CellOut, Patch, Scalar
from kpi_xl.model.periods import Period
from kpi_xl.referee import recalculate
from tests.commands import test_targets_olist as olist
from tests.commands.plans import Row, company, table, written
from tests.commands.raw_books import DATA
from tests.workbooks.books import assert_agrees, skip_without

facts, book = olist.facts, olist.book
"""The five states of Olist, and their book with the targets of 2018Q2."""
STORE = DATA / "superstore" / "superstore.xls"
REGIONS = ("Central", "East", "South", "West")
KPIS = ("REV", "GPM", "ORD", "OPT")
FIRST, LAST_KNOWN = Period(2016, "M", 1), Period(2019, "M", 9)
QUARTER = tuple(Period(2019, "M", month) for month in (10, 11, 12))
HOURS = 24
SHOCKS, SIZE = 10_000, 0.2
CENT = 0.0051
"""A total is rounded to the cent."""

Pair = tuple[float, float | None]
StoreFacts = Mapping[tuple[str, str, str], Pair]
"""Amount, or numerator and denominator, by month, region and indicator."""


def appended(host: FileHost, rows: Sequence[Row]) -> None:
    """Type rows below those of 填报."""
    grid = host.tables()[ACTUALS.name]
    columns = [column.key for column in ACTUALS.columns]
    cells = [
        CellOut(grid.row + 1 + len(grid.rows) + index, grid.column + columns.index(column), value)
        for index, row in enumerate(rows)
        for column, value in row.items()
    ]
    host.write([], [Patch(ACTUALS.name, tuple(cells), len(grid.rows) + len(rows))])


def rows_of(host: FileHost, spec: Any) -> list[dict[str, Scalar]]:
    return table(host, spec.name, [column.key for column in spec.columns])


def report(receipt: Receipt) -> Mapping[str, Any]:
    return receipt.facts["sensitivity"]  # type: ignore[return-value]


def scores(host: FileHost, cards: Sequence[str], kpis: Sequence[str]) -> dict[str, list[float]]:
    """Item scores as the sheet shows them."""
    found = {(row["card"], row["kpi"]): row["score"] for row in rows_of(host, DETAIL)}
    return {card: [float(str(found[card, kpi])) for kpi in kpis] for card in cards}


def crossing(one: Sequence[float], other: Sequence[float], kpi: int) -> float | None:
    """Domain §4.4 for equal weights: ``(R_b - R_a) / ((s_a - R_a) - (s_b - R_b))``, R the mean of the others."""
    rest_one, rest_other = ((sum(each) - each[kpi]) / (len(each) - 1) for each in (one, other))
    slope = (one[kpi] - rest_one) - (other[kpi] - rest_other)
    weight = (rest_other - rest_one) / slope if abs(slope) > 1e-9 else -1.0
    return weight if 0 <= weight <= 1 else None


def ranks(totals: Mapping[str, float]) -> dict[str, int]:
    return {name: 1 + sum(other > total for other in totals.values()) for name, total in totals.items()}


def rank_changes(found: Mapping[str, Sequence[float]], shocks: int) -> dict[str, float]:
    """Share of shocks with another rank, one by one, with factors of its own."""
    random = Random(7)
    first = ranks({name: round(sum(each) / len(each), 2) for name, each in found.items()})
    changed = dict.fromkeys(found, 0)
    for _ in range(shocks):
        weights = [random.uniform(1 - SIZE, 1 + SIZE) for _ in next(iter(found.values()))]
        totals = {
            name: round(sum(w * x for w, x in zip(weights, each, strict=True)) / sum(weights), 2)
            for name, each in found.items()
        }
        now = ranks(totals)
        for name in found:
            changed[name] += now[name] != first[name]
    return {name: count / shocks for name, count in changed.items()}


def assert_counted(sensitivity: Mapping[str, Any], found: Mapping[str, Sequence[float]], units: Sequence[str]) -> None:
    """Every card was shaken, and moved about as often as under other random factors."""
    assert (sensitivity["shocks"], sensitivity["size"]) == (SHOCKS, SIZE)
    cards = {card["card"]: card for card in sensitivity["cards"]}
    assert set(cards) == set(found)
    for name, card in cards.items():
        assert card["total"] == pytest.approx(sum(found[name]) / len(found[name]), abs=2 * CENT)
        assert min(found[name]) - CENT <= card["lowest"] <= card["total"] <= card["highest"] <= max(found[name]) + CENT
        assert 0 <= card["grade_changes"] <= sensitivity["any_grade"] <= 1
        assert 0 <= card["rank_changes"] <= sensitivity["any_rank"] <= 1
        assert card["best_rank"] <= card["rank"] <= card["worst_rank"]
    for name, share in rank_changes({name: found[name] for name in units}, 2_000).items():
        assert cards[name]["rank_changes"] == pytest.approx(share, abs=0.05)


def assert_swaps(sensitivity: Mapping[str, Any], found: Mapping[str, Sequence[float]], kpis: Sequence[str]) -> None:
    """All weights at which two neighbours cross, and no others; `found` are cards that are ranked together."""
    order = sorted(found, key=lambda name: -sum(found[name]))
    wanted = {
        (ahead, behind, kpi): weight
        for ahead, behind in pairwise(order)
        for at, kpi in enumerate(kpis)
        if (weight := crossing(found[ahead], found[behind], at)) is not None
    }
    given = {(swap["ahead"], swap["behind"], swap["kpi"]): swap["critical"] for swap in sensitivity["swaps"]}
    assert wanted
    assert given == pytest.approx(wanted, abs=1e-9)
    for swap in sensitivity["swaps"]:
        assert swap["change"] == pytest.approx(swap["critical"] * len(kpis) - 1)


def assert_on_sheets(host: FileHost, sensitivity: Mapping[str, Any], cards: Sequence[str]) -> None:
    """权重敏感性 has a row for every card of the book, those left out with dashes, and every swap."""
    rows = {row["card"]: row for row in rows_of(host, SHAKEN)}
    assert set(rows) == set(cards)
    for card in sensitivity["cards"]:
        shown = rows[card["card"]]
        assert (shown["lowest"], shown["highest"]) == (card["lowest"], card["highest"])
        assert (shown["grade_changes"], shown["rank_changes"]) == (card["grade_changes"], card["rank_changes"])
    for name in sensitivity["left_out"]:
        assert (rows[name]["lowest"], rows[name]["rank_changes"]) == ("—", "—")
        assert rows[name]["note"]
    shown_swaps = [(row["ahead"], row["behind"], row["kpi"], row["critical"]) for row in rows_of(host, SWAPS)]
    assert shown_swaps == [tuple(swap[key] for key in ("ahead", "behind", "kpi", "critical")) for swap in sensitivity["swaps"]]


def test_what_the_states_of_olist_owe_to_their_weights(book: Path, facts: olist.Facts) -> None:
    """April 2018 with its targets: SC has too few reviews for a total, and is left out."""
    skip_without("formualizer")
    host = FileHost(book)
    appended(host, olist.typed(facts, olist.QUARTER[0]))
    assert score(host).is_done
    sensitivity = report(weigh(host, sensitivity=True))
    assert sensitivity["left_out"] == ["SC"]
    states = [state for state in olist.STATES if state != "SC"]
    found = scores(host, ["C", *states], olist.KPIS)
    assert_counted(sensitivity, found, states)
    assert_swaps(sensitivity, {state: found[state] for state in states}, olist.KPIS)
    assert_on_sheets(host, sensitivity, ["C", *olist.STATES])
    assert_agrees(book, recalculate("formualizer", book))


@pytest.fixture(scope="module")
def store_facts() -> StoreFacts:
    """Sales, margin, orders, and hours from order to shipping, by month and region."""
    if not STORE.exists():
        pytest.skip("the Superstore sample is not here")
    lines = pandas.read_excel(STORE, sheet_name="Orders", engine="calamine")
    lines["month"] = lines["Order Date"].dt.strftime("%Y-%m")
    lines["days"] = (lines["Ship Date"] - lines["Order Date"]).dt.days
    found: dict[tuple[str, str, str], Pair] = {}
    for (month, region), mine in lines.groupby(["month", "Region"]):
        orders = mine.drop_duplicates("Order ID")
        sales, n_orders = round(float(mine.Sales.sum()), 2), float(len(orders))
        found[month, region, "REV"] = sales, None
        found[month, region, "GPM"] = round(float(mine.Profit.sum()), 2), sales
        found[month, region, "ORD"] = n_orders, None
        found[month, region, "OPT"] = float(HOURS * orders.days.sum()), n_orders
    return found


def typed(store_facts: StoreFacts, month: Period) -> list[Row]:
    """Rows of 填报 for one month; the whole is left to the roll-up."""
    rows: list[Row] = []
    for region in REGIONS:
        for kpi in KPIS:
            first, den = store_facts[str(month), region, kpi]
            head = {"period": str(month), "subject": region, "kpi": kpi}
            rows.append({**head, "value": first} if den is None else {**head, "num": first, "den": den, "n": den})
    return rows


@pytest.fixture(scope="module")
def planned(store_facts: StoreFacts, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Receipt]:
    """The months up to September 2019 with targets for the quarter after them, and the back-test of its first month."""
    path = tmp_path_factory.mktemp("store") / "book.xlsx"
    months = [FIRST.shift(step) for step in range(45)]
    assert months[-1] == LAST_KNOWN
    actuals = [row for month in months for row in typed(store_facts, month)]
    host = written(path, company("2019-10", actuals, KPIS, REGIONS))
    for month in QUARTER:
        assert targets(host, period=str(month), apply=True).is_done
    return path, targets(host, period="2019-10", propose=True, backtest=True)


def whole(store_facts: StoreFacts, month: Period, kpi: str) -> float:
    """The four regions together."""
    pairs = [store_facts[str(month), region, kpi] for region in REGIONS]
    total = sum(first for first, _ in pairs)
    dens = [den for _, den in pairs if den is not None]
    return total / sum(dens) if dens else total


def test_the_back_test_of_the_store_is_that_of_its_files(
    planned: tuple[Path, Receipt], store_facts: StoreFacts
) -> None:
    path, receipt = planned
    methods = {each["method"]: each for each in receipt.facts["methods"]}  # type: ignore[attr-defined]
    assert sum(each["best"] for each in methods.values()) == len(KPIS) * (1 + len(REGIONS))
    rows = {(row["card"], row["kpi"]): row for row in rows_of(FileHost(path), PROPOSALS)}
    assert set(rows) == {(card, kpi) for card in ("C", *REGIONS) for kpi in KPIS}
    asked = [LAST_KNOWN.shift(-back) for back in range(5, -1, -1)]
    for kpi in KPIS:
        now = [whole(store_facts, month, kpi) for month in asked]
        for column, lag in (("naive_mape", 1), ("seasonal_mape", 12)):
            then = [whole(store_facts, month.shift(-lag), kpi) for month in asked]
            misses = [abs(new - old) / abs(new) for new, old in zip(now, then, strict=True)]
            assert rows["C", kpi][column] == pytest.approx(sum(misses) / len(misses), rel=1e-6)


def test_only_where_a_naive_forecast_is_the_best_it_beats_what_is_proposed(planned: tuple[Path, Receipt]) -> None:
    """Then the best of the methods that can be proposed is."""
    path, receipt = planned
    best = {each["method"]: each["best"] for each in receipt.facts["methods"]}  # type: ignore[attr-defined]
    naive = ("seasonal_mase", "naive_mase")
    n_beaten = sum(
        any(float(str(row[name])) < float(str(row["mase"])) - 1e-9 for name in naive)
        for row in rows_of(FileHost(path), PROPOSALS)
    )
    assert n_beaten <= best["NAIVE"] + best["SNAIVE"]


def test_every_month_of_the_quarter_of_the_store_got_its_targets(planned: tuple[Path, Receipt]) -> None:
    """Hours are the better the fewer, so their stretch is the least."""
    found = {row["key"]: row for row in rows_of(FileHost(planned[0]), TARGETS)}
    assert set(found) == {f"{month}|{card}|{kpi}" for month in QUARTER for card in ("C", *REGIONS) for kpi in KPIS}
    for row in found.values():
        threshold, target, stretch = (float(str(row[name])) for name in ("threshold", "target", "stretch"))
        assert threshold > target >= stretch if row["kpi"] == "OPT" else threshold < target <= stretch


def test_what_the_regions_of_the_store_owe_to_their_weights(
    planned: tuple[Path, Receipt], store_facts: StoreFacts
) -> None:
    """October 2019, scored with the targets that the months before it proposed."""
    skip_without("formualizer")
    path, _ = planned
    host = FileHost(path)
    appended(host, typed(store_facts, QUARTER[0]))
    receipt = score(host)
    cards = {card["card"]: card for card in receipt.facts["cards"]}  # type: ignore[attr-defined]
    assert {card["status"] for card in cards.values()} == {"OK"}
    sensitivity = report(weigh(host, sensitivity=True))
    assert sensitivity["left_out"] == []
    found = scores(host, ["C", *REGIONS], KPIS)
    assert_counted(sensitivity, found, REGIONS)
    assert_swaps(sensitivity, {region: found[region] for region in REGIONS}, KPIS)
    assert_on_sheets(host, sensitivity, ["C", *REGIONS])
    assert {card["card"]: card["total"] for card in sensitivity["cards"]} == pytest.approx(
        {name: card["total"] for name, card in cards.items()}, abs=len(KPIS) * CENT
    )
    assert_agrees(path, recalculate("formualizer", path))
