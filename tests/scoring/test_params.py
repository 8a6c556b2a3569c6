"""The grammar of rule params."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi_xl.model.params import UNLIMITED, Params, number, pairs, parse_params

keys = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True)
values = st.from_regex(r"[A-Za-z0-9.,:%<>-]{1,12}", fullmatch=True)


@given(st.dictionaries(keys, values, max_size=6))
def test_every_key_keeps_its_value(texts: dict[str, str]) -> None:
    assert parse_params("; ".join(f"{key}={value}" for key, value in texts.items())) == Params(texts)


@pytest.mark.parametrize(
    "text",
    [
        "unit=1%; dn=2",
        " UNIT = 1% ;dn=2 ; ",
        "unit＝1％；dn＝2",
        ";;unit=1%;;dn=2",
    ],
)
def test_spaces_case_and_full_width_signs_are_free(text: str) -> None:
    assert parse_params(text) == Params({"unit": "1%", "dn": "2"})


@pytest.mark.parametrize("text", ["cap", "cap=", "=3", "1st=3", "cap 3"])
def test_what_is_no_key_and_value_is_a_mistake_that_quotes_it(text: str) -> None:
    (problem,) = parse_params(f"floor=1; {text}").problems
    assert (problem.code, problem.args) == ("E-PARAM-SYNTAX", {"found": text})


def test_the_first_of_two_stands() -> None:
    params = parse_params("cap=100; CAP=120")
    assert params.texts == {"cap": "100"}
    assert [problem.code for problem in params.problems] == ["E-PARAM-DUPLICATE"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("21", 21.0), ("-1.5", -1.5), ("3.5%", 0.035), ("21.78%", 0.2178), ("1e6", 1e6), (".5", 0.5), ("+2", 2.0),
        ("none", UNLIMITED), ("INF", UNLIMITED), ("nan", None), ("1_000", None), ("0x10", None), ("", None),
        ("%", None), ("1e999", None), ("三", None),
    ],
)  # fmt: skip
def test_numbers(text: str, value: float | None) -> None:
    assert number(text) == value


@given(st.decimals(-10_000, 10_000, places=4))
def test_a_percentage_is_the_nearest_float_to_its_hundredth(percentage: object) -> None:
    assert number(f"{percentage}%") == float(f"{percentage}e-2")


def test_pairs_need_their_colon() -> None:
    assert pairs("3.5%:120, T:100") == (("3.5%", "120"), ("T", "100"))
    assert pairs("3:120,4") is None
