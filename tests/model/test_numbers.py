"""The grammar of numbers: every row of the fixture table of the domain specification (§10.3), and what surrounds it."""

from __future__ import annotations

import math
import string
from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.model.numbers import FOREIGN_CURRENCY, POWERS, UNITS, Typed, parse_number
from kpi_xl.model.typed_text import NOTHING, clean

FIXTURES: tuple[tuple[str, float | str], ...] = (
    ("1.2万", 12000), ("3亿", 300_000_000), ("１，２３４．５", 1234.5),
    ("12.5%", 0.125), ("１２％", 0.12), ("5‰", 0.005),
    ("¥1,234.50", 1234.5), ("￥-20", -20), ("(1,234)", -1234),
    ("1,234元", 1234), ("1.5w", 15000), ("3k", 3000),
    ("1万2千", 12000), ("2.5百万", 2_500_000), ("1.2万亿", 1.2e12),
    ("—", "MISSING"), ("/", "MISSING"), ("#DIV/0!", "EXCEL_ERROR"),
    ("1,2345", "BAD_NUMBER"), ("12 345", 12345), ("abc", "BAD_NUMBER"),
    (" 30 单", 30), ("-5%", -0.05), ("TRUE", "BAD_TYPE"),
)  # fmt: skip
"""As the specification prints them; a text stands for the code of what has no value."""

BEYOND: tuple[tuple[str, float | str], ...] = (
    # nothing, in the words of C7 and of exports
    ("", "MISSING"), ("　", "MISSING"), ("无", "MISSING"), ("N/A", "MISSING"), ("'", "MISSING"), ("0", 0),
    # what nobody sees
    ("\ufeff12", 12), ("1\u200b2", 12), ("\u00a0 12\u3000", 12), ("'12", 12), ("−5", -5), ("－5", -5),
    # signs, currencies, parentheses
    ("+5", 5), ("-¥20", -20), ("¥ (1,234.00)", -1234), ("（5%）", -0.05), ("(1.2万)元", -12000), ("-0", 0),
    ("--5", "BAD_NUMBER"), ("-¥-5", "BAD_NUMBER"), ("(-5)", "BAD_NUMBER"), ("()", "BAD_NUMBER"), ("(5", "BAD_NUMBER"),
    ("12(34)", "BAD_NUMBER"), ("(1)2", "BAD_NUMBER"), (".(5)", "BAD_NUMBER"), ("¥5%", "BAD_NUMBER"),
    ("¥", "BAD_NUMBER"), ("%", "BAD_NUMBER"),
    # thousands
    ("1,234,567.8", 1_234_567.8), ("12,34", "BAD_NUMBER"), ("1,234 567", "BAD_NUMBER"), ("1 2", "BAD_NUMBER"),
    ("1, 234", "BAD_NUMBER"), ("1. 5", "BAD_NUMBER"), ("0,123", "BAD_NUMBER"), ("1.2.3", "BAD_NUMBER"), (".5", 0.5),
    # multipliers
    ("3千", 3000), ("2十万", 200_000), ("1千万", 1e7), ("5 万元", 50_000), ("1.5W", 15000), ("3K", 3000), ("1e3", 1000),
    ("1亿2千万", 1.2e8), ("3千5百", 3500), ("1万2000", 12000), ("1万0500元", 10500), ("1.13万", 11300),
    ("1万2", "BAD_NUMBER"), ("1千2万", "BAD_NUMBER"), ("1万20千", "BAD_NUMBER"), ("1.5万2千", "BAD_NUMBER"),
    ("1k200", "BAD_NUMBER"), ("万", "BAD_NUMBER"), ("1.5m", "BAD_NUMBER"),
    # rates and units
    ("0.1%", 0.001), ("1万%", 100), ("0.3‰", 0.0003), ("4.8 分", 4.8), ("30 orders", 30), ("5%单", "BAD_NUMBER"),
    ("5千克", "BAD_NUMBER"), ("2024年", "BAD_NUMBER"), ("3月", "BAD_NUMBER"), ("3个百分点", "BAD_NUMBER"),
    # what only looks like a number, and Chinese numerals
    ("10²", "BAD_NUMBER"), ("5①", "BAD_NUMBER"), ("½", "BAD_NUMBER"), ("٣", "BAD_NUMBER"), ("约3万", "BAD_NUMBER"),
    ("1~2", "BAD_NUMBER"), (">5", "BAD_NUMBER"), ("一百二十三", "BAD_NUMBER"), ("2024-01-05", "BAD_NUMBER"),
    # errors of cells, truth values, no finite number
    ("#N/A", "EXCEL_ERROR"), ("#value!", "EXCEL_ERROR"), ("#NAME?", "EXCEL_ERROR"), ("Err:502", "EXCEL_ERROR"),
    ("false", "BAD_TYPE"), ("NaN", "NON_FINITE"), ("-inf", "NON_FINITE"), ("1e400", "NON_FINITE"),
    ("1e-400", "NON_FINITE"), ("1e99999", "BAD_NUMBER"),
)  # fmt: skip

finite = st.floats(allow_nan=False, allow_infinity=False)
amounts = st.decimals(-10**12, 10**12, places=4)


def read(text: str) -> float | str:
    parsed = parse_number(text)
    assert (parsed.value is None) == (parsed.code != "OK")
    return parsed.code if parsed.value is None else parsed.value


def full_width(text: str) -> str:
    return text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})


