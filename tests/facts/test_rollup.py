"""Facts of a whole from the facts of its parts: worked numbers of the domain specification, 2.1, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.facts.rollup import Part, Whole, over_time, over_units
from kpi_xl.facts.typed import fact, lacking, rolled_beside, typed_rows
from kpi_xl.model.inputs import Actual, Indicator, Inputs, PlanRow, Settings, Subject, key
from kpi_xl.model.periods import looked_at, parse_period
from kpi_xl.model.status import Status


def indicator(agg_time: str, agg_unit: str = "SUM", variant: str = "", min_n: float = 1.0) -> Indicator:
    additive = agg_time in ("SUM", "DIST", "LAST")
    return Indicator("AA", "a", "O", "%", 2, 9, "up", additive, agg_time, agg_unit, variant, min_n=min_n)


def ratio(num: float, den: float, n: float | None = None) -> Part:
    return Part(num, den, n, num / den)


def value_of(whole: Whole) -> float:
    assert whole.num is not None and whole.den is not None
    return whole.num / whole.den


def test_conversion_is_never_averaged() -> None:
    whole = over_time(indicator("DISTRATIO"), [ratio(30, 1000), ratio(120, 3000)])
    assert value_of(whole) == pytest.approx(0.0375, abs=1e-15)
    assert whole.state == Status.APPROX


def test_return_on_investment_averages_its_capital() -> None:
    whole = over_time(indicator("RFS"), [ratio(10, 100), ratio(12, 110), ratio(14, 120)])
    assert (whole.num, whole.den) == (36, 110)
    assert round(value_of(whole), 4) == 0.3273


def test_a_stock_counts_for_as_long_as_it_was_there() -> None:
    whole = over_time(indicator("RFS"), [replace(ratio(1, 100), days=31), replace(ratio(1, 200), days=29)])
    assert whole.den == pytest.approx((31 * 100 + 29 * 200) / 60, rel=1e-15)


def test_capital_of_units_adds_up() -> None:
    whole = over_units(indicator("RFS", "RFS"), [ratio(10, 100), ratio(12, 110)])
    assert (whole.num, whole.den) == (22, 210)


def test_stickiness_of_a_quarter() -> None:
    whole = over_time(indicator("RATIO", variant="monthly"), [ratio(200, 800), ratio(220, 880), ratio(210, 900)])
    assert round(value_of(whole), 4) == 0.2442


def test_active_users_of_a_quarter_are_the_mean_of_its_months() -> None:
    parts = [Part(None, None, None, count) for count in (800.0, 880.0, 900.0)]
    assert over_time(indicator("DIST", variant="mean_of_months"), parts).num == 860


def test_a_weighted_mean_needs_its_samples() -> None:
    both = [Part(None, None, 10, 80.0), Part(None, None, 30, 90.0)]
    assert over_time(indicator("WMEAN"), both).value == 87.5
    assert over_time(indicator("WMEAN"), [both[0], replace(both[1], n=None)]).state == Status.MISSING


def test_a_stock_is_that_of_the_last_period_that_has_one() -> None:
    parts = [Part(None, None, None, 5.0), Part(None, None, None, 7.0), Part(None, None, None, None)]
    assert over_time(indicator("LAST"), parts).value == 7.0


@pytest.mark.parametrize(
    ("kind", "variant", "part"),
    [
        ("DIST", "", Part(None, None, None, 3.0)),
        ("FORMULA", "", ratio(1, 2)),
        ("PCTL", "", Part(None, None, 9, 3.0)),
        ("RATIO", "first_stock", ratio(1, 2)),
        ("RATIO", "", Part(None, None, 9, 0.5)),
    ],
)
def test_what_cannot_be_rolled_up_is_missing(kind: str, variant: str, part: Part) -> None:
    assert over_time(indicator(kind, variant=variant), [part, part]) == Whole()


amounts = st.floats(0.01, 1e9)
parts = st.lists(st.builds(ratio, amounts, amounts, st.none() | amounts), min_size=1, max_size=6)


@given(parts, st.randoms())
def test_the_order_of_units_does_not_matter(given_parts: list[Part], random: object) -> None:
    shuffled = list(given_parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (over_units(indicator("RATIO", "RATIO"), each) for each in (given_parts, shuffled))
    assert value_of(one) == pytest.approx(value_of(other), rel=1e-12)


@given(parts)
def test_a_ratio_of_the_whole_lies_between_those_of_its_parts(given_parts: list[Part]) -> None:
    ratios = [part.value for part in given_parts if part.value is not None]
    whole = value_of(over_time(indicator("RATIO"), given_parts))
    assert min(ratios) * (1 - 1e-12) <= whole <= max(ratios) * (1 + 1e-12)


# -- the facts of a book ----------------------------------------------------------------------------------------------


def typed(period: str, subject: str, num: float | None = None, den: float | None = None, **more: object) -> Actual:
    fields = {"value": None, "n": None, "flag": "", **more}
    return Actual(key(period, subject, "AA"), num, den, **fields)  # type: ignore[arg-type]


def book(*rows: Actual, period: str = "2026Q1", parents: dict[str, str] | None = None) -> Inputs:
    parents = parents or {"D": "", "T1": "D", "T2": "D", "X": "D"}
    subjects = tuple(Subject(name, "team", name, parent, "P" if name != "X" else "", "") for name, parent in parents.items())
    plan = (PlanRow("P", "AA", 1, 1.0, "RATIO", "", None, None, "BLOCK"),)
    return Inputs(Settings(parse_period(period)), (), subjects, (), plan, (), rows, ())


MONTHS = [typed("2026-01", "T1", 30, 1000), typed("2026-02", "T1", 120, 3000), typed("2026-03", "T1", 50, 1000)]
QUARTER = parse_period("2026Q1")
RATIO = indicator("RATIO", "RATIO")


def test_a_quarter_comes_from_its_months() -> None:
    found = fact(QUARTER, "T1", RATIO, typed_rows(book(*MONTHS)))
    assert (found.value, found.origin, found.state) == (0.04, "TIME", Status.OK)


def test_a_year_comes_from_whatever_is_typed_of_each_quarter() -> None:
    rows = [*MONTHS, *(typed(f"2026Q{number}", "T1", 100, 1000) for number in (2, 3, 4))]
    found = fact(parse_period("2026"), "T1", RATIO, typed_rows(book(*rows)))
    assert found.value == 500 / 8000


def test_a_missing_month_is_not_zero() -> None:
    rows = typed_rows(book(*MONTHS[:2]))
    found = fact(QUARTER, "T1", RATIO, rows)
    assert (found.value, found.state) == (None, Status.MISSING)
    assert lacking(QUARTER, "T1", RATIO, rows) == (("2026-03",), False)


def test_the_own_row_wins_over_the_months() -> None:
    found = fact(QUARTER, "T1", RATIO, typed_rows(book(*MONTHS, typed("2026Q1", "T1", 1, 10))))
    assert (found.value, found.origin) == (0.1, "TYPED")


def test_a_month_that_is_not_due_leaves_the_others() -> None:
    rows = [*MONTHS[:2], typed("2026-03", "T1", flag="EXCLUDED")]
    assert fact(QUARTER, "T1", RATIO, typed_rows(book(*rows))).value == 150 / 4000


def test_a_provisional_month_makes_the_quarter_provisional() -> None:
    rows = [*MONTHS[:2], replace(MONTHS[2], flag="PROVISIONAL")]
    assert fact(QUARTER, "T1", RATIO, typed_rows(book(*rows))).state == Status.PROVISIONAL


def test_small_months_may_make_a_quarter_that_is_large_enough() -> None:
    rows = [replace(row, n=20.0) for row in MONTHS]
    assert fact(QUARTER, "T1", replace(RATIO, min_n=50.0), typed_rows(book(*rows))).state == Status.OK


def test_a_department_comes_from_its_teams_and_never_from_one_alone() -> None:
    month = parse_period("2026-01")
    first, second = typed("2026-01", "T1", 30, 1000), typed("2026-01", "T2", 20, 1000)
    both, one = (typed_rows(book(*rows, period="2026-01")) for rows in ((first, second), (first,)))
    assert (fact(month, "D", RATIO, both).value, fact(month, "D", RATIO, both).origin) == (0.025, "UNITS")
    assert fact(month, "D", RATIO, one).state == Status.MISSING
    assert lacking(month, "D", RATIO, one) == (("T2",), False)


def test_a_department_over_a_quarter_takes_each_team_over_its_months() -> None:
    rows = [*MONTHS, *(replace(row, key=row.key.replace("T1", "T2")) for row in MONTHS)]
    assert fact(QUARTER, "D", RATIO, typed_rows(book(*rows))).value == 0.04


def test_own_row_and_teams_are_held_against_each_other() -> None:
    month = parse_period("2026-01")
    rows = typed_rows(book(typed("2026-01", "D", 1, 10), *(typed("2026-01", team, 1, 5) for team in ("T1", "T2"))))
    below = rolled_beside(month, "D", RATIO, rows)
    assert below is not None
    assert (fact(month, "D", RATIO, rows).value, below.value) == (0.1, 0.2)


def test_a_circle_of_parents_ends() -> None:
    rows = typed_rows(book(typed("2026-01", "T1", 1, 5), parents={"T1": "T2", "T2": "T1", "D": "D"}))
    assert dict(rows.children) == {}
    assert fact(parse_period("2026-01"), "T2", RATIO, rows).state == Status.MISSING


def test_what_scoring_a_quarter_looks_at() -> None:
    seen = looked_at(QUARTER)
    assert {"2026Q1", "2026-02", "2025Q1", "2025-03", "2025Q4", "2025-10", "2025Q3"} <= seen
    assert "2026-04" not in seen
