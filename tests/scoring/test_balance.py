"""Balance of cards: §1.2 and §2.4 of the specification, and what must hold for any card."""

from __future__ import annotations

import statistics
from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.errors import MethodError
from kpi_xl.library import indicators, presets
from kpi_xl.scoring.balance import (
    AXES,
    Axis,
    Balance,
    Weighted,
    axis_balance,
    balance,
    emphasis,
    kind_of,
    union,
)
from kpi_xl.scoring.moments import mean, median, variance
from kpi_xl.scoring.verdicts import graded

MODES = ("DECK12", "B2C", "B2B", "C2C", "O2O")
BY_AXIS = {axis.name: axis for axis in AXES}
SHARES = {
    "DECK12": ((35, 40, 25), 70, 35, 25),
    "B2C": ((35, 40, 25), 67.5, 30, 25),
    "B2B": ((40, 35, 25), 62.5, 30, 30),
    "C2C": ((35, 35, 30), 67.5, 35, 15),
    "O2O": ((35, 45, 20), 67.5, 35, 10),
    "PLATFORM": ((40, 25, 35), 80, 60, 40),
    "MERCHANDISE": ((35, 0, 65), 85, 35, 60),
    "USER": ((15, 80, 5), 35, 40, 15),
    "CONTENT": ((0, 10, 90), 67.5, 70, 25),
}
"""§2.4: finance/users/operations, short term, process, inside; in percent."""


def card(name: str, **moved: float) -> tuple[Weighted, ...]:
    weights = {**presets()[name].weights, **moved}
    entries = indicators()
    return tuple(
        Weighted(
            code,
            weight,
            {
                "horizon": entries[code].horizon, "scope": entries[code].scope, "nature": entries[code].nature,
                "perspective": entries[code].perspective, "kind": kind_of(entries[code].rule),
            },
            weight >= 0.10,
        )
        for code, weight in weights.items()
    )  # fmt: skip


def axis_of(found: Balance, name: str) -> str:
    return next(each.verdict for each in found.axes if each.axis.name == name)


@pytest.mark.parametrize("name", SHARES)
def test_the_shares_of_the_presets_are_those_of_the_specification(name: str) -> None:
    perspective, short, process, inside = SHARES[name]
    found = {each.axis.name: each.shares for each in balance(card(name)).axes}
    given_ = [found["perspective"].get(tag, 0.0) for tag in "FUO"]
    assert [*given_, found["horizon"]["S"], found["nature"]["P"], found["scope"]["I"]] == pytest.approx(
        [each / 100 for each in (*perspective, short, process, inside)], abs=1e-12
    )


@pytest.mark.parametrize("name", MODES)
def test_the_cards_of_the_business_models_are_balanced_and_have_key_points(name: str) -> None:
    found = balance(card(name))
    assert (found.verdict, found.emphasis.verdict, found.lacking, found.gates) == ("OK", "OK", (), True)


def test_the_index_of_the_specification() -> None:
    rows = [Weighted("A", 0.65, {"horizon": "S"}), Weighted("B", 0.35, {"horizon": "L"})]
    found = axis_balance(rows, BY_AXIS["horizon"])
    assert found.index == pytest.approx(0.95)
    assert found.verdict == "OK"


def test_five_percent_from_return_on_capital_to_revenue_tips_the_deck_s_card() -> None:
    before, after = balance(card("DECK12")), balance(card("DECK12", ROI=0.0, REV=0.20))
    assert axis_of(before, "horizon") == "OK"
    assert axis_of(after, "horizon") == "WARN"


@pytest.mark.parametrize(("short", "verdict"), [(0.70, "OK"), (0.701, "WARN"), (0.80, "WARN"), (0.801, "FAIL")])
def test_a_deviation_of_the_tolerance_is_fine_and_of_twice_as_much_a_warning(short: float, verdict: str) -> None:
    rows = [Weighted("A", short, {"horizon": "S"}), Weighted("B", 1 - short, {"horizon": "L"})]
    assert axis_balance(rows, BY_AXIS["horizon"]).verdict == verdict


def test_a_perspective_below_a_fifth_is_a_warning_although_within_tolerance() -> None:
    rows = [Weighted(tag, weight, {"perspective": tag}) for tag, weight in zip("FUO", (0.40, 0.41, 0.19), strict=True)]
    loose = Axis("perspective", BY_AXIS["perspective"].wanted, 0.2, BY_AXIS["perspective"].floors)
    assert axis_balance(rows, loose).verdict == "WARN"