@pytest.mark.parametrize(("text", "wanted"), FIXTURES)
def test_the_fixtures_of_the_specification(text: str, wanted: float | str) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), BEYOND)
def test_what_surrounds_them(text: str, wanted: float | str) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        ("12345", ()),
        ("12 345", ("SPACED_DIGITS",)),
        ("1\u00a0234", ("SPACED_DIGITS",)),
        ("30 单", ()),
        ("$5", ("FOREIGN_CURRENCY",)),
        ("5 美元", ("FOREIGN_CURRENCY",)),
        ("€1 234", ("FOREIGN_CURRENCY", "SPACED_DIGITS")),
        ("人民币5元", ()),
        ("$x", ()),
    ],
)
def test_what_was_taken_for_granted_is_said(text: str, warnings: tuple[str, ...]) -> None:
    assert parse_number(text).warnings == warnings


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (3, 3.0),
        (-0.5, -0.5),
        (None, "MISSING"),
        (True, "BAD_TYPE"),
        (datetime(2024, 1, 5), "BAD_TYPE"),
        (math.nan, "NON_FINITE"),
        (-math.inf, "NON_FINITE"),
        (10**400, "NON_FINITE"),
    ],
)
def test_cells_that_hold_no_text(cell: Typed, wanted: float | str) -> None:
    parsed = parse_number(cell)
    assert (parsed.code if parsed.value is None else parsed.value) == wanted


def test_millions_are_asked_for() -> None:
    assert parse_number("1.5m", has_millions=True).value == 1_500_000
    assert parse_number("1.5M 元", has_millions=True).value == 1_500_000
    assert parse_number("1.5万", has_millions=True).value == 15_000


def test_zero_has_no_sign() -> None:
    assert {str(read(text)) for text in ("0", "-0", "(0.00)", "-0%")} == {"0.0"}


@pytest.mark.parametrize(("last", "nearest"), [("4", 1.0), ("6", 1.0000000000000002)])
def test_every_digit_counts(last: str, nearest: float) -> None:
    """On either side of the middle between two doubles, 1 + 2**-53."""
    text = f"1.0000000000000001110223024625156540423631668090820312{last}"
    assert [read(text), read(f"-{text}"), read(f"({text})")] == [nearest, -nearest, -nearest]


def test_nothing_is_never_zero() -> None:
    assert {read(word) for word in NOTHING} == {"MISSING"}


@given(finite)
def test_plain(x: float) -> None:
    """In Python's shortest form and in full; no digit is lost on either way."""
    assert read(repr(x)) == read(f"{Decimal(x):f}") == x


@given(amounts)
def test_grouped(amount: Decimal) -> None:
    assert read(f"{amount:,}") == read(f"¥{amount:,} 元") == float(amount)
    assert read(f"{amount:,}".replace(",", " ")) == float(amount)


@given(amounts)
def test_in_parentheses(amount: Decimal) -> None:
    assert read(f"({abs(amount):,})") == -float(abs(amount))


@given(amounts)
def test_rates_are_the_nearest_double(amount: Decimal) -> None:
    assert read(f"{amount * 100}%") == read(f"{amount * 1000:,}‰") == float(amount)


@given(amounts, st.sampled_from(sorted(POWERS)), st.sampled_from(("", " ")))
def test_multiplied(amount: Decimal, word: str, space: str) -> None:
    assert read(f"{amount}{space}{word}") == float(amount * 10 ** POWERS[word])


@given(st.integers(1, 9999), st.integers(1, 9999), st.integers(0, 9999))
def test_compounds(high: int, middle: int, low: int) -> None:
    assert read(f"{high}亿{middle}万{low:04}") == high * 10**8 + middle * 10**4 + low


@given(st.one_of(finite.map(repr), amounts.map("{:,}".format), amounts.map("{}%".format), amounts.map("¥{}".format)))
def test_full_width_is_read_alike(text: str) -> None:
    assert read(full_width(text)) == read(text) != "BAD_NUMBER"


@given(amounts, st.sampled_from(UNITS), st.sampled_from(("", " ", "\u00a0", "\u3000\u200b")))
def test_a_unit_word_changes_nothing(amount: Decimal, unit: str, space: str) -> None:
    assert parse_number(f"{amount}{space}{unit}") == parse_number(str(amount))


@given(amounts, st.sampled_from(FOREIGN_CURRENCY))
def test_foreign_money_is_marked_on_either_side(amount: Decimal, currency: str) -> None:
    assert parse_number(f"{currency}{amount}") == parse_number(f"{amount} {currency.upper()}")
    assert parse_number(f"{currency}{amount}").warnings == ("FOREIGN_CURRENCY",)


@given(st.text(), st.booleans())
def test_any_text_has_an_answer(text: str, has_millions: bool) -> None:
    parsed = parse_number(text, has_millions=has_millions)
    assert (parsed.value is None) == (parsed.code != "OK")
    assert parsed.value is None or math.isfinite(parsed.value)


@given(st.text("0123456789.,+-()¥%‰万千亿元单ekwm / —#'１２", max_size=12))
def test_near_misses_have_an_answer(text: str) -> None:
    """Nothing is a number without a digit, and reading is blind to what cleaning takes away."""
    parsed = parse_number(text)
    assert parsed.value is None or any(character.isdigit() for character in text)
    assert parse_number(clean(text)) == parsed


@given(st.integers(0, 10**9), st.sampled_from(sorted(set(string.ascii_letters) - {"e", "E"})), st.integers(0, 10**9))
def test_a_letter_between_digits_is_no_number(left: int, letter: str, right: int) -> None:
    assert read(f"{left}{letter}{right}") == "BAD_NUMBER"
    assert parse_number(f"{left}{letter}{right}", has_millions=True).code == "BAD_NUMBER"


@given(st.text(st.characters(categories=["L"]), min_size=1))
def test_words_are_never_numbers(text: str) -> None:
    assert parse_number(text).value is None