def test_half_judged_is_a_warning() -> None:
    rows = [Weighted("REV", 0.5, {"kind": "quant"}), Weighted("INNOV", 0.5, {"kind": "qual"})]
    assert axis_balance(rows, BY_AXIS["kind"]).verdict == "WARN"
    assert axis_balance(rows, BY_AXIS["kind"]).shares == {"qual": 0.5, "quant": 0.5}


def test_what_has_no_tag_takes_no_side_and_is_told_apart() -> None:
    rows = [Weighted("A", 0.3, {"scope": "I"}), Weighted("B", 0.3, {"scope": "E"}), Weighted("C", 0.4, {})]
    found = axis_balance(rows, BY_AXIS["scope"])
    assert found.shares == {"E": 0.5, "I": 0.5}
    assert found.untagged == pytest.approx(0.4)
    assert axis_balance([Weighted("C", 1.0, {})], BY_AXIS["scope"]).shares == {}


def test_equal_weights_have_no_key_points() -> None:
    assert emphasis([Weighted(code, 0.1, {}, True) for code in "ABCDEFGHIJ"]).verdict == "WARN"
    assert emphasis([Weighted(code, 0.1, {}) for code in "ABCDEFGHIJ"]).peak is None


def test_without_satisfaction_a_department_lacks_a_long_term_theme() -> None:
    assert balance([row for row in card("DECK12") if row.kpi != "CSAT"]).lacking == ("satisfaction",)


def test_a_function_s_figures_only_inform() -> None:
    found = balance(card("CONTENT"), "team")
    assert not found.gates
    assert axis_of(found, "perspective") == "FAIL"


def test_functions_together_weigh_as_many_as_their_people() -> None:
    """Three people short-term, one long-term: 75 % short."""
    short, long = [Weighted("A", 1.0, {"horizon": "S"})], [Weighted("B", 1.0, {"horizon": "L"}, True)]
    together = union([short, long], [3, 1])
    assert axis_balance(together, BY_AXIS["horizon"]).shares["S"] == 0.75
    assert [row.is_core for row in together] == [False, True]
    with pytest.raises(MethodError, match="E-WEIGHT-NOTHING"):
        union([short], [0])


def test_a_limit_belongs_to_the_better_side_whatever_the_last_bit() -> None:
    assert graded(0.7 - 0.6, 0.1, 0.2) == "OK"
    assert graded(0.30000000000000004 - 0.1, 0.1, 0.2) == "WARN"


weights = st.lists(st.floats(0.01, 1.0), min_size=2, max_size=12)


@st.composite
def cards(draw: st.DrawFn) -> tuple[Weighted, ...]:
    amounts = draw(weights)
    total = fsum(amounts)
    return tuple(
        Weighted(
            f"K{place}",
            amount / total,
            {
                "horizon": draw(st.sampled_from("SML")), "scope": draw(st.sampled_from("IE")),
                "nature": draw(st.sampled_from("PR")), "perspective": draw(st.sampled_from("FUO")),
                "kind": draw(st.sampled_from(("quant", "qual"))),
            },
            draw(st.booleans()),
        )
        for place, amount in enumerate(amounts)
    )  # fmt: skip


@given(cards())
def test_shares_sum_to_one_and_the_index_lies_between_zero_and_one(rows: tuple[Weighted, ...]) -> None:
    for axis in balance(rows).axes:
        assert fsum(axis.shares.values()) == pytest.approx(1.0)
        assert axis.index is None or -1e-12 <= axis.index <= 1 + 1e-12


@given(cards(), st.integers(1, 9), st.integers(1, 9))
def test_a_card_together_with_itself_is_itself(rows: tuple[Weighted, ...], one: int, other: int) -> None:
    both = union([rows, rows], [one, other])
    assert [row.weight for row in both] == pytest.approx([row.weight for row in rows])
    assert fsum(row.weight for row in both) == pytest.approx(1.0)


@given(cards())
def test_the_order_of_the_rows_does_not_matter(rows: tuple[Weighted, ...]) -> None:
    there, back = balance(rows), balance(rows[::-1])
    assert there.verdict == back.verdict
    assert there.emphasis.top == pytest.approx(back.emphasis.top)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_moments_are_those_of_the_standard_library(values: list[float]) -> None:
    assert mean(values) == pytest.approx(statistics.mean(values), abs=1e-6)
    assert variance(values) == pytest.approx(statistics.variance(values), abs=1e-3)
    assert median(values) == statistics.median(values)
